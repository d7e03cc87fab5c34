import { fillText, fillUrl } from '../../../domain/gate';

const host = { host: 'EX-01.contoso.test', address: '192.0.2.7' };
const v6 = { host: 'ex01', address: '2001:db8::7' };

test('a command gets the names of the host, and keeps every other brace', () => {
  expect(fillText('check {host} at {address} {Get-X} { exit }', host)).toBe(
    'check EX-01.contoso.test at 192.0.2.7 {Get-X} { exit }',
  );
  expect(fillText('rate(x{host="{host}"}[5m])', v6)).toBe('rate(x{host="ex01"}[5m])');
});

test('an address of IPv6 gets its brackets where a host belongs, and is encoded elsewhere', () => {
  expect(fillUrl('https://{address}:8443/{address}?h={host}', v6)).toBe(
    'https://[2001:db8::7]:8443/2001%3Adb8%3A%3A7?h=ex01',
  );
  expect(new URL(fillUrl('https://{address}:8443/x', v6)).hostname).toBe('[2001:db8::7]');
});

test('an address is percent-encoded, so that no name reaches past its place', () => {
  const odd = { host: 'a/../b?c=d&e#f', address: 'x' };
  expect(fillUrl('https://{address}/{host}/z', odd)).toBe('https://x/a%2F..%2Fb%3Fc%3Dd%26e%23f/z');
});

test.each(['a&b', 'a b', 'a"b', 'a%PATH%', '$(x)', "a'b", 'a|b', '', '-x', 'a\nb', 'ä'])(
  '%j is never put into a command',
  (name) => {
    expect(() => fillText('x {host}', { host: name, address: 'x' })).toThrow('cannot be put');
  },
);

test('nothing stands for a placeholder before a wave, or for one that is not known', () => {
  expect(fillText('plain', null)).toBe('plain');
  expect(() => fillText('x {host}', null)).toThrow('{host} stands for nothing before a wave');
  expect(() => fillUrl('https://{address}', null)).toThrow('{address} stands for nothing');
  expect(() => fillText('x {site}', host)).toThrow('{site} is not known');
});
