import fc from 'fast-check';
import { offers, parseChallenges, tokenOf } from '../../../../remote/winrm/auth/challenges';

test.each([
  ['', []],
  ['Negotiate', ['negotiate']],
  ['Negotiate, Kerberos, Basic realm="WSMAN"', ['negotiate', 'kerberos', 'basic']],
  ['Basic realm="a, Negotiate", CredSSP', ['basic', 'credssp']],
  ['basic realm="x" , ntlm', ['basic', 'ntlm']],
  ['Basic realm="never closed', ['basic']],
  [',,, ,', []],
])('%j offers %j', (header, schemes) => {
  expect(parseChallenges(header).map(({ scheme }) => scheme)).toEqual(schemes);
});

test('a token is found behind its scheme, whatever stands beside it', () => {
  const token = Buffer.from('NTLMSSP\0\u0002\0\0\0 and more than three bytes');
  const header = `Basic realm="WSMAN", Negotiate ${token.toString('base64')}, Kerberos`;
  expect(tokenOf(header, 'Negotiate')).toEqual(token);
  expect(tokenOf(header, 'negotiate')).toEqual(token);
  expect(tokenOf(header, 'Kerberos')).toBeNull();
  expect(offers(header, 'BASIC')).toBe(true);
  expect(offers(header, 'NTLM')).toBe(false);
});

test('every token comes back as it was, between other challenges', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const header = `Kerberos, Negotiate ${Buffer.from(bytes).toString('base64')}, Basic realm="x"`;
      expect(tokenOf(header, 'Negotiate')).toEqual(Buffer.from(bytes));
    }),
  );
});

test('no header is so strange that it throws or never ends', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), (header) => {
      expect(Array.isArray(parseChallenges(header))).toBe(true);
    }),
  );
  expect(parseChallenges('a "'.repeat(20_000))).toHaveLength(1);
  expect(parseChallenges(`${'"'.repeat(40_000)},`)).toEqual([]);
});
