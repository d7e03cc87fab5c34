import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
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
])('a credential is read from environment and file', async (credential) => {
  const text = JSON.stringify(credential);
  await expect(resolver(text)('env:FLEET')).resolves.toEqual(credential);
  write('keys/ex01', text);
  await expect(resolver()('file:keys/ex01')).resolves.toEqual(credential);
  await expect(resolver()(`file:${join(folder(), 'keys/ex01')}`)).resolves.toEqual(credential);
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
  ['no user name', JSON.stringify({ password }), 'username is missing'],
  ['no secret', JSON.stringify({ username: 'a' }), 'has neither password nor privateKey'],
  [
    'both secrets',
    JSON.stringify({ username: 'a', password, privateKey: password }),
    'has both password and privateKey',
  ],
  [
    'a passphrase for a password',
    JSON.stringify({ username: 'a', password, passphrase: password }),
    'has a passphrase but no privateKey',
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
    'has a field that is not known, has neither password nor privateKey',
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

test.each(['FLEET', 'vault:x', '', 'env:', 'file:'])('%j is no reference', async (ref) => {
  await expect(resolver('{}')(ref)).rejects.toMatchObject({ code: 'credential-malformed' });
});
