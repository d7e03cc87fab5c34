import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

import { parseCredential } from '../contracts/credential.schema';
import { Failure } from '../contracts/failures';
import type { Credential } from '../contracts/fleet';
import { fieldName } from '../contracts/parsed.schema';
import { runCredentialCommand } from './credential-command';

export interface CredentialSources {
  readonly env: { readonly [name: string]: string | undefined };
  /** Folder that relative `file:` references start from. */
  readonly baseDir: string;
}

/** A credential is a name and a key; whatever is bigger is another file. */
const maxBytes = 256 * 1024;

/**
 * Resolves `env:NAME`, `file:PATH` and `command:PROGRAM` to what is there as JSON. Asked anew each time, so that a
 * changed password needs no restart, and nothing is kept. Errors name the reference and the field, never what was found: not even the words of JSON.parse, which quote it.
 */
export function createCredentialResolver(
  sources: CredentialSources,
): (credentialRef: string) => Promise<Credential> {
  return async (credentialRef) => {
    const text = await readText(credentialRef, sources);
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      throw malformed(credentialRef, 'is not JSON');
    }
    const parsed = parseCredential(raw);
    if (parsed.ok) return withAgent(parsed.value, sources.env, credentialRef);
    const problems = parsed.problems.map(({ path, message }) =>
      path.length === 0 ? message : `${fieldName(path)} ${message}`,
    );
    throw malformed(credentialRef, problems.join(', '));
  };
}

/** An agent belongs to the surroundings of the worker, of which only this knows. */
function withAgent(
  credential: Credential,
  env: CredentialSources['env'],
  credentialRef: string,
): Credential {
  if (!('agent' in credential) || credential.agent !== 'default') return credential;
  const agent = env['SSH_AUTH_SOCK'];
  if (agent !== undefined && agent !== '') return { ...credential, agent };
  const what = `the credential ${credentialRef} wants the ssh-agent of the worker, but SSH_AUTH_SOCK is not set`;
  throw new Failure('credential-missing', what, {
    facts: { credentialRef },
    advice: 'start the worker where ssh-add -l lists the key, or name the socket of the agent',
  });
}

async function readText(
  credentialRef: string,
  { env, baseDir }: CredentialSources,
): Promise<string> {
  const [, kind, rest = ''] = /^(env|file|command):(.+)$/s.exec(credentialRef) ?? [];
  if (kind === undefined) {
    const what = 'is neither env:NAME nor file:PATH nor command:PROGRAM';
    throw malformed(credentialRef, what, 'correct it in the fleet');
  }
  if (kind === 'file') return readSecretFile(resolve(baseDir, rest), credentialRef);
  if (kind === 'command') return runCredentialCommand(rest, { env, baseDir });
  const text = Object.hasOwn(env, rest) ? env[rest] : undefined;
  if (text !== undefined && text.trim() !== '') return text;
  throw new Failure('credential-missing', `the credential ${credentialRef} is not set`, {
    facts: { credentialRef },
    advice: `set the environment variable ${rest} of the worker process to JSON with username and password`,
  });
}

async function readSecretFile(path: string, credentialRef: string): Promise<string> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? 'unknown error'})`;
    throw new Failure('credential-missing', `the credential ${credentialRef}: ${path} ${what}`, {
      facts: { credentialRef, path },
      advice: `put JSON with username and password into ${path}, readable for the worker only`,
    });
  });
  try {
    // Rights of the opened file, not of what the name leads to a moment later.
    const file = await handle.stat();
    if (!file.isFile() || file.size > maxBytes) {
      throw malformed(credentialRef, `leads to ${path}, which is no small file`);
    }
    if (process.platform !== 'win32' && (file.mode & 0o077) !== 0) {
      const what = `leads to ${path}, which others may read (mode ${(file.mode & 0o777).toString(8)})`;
      throw malformed(
        credentialRef,
        what,
        `chmod 600 ${path}, and change the password if it was seen`,
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function malformed(credentialRef: string, what: string, advice?: string): Failure {
  return new Failure('credential-malformed', `the credential ${credentialRef} ${what}`, {
    facts: { credentialRef },
    ...(advice !== undefined && { advice }),
  });
}
