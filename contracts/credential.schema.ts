import { z } from 'zod';

import { block } from './fields.schema';
import type { Credential } from './fleet';
import { advised, type Parsed, parseWith } from './parsed.schema';

const secret = z
  .string()
  .min(1)
  .max(64 * 1024);

const credentialSchema = block({
  username: z.string().min(1).max(256),
  password: secret.exactOptional(),
  privateKey: secret.exactOptional(),
  passphrase: secret.exactOptional(),
}).transform(({ username, password, privateKey, passphrase }, context): Credential => {
  const refuse = (message: string, advice: string): never => {
    // The input stays out of the issue: what people print of an error must not hold a secret.
    context.addIssue({ code: 'custom', message: advised(message, advice), input: undefined });
    return z.NEVER;
  };
  if (password !== undefined && privateKey !== undefined) {
    return refuse('has both password and privateKey', 'keep one of the two');
  }
  if (password !== undefined) {
    return passphrase === undefined
      ? { username, password }
      : refuse('has a passphrase but no privateKey', 'remove it or add the key');
  }
  if (privateKey === undefined) {
    return refuse('has neither password nor privateKey', 'add one of the two');
  }
  return { username, privateKey, ...(passphrase !== undefined && { passphrase }) };
});

/**
 * What a `credentialRef` leads to. Problems name fields only: a value of the wrong type or an unknown name may be the
 * secret itself.
 */
export function parseCredential(raw: unknown): Parsed<Credential> {
  const parsed = parseWith(credentialSchema, raw);
  if (parsed.ok) return parsed;
  const known = ['username', 'password', 'privateKey', 'passphrase'];
  return {
    ok: false,
    problems: parsed.problems.map(({ path, message, advice }) =>
      known.includes(String(path[0]))
        ? {
            path,
            message: message === 'is missing' ? message : 'is no text or empty',
            advice: 'give a text',
          }
        : path.length > 0
          ? {
              path: [],
              message: 'has a field that is not known',
              advice: `use ${known.join(', ')}`,
            }
          : { path, message: message.startsWith('has ') ? message : 'is no JSON object', advice },
    ),
  };
}
