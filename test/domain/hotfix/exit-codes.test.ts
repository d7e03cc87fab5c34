import fc from 'fast-check';

import { meaningOf, normalizeExitCode } from '../../../domain/hotfix';
import { kb3004383 } from './host-facts';

// Meanings as winerror.h, wuerror.h and the headers of component based servicing define the codes.
test.each([
  { code: 0, meaning: 'done' },
  { code: 1, meaning: 'already-there', verifyDecides: true },
  { code: 2, meaning: 'needs-a-person' },
  { code: 3, meaning: 'needs-a-person' },
  { code: 5, meaning: 'needs-a-person' },
  { code: 87, meaning: 'needs-a-person' },
  { code: 112, meaning: 'needs-a-person' },
  { code: 740, meaning: 'needs-a-person' },
  { code: 1058, meaning: 'needs-a-person' },
  { code: 1618, meaning: 'retry-later' },
  { code: 1641, meaning: 'rebooting' },
  { code: 3010, meaning: 'reboot-needed' },
  { code: -2147021886, meaning: 'reboot-needed' },
  { code: 0x80070bc2, meaning: 'reboot-needed' },
  { code: 2359301, meaning: 'reboot-needed' },
  { code: 2359302, meaning: 'already-there', verifyDecides: true },
  { code: 2359303, meaning: 'not-applicable', verifyDecides: true },
  { code: -2145124329, meaning: 'not-applicable', verifyDecides: true },
  { code: 2149842967, meaning: 'not-applicable', verifyDecides: true },
  { code: 2149842966, meaning: 'retry-after-reboot' },
  { code: 2148468766, meaning: 'not-applicable', verifyDecides: true },
  { code: -2146498530, meaning: 'not-applicable', verifyDecides: true },
  { code: 2148468742, meaning: 'retry-after-reboot' },
  { code: 2148468994, meaning: 'retry-later' },
  { code: 2148468771, meaning: 'needs-a-person' },
  { code: 2148469026, meaning: 'needs-a-person' },
  { code: 2148468785, meaning: 'needs-a-person' },
  { code: 2147956498, meaning: 'needs-a-person' },
  { code: 2147945417, meaning: 'retry-after-reboot' },
  { code: -2147024891, meaning: 'needs-a-person' },
  { code: 2147942512, meaning: 'needs-a-person' },
  { code: 2147943458, meaning: 'needs-a-person' },
  { code: 2148081668, meaning: 'needs-a-person' },
  { code: 4711, meaning: 'needs-a-person' },
  { code: 0x80070000, meaning: 'needs-a-person' },
])('the installer ended with $code: $meaning', ({ code, meaning, verifyDecides = false }) => {
  const judged = meaningOf(code, kb3004383);
  expect({ meaning: judged.meaning, verifyDecides: judged.verifyDecides }).toEqual({
    meaning,
    verifyDecides,
  });
});

test('a code is named in hex, and an unknown one says that it is unknown', () => {
  expect(meaningOf(-2146498530, kb3004383).reason.message).toContain('0x800F081E');
  expect(meaningOf(4711, kb3004383).reason.message).toContain('not a known code');
});

test('the definition has the last word on a code', () => {
  const install = {
    ...kb3004383.install,
    exitCodes: { '2148468766': { meaning: 'done' as const, message: 'That is fine here.' } },
  };
  expect(meaningOf(-2146498530, { ...kb3004383, install })).toMatchObject({
    meaning: 'done',
    verifyDecides: false,
    reason: { message: 'That is fine here.' },
  });
});

test('signed, unsigned and hex spellings are one code', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (code) => {
      expect(normalizeExitCode(code)).toBe(code);
      expect(normalizeExitCode(code | 0)).toBe(code);
      expect(normalizeExitCode(`0x${code.toString(16)}`)).toBe(code);
      expect(normalizeExitCode(` ${code} `)).toBe(code);
    }),
  );
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  2 ** 32,
  -(2 ** 31) - 1,
  '',
  'abc',
  '0x1FFFFFFFF',
])('%p is no exit code, least of all a success', (value) => {
  expect(() => normalizeExitCode(value)).toThrow(RangeError);
});
