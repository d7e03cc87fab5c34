import { z } from 'zod';

import { block } from './fields.schema';
import type { Credential } from './fleet';
import { advised, type Parsed, parseWith } from './parsed.schema';

const secret = z
  .string()
  .min(1)
  .max(64 * 1024);

/** What a credential may prove itself with, and what has to go with it. */
const proofs = {
  password: { needs: ['username'], may: [] },
  certificate: { needs: ['privateKey'], may: ['passphrase'] },
  privateKey: { needs: ['username'], may: ['passphrase', 'sshCertificate'] },
  agent: { needs: ['username'], may: ['key'] },
  ticketCache: { needs: ['username'], may: [] },
  keytab: { needs: ['username'], may: [] },
} as const;

type Field = keyof typeof fields;

const fields = {
  username: z.string().min(1).max(256).exactOptional(),
  password: secret.exactOptional(),
  certificate: secret.exactOptional(),
  privateKey: secret.exactOptional(),
  passphrase: secret.exactOptional(),
  sshCertificate: secret.exactOptional(),
  agent: z.string().min(1).max(1000).exactOptional(),
  key: z.string().min(1).max(1000).exactOptional(),
  ticketCache: z.string().min(1).max(1000).exactOptional(),
  keytab: z.string().min(1).max(1000).exactOptional(),
};

const known = Object.keys(fields) as Field[];

const credentialSchema = block(fields).transform((value, context): Credential => {
  const refuse = (message: string, advice: string): never => {
    // The input stays out of the issue: what people print of an error must not hold a secret.
    context.addIssue({ code: 'custom', message: advised(message, advice), input: undefined });
    return z.NEVER;
  };
  const has = (field: Field): boolean => value[field] !== undefined;
  const found = (Object.keys(proofs) as (keyof typeof proofs)[]).filter(has);
  // With a certificate the key is its key.
  const [proof, ...more] = has('certificate') ? found.filter((one) => one !== 'privateKey') : found;
  if (proof === undefined) {
    return refuse(`has none of ${Object.keys(proofs).join(', ')}`, 'add one of them');
  }
  if (more.length > 0) return refuse(`has both ${proof} and ${more[0] ?? ''}`, 'keep one of them');
  const { needs, may } = proofs[proof];
  const missing = needs.find((field) => !has(field));
  if (missing !== undefined) return refuse(`has ${proof} but no ${missing}`, `add ${missing}`);
  const fitting: readonly string[] = ['username', proof, ...needs, ...may];
  const stranger = known.find((field) => has(field) && !fitting.includes(field));
  if (stranger !== undefined) {
    return refuse(`has ${stranger}, which does not go with ${proof}`, `remove ${stranger}`);
  }
  return value as Credential;
});

const isKnown = (name: unknown): boolean => known.some((field) => field === name);

/**
 * What a `credentialRef` leads to. Problems name fields only: a value of the wrong type or an unknown name may be the
 * secret itself.
 */
export function parseCredential(raw: unknown): Parsed<Credential> {
  const parsed = parseWith(credentialSchema, raw);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    problems: parsed.problems.map(({ path, message, advice }) =>
      isKnown(path[0])
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
