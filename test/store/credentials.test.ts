import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { Failure } from '../../contracts/failures';
import { createCredentialResolver } from '../../store/credentials';
import { freshFolder } from './folder';

const folder = freshFolder();
const password = 'Tr0ub4dor-&-secret';
const resolver = (value?: string) =>
  createCredentialResolver({ env: value === undefined ? {} : { FLEET: value }, baseDir: folder() });
const write = (name: string, text: string, mode = 0o600): void => {
  mkdirSync(join(folder(), 'keys'), { recursive: true });
  writeFileSync(join(folder(), name), text);
  chmodSync(join(folder(), name), mode);
};

test.each([
  { username: 'Administrator', password },
  { username: 'svc', privateKey: '-----BEGIN KEY-----' },
  { username: 'svc', privateKey: '-----BEGIN KEY-----', passphrase: 'p' },
  {
    username: 'svc',
    privateKey: '-----BEGIN KEY-----',
    sshCertificate: 'ssh-ed25519-cert-v01 AAAA',
  },
  { username: 'svc', agent: '/run/agent', key: 'SHA256:x' },
  { certificate: '-----BEGIN CERTIFICATE-----', privateKey: '-----BEGIN KEY-----' },
  { username: 'svc@CONTOSO.TEST', ticketCache: 'FILE:/run/rollout/krb5cc' },
  { username: 'svc@CONTOSO.TEST', keytab: '/etc/rollout/svc.keytab' },
])('a credential is read from environment and file', async (credential) => {
  const text = JSON.stringify(credential);
  await expect(resolver(text)('env:FLEET')).resolves.toEqual(credential);
  write('keys/ex01', text);
  await expect(resolver()('file:keys/ex01')).resolves.toEqual(credential);
  await expect(resolver()(`file:${join(folder(), 'keys/ex01')}`)).resolves.toEqual(credential);
});

test('the ssh-agent of the worker is the one that SSH_AUTH_SOCK names', async () => {
  const text = JSON.stringify({ username: 'svc', agent: 'default' });
  const withEnv = (env: { readonly [name: string]: string }) =>
    createCredentialResolver({ env: { FLEET: text, ...env }, baseDir: folder() })('env:FLEET');
  await expect(withEnv({ SSH_AUTH_SOCK: '/run/agent' })).resolves.toEqual({
    username: 'svc',
    agent: '/run/agent',
  });
  await expect(withEnv({})).rejects.toMatchObject({
    code: 'credential-missing',
    message: expect.stringContaining('SSH_AUTH_SOCK is not set'),
  });
});

test('a changed file is read again', async () => {
  const resolve = resolver();
  write('one', JSON.stringify({ username: 'a', password: '1' }));
  await resolve('file:one');
  write('one', JSON.stringify({ username: 'a', password: '2' }));
  await expect(resolve('file:one')).resolves.toMatchObject({ password: '2' });
});

test.each(['env:NOBODY', 'env:toString', 'env:__proto__', 'file:nothing'])(
  '%s is missing',
  async (ref) => {
    await expect(resolver('{}')(ref)).rejects.toMatchObject({
      code: 'credential-missing',
      message: expect.stringContaining(ref),
    });
  },
);

test('an empty variable is missing', async () => {
  await expect(resolver(' ')('env:FLEET')).rejects.toMatchObject({ code: 'credential-missing' });
});

test.each([
  ['no JSON', `Administrator:${password}`, 'is not JSON'],
  ['cut JSON', `{"username":"a","password":"${password}`, 'is not JSON'],
  ['a text', JSON.stringify(password), 'is no JSON object'],
  ['nothing', 'null', 'is no JSON object'],
  ['a list', JSON.stringify([password]), 'is no JSON object'],
  [
    'no secret',
    JSON.stringify({ username: 'a' }),
    'has none of password, certificate, privateKey, agent, ticketCache, keytab',
  ],
  [
    'both secrets',
    JSON.stringify({ username: 'a', password, privateKey: password }),
    'has both password and privateKey',
  ],
  [
    'a passphrase for a password',
    JSON.stringify({ username: 'a', password, passphrase: password }),
    'has passphrase, which does not go with password',
  ],
  [
    'a certificate without its key',
    JSON.stringify({ certificate: password }),
    'has certificate but no privateKey',
  ],
  ['a password without user', JSON.stringify({ password }), 'has password but no username'],
  [
    'two ways of Kerberos',
    JSON.stringify({ username: 'a', keytab: password, ticketCache: password }),
    'has both ticketCache and keytab',
  ],
  [
    'an empty password',
    JSON.stringify({ username: 'a', password: '' }),
    'password is no text or empty',
  ],
  [
    'a password that is no text',
    JSON.stringify({ username: 'a', password: { [password]: 1 } }),
    'password is no text or empty',
  ],
  [
    'a field that is the secret',
    JSON.stringify({ username: 'a', [password]: 1 }),
    'has a field that is not known, has none of password, certificate, privateKey, agent, ticketCache, keytab',
  ],
])('%s is malformed, and no error shows the secret', async (_, text, message) => {
  const error: unknown = await resolver(text)('env:FLEET').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({
    code: 'credential-malformed',
    message: `the credential env:FLEET ${message}`,
  });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Tr0ub4dor');
});

test.each([0o640, 0o604, 0o644])('a file with mode %o is refused with advice', async (mode) => {
  write('open', JSON.stringify({ username: 'a', password }), mode);
  await expect(resolver()('file:open')).rejects.toMatchObject({
    code: 'credential-malformed',
    message: expect.stringContaining('others may read'),
    advice: expect.stringContaining('chmod 600'),
  });
});

test('a folder is no credential', async () => {
  mkdirSync(join(folder(), 'keys'), { mode: 0o700 });
  await expect(resolver()('file:keys')).rejects.toMatchObject({ code: 'credential-malformed' });
});

test.each(['FLEET', 'vault:x', '', 'env:', 'file:', 'command:'])(
  '%j is no reference',
  async (ref) => {
    await expect(resolver('{}')(ref)).rejects.toMatchObject({ code: 'credential-malformed' });
  },
);

describe('a program that prints the credential', () => {
  const program = (name: string, lines: string, mode = 0o700): void =>
    write(name, `#!/bin/sh\n${lines}\n`, mode);

  test('is run without a shell, with its arguments and the environment of the worker', async () => {
    program('ask', 'printf \'{"username":"%s %s","password":"%s"}\' "$1" "$2" "$FLEET"');
    await expect(resolver('from the vault')('command:ask ex01 key=a/b')).resolves.toEqual({
      username: 'ex01 key=a/b',
      password: 'from the vault',
    });
  });

  test('is asked anew each time', async () => {
    program('ask', 'echo x >> "$0.count"; printf \'{"username":"a","password":"b"}\'');
    const resolve = resolver();
    await resolve('command:ask');
    await resolve('command:ask');
    expect(readFileSync(join(folder(), 'ask.count'), 'utf8')).toBe('x\nx\n');
  });

  test.each([
    ['fails', 'echo Tr0ub4dor-&-secret; echo Tr0ub4dor >&2; exit 3', /ended with exit code 3/],
    ['prints no JSON', 'echo Tr0ub4dor', /is not JSON/],
    ['prints without end', 'yes Tr0ub4dor', /printed more than/],
  ])('that %s is an error that shows nothing of what it printed', async (_, lines, expected) => {
    program('ask', lines);
    const error: unknown = await resolver()('command:ask').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).message).toMatch(expected);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Tr0ub4dor');
  });

  test('must lie in the secrets folder, for the fleet is written by others', async () => {
    symlinkSync('/bin/echo', join(folder(), 'link'));
    const outside = expect.stringContaining('leads out of the secrets folder');
    for (const ref of ['command:/bin/echo', 'command:../../../../bin/echo', 'command:link']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(resolver()(ref)).rejects.toMatchObject({ message: outside });
    }
    await expect(resolver()('command:missing')).rejects.toMatchObject({
      code: 'credential-missing',
      message: expect.stringContaining('is not there'),
    });
  });

  test('that others may change is not run', async () => {
    program('ask', 'touch "$0.ran"', 0o722);
    await expect(resolver()('command:ask')).rejects.toMatchObject({
      code: 'credential-malformed',
      advice: expect.stringContaining('chmod go-w'),
    });
    expect(existsSync(join(folder(), 'ask.ran'))).toBe(false);
  });

  test('gets no argument that a shell might read otherwise', async () => {
    program('ask', 'touch "$0.ran"');
    await expect(resolver()('command:ask $(id)')).rejects.toMatchObject({
      code: 'credential-malformed',
    });
    expect(existsSync(join(folder(), 'ask.ran'))).toBe(false);
  });
});
