import { randomBytes } from 'node:crypto';
import { findSecret } from './find-secret';

const secret = `pä"s & <w'o%r\\d>/+${randomBytes(9).toString('hex')}`;
const userAnd = (user: string): Buffer => Buffer.from(`${user}:${secret}`);
const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

it.each([
  { as: 'UTF-8', bytes: Buffer.from(`before ${secret} after`) },
  { as: 'UTF-16LE', bytes: Buffer.from(`before ${secret} after`, 'utf16le') },
  {
    as: 'UTF-16LE at an odd place',
    bytes: Buffer.from(`x`.repeat(3) + secret, 'utf16le').subarray(1),
  },
  { as: 'base64', bytes: Buffer.from(Buffer.from(secret).toString('base64')) },
  ...['u', 'us', 'use', 'user'].map((user) => ({
    as: `base64 after ${user}`,
    bytes: Buffer.from(`Authorization: Basic ${userAnd(user).toString('base64')}`),
  })),
  { as: 'base64url', bytes: Buffer.from(userAnd('me').toString('base64url')) },
  {
    as: 'base64 of UTF-16LE',
    bytes: Buffer.from(Buffer.from(`a${secret}b`, 'utf16le').toString('base64')),
  },
  {
    as: 'base64 of UTF-16LE behind one byte',
    bytes: Buffer.from(
      Buffer.concat([Buffer.from('x'), Buffer.from(secret, 'utf16le')]).toString('base64'),
    ),
  },
  { as: 'hex', bytes: Buffer.from(Buffer.from(secret).toString('hex')) },
  { as: 'hex in capitals', bytes: Buffer.from(Buffer.from(secret).toString('hex').toUpperCase()) },
  { as: 'hex of UTF-16LE', bytes: Buffer.from(Buffer.from(secret, 'utf16le').toString('hex')) },
  { as: 'URL-encoded', bytes: Buffer.from(encodeURIComponent(secret)) },
  { as: 'form-encoded', bytes: Buffer.from(new URLSearchParams({ p: secret }).toString()) },
  { as: 'JSON', bytes: Buffer.from(JSON.stringify({ password: secret })) },
  { as: 'JSON within JSON', bytes: Buffer.from(JSON.stringify(JSON.stringify({ secret }))) },
  { as: 'XML text', bytes: Buffer.from(`<a>${xml}</a>`) },
  { as: 'CSV', bytes: Buffer.from(`"${secret.replaceAll('"', '""')}"`) },
])('a secret is found as $as', ({ bytes }) => {
  expect(findSecret(bytes, secret)).not.toBeNull();
});

it('says how it was written', () => {
  expect(findSecret(userAnd('user'), secret)).toBe('as it is');
  expect(findSecret(Buffer.from(userAnd('user').toString('base64')), secret)).toBe(
    'base64 of UTF-8',
  );
});

it.each([
  { what: 'another secret', text: `${secret.slice(0, -1)}!` },
  { what: 'a half of it', text: secret.slice(5) },
  {
    what: 'base64 of another',
    text: Buffer.from(`user:${secret.slice(0, -3)}xyz`).toString('base64'),
  },
  { what: 'nothing', text: '' },
])('$what is not taken for it', ({ text }) => {
  expect(findSecret(Buffer.from(text), secret)).toBeNull();
});

it('a secret that would be found by chance is refused', () => {
  expect(() => findSecret(Buffer.from('abc'), 'abc')).toThrow('by chance');
});

test.each([
  ['itself', (key: Buffer) => key],
  ['hex', (key: Buffer) => Buffer.from(`key=${key.toString('hex')};`)],
  ['upper-case hex', (key: Buffer) => Buffer.from(key.toString('hex').toUpperCase(), 'utf16le')],
  ['base64', (key: Buffer) => Buffer.from(key.toString('base64'))],
  [
    'base64 behind something',
    (key: Buffer) => Buffer.from(Buffer.concat([Buffer.from('k='), key]).toString('base64url')),
  ],
])('a key of bytes is found as %s', (_, written) => {
  const key = randomBytes(16);
  const around = Buffer.concat([Buffer.from('{"before":'), written(key), Buffer.from('}')]);
  expect(findSecret(around, key)).not.toBeNull();
  expect(findSecret(around, randomBytes(16))).toBeNull();
});
