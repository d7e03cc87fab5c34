import fc from 'fast-check';

import type { ExitCodeMeaning } from '../../../contracts/hotfix';
import { meaningOf, normalizeExitCode } from '../../../domain/hotfix';
import { kb3004383 } from './host-facts';

interface Row {
  /** All ways in which the code is written: by WinRM, by SSH, by people. */
  readonly codes: readonly (number | string)[];
  readonly meaning: ExitCodeMeaning;
  readonly name: string;
  readonly verifyDecides?: true;
  /** What a person is told to do, for what no program can go on from. */
  readonly advice?: RegExp;
}

/**
 * Written from the headers' names (winerror.h, wuerror.h, those of component based servicing) and from what Microsoft's
 * articles say of each code: 3010 and 1641 end an installation that worked (MSI and WiX treat them so), 2359302 is
 * "installed already", 2359303 "not installed"; CBS_E_NOT_APPLICABLE, WU_E_NOT_APPLICABLE and S_FALSE are said of what is
 * there already, of what a later update replaced, and of a wrong system alike.
 */
const rows: readonly Row[] = [
  { codes: [0], meaning: 'done', name: 'ERROR_SUCCESS' },
  { codes: [1], meaning: 'already-there', name: 'S_FALSE', verifyDecides: true },
  {
    codes: [3010, '0xBC2', 0x80070bc2, -2147021886],
    meaning: 'reboot-needed',
    name: 'ERROR_SUCCESS_REBOOT_REQUIRED',
  },
  { codes: [1641, 0x80070669], meaning: 'rebooting', name: 'ERROR_SUCCESS_REBOOT_INITIATED' },
  { codes: [2359301, '0x00240005'], meaning: 'reboot-needed', name: 'WU_S_REBOOT_REQUIRED' },
  {
    codes: [2359302, '0x00240006'],
    meaning: 'already-there',
    name: 'WU_S_ALREADY_INSTALLED',
    verifyDecides: true,
  },
  {
    codes: [2359303, '0x00240007'],
    meaning: 'not-applicable',
    name: 'WU_S_ALREADY_UNINSTALLED',
    verifyDecides: true,
  },
  {
    codes: [2149842967, '0x80240017', -2145124329],
    meaning: 'not-applicable',
    name: 'WU_E_NOT_APPLICABLE',
    verifyDecides: true,
  },
  {
    codes: [2149842966, '0x80240016', -2145124330],
    meaning: 'retry-after-reboot',
    name: 'WU_E_INSTALL_NOT_ALLOWED',
  },
  {
    codes: [2148468766, '0x800F081E', -2146498530],
    meaning: 'not-applicable',
    name: 'CBS_E_NOT_APPLICABLE',
    verifyDecides: true,
  },
  {
    codes: [2148468742, '0x800F0806', -2146498554],
    meaning: 'retry-after-reboot',
    name: 'CBS_E_PENDING',
  },
  {
    codes: [2148468994, '0x800F0902', -2146498302],
    meaning: 'retry-later',
    name: 'DISMAPI_E_BUSY',
  },
  {
    codes: [2148468771, '0x800F0823', -2146498525],
    meaning: 'needs-a-person',
    name: 'CBS_E_NEW_SERVICING_STACK_REQUIRED',
    advice: /install .*KB3020369.*KB3177467.*KB4490628/,
  },
  {
    codes: [2148469026, '0x800F0922', -2146498270],
    meaning: 'needs-a-person',
    name: 'CBS_E_INSTALLERS_FAILED',
    advice: /look into CBS\.log/,
  },
  {
    codes: [2148468785, '0x800F0831', -2146498511],
    meaning: 'needs-a-person',
    name: 'CBS_E_STORE_CORRUPTION',
    advice: /repair it .*KB947821/,
  },
  {
    codes: [2147956498, '0x80073712', -2147010798],
    meaning: 'needs-a-person',
    name: 'ERROR_SXS_COMPONENT_STORE_CORRUPT',
    advice: /repair it .*KB947821/,
  },
  {
    codes: [2148468741, '0x800F0805', -2146498555],
    meaning: 'needs-a-person',
    name: 'CBS_E_INVALID_PACKAGE',
    advice: /compare/,
  },
  {
    codes: [3017, 2147945417, '0x80070BC9', -2147021879],
    meaning: 'retry-after-reboot',
    name: 'ERROR_FAIL_REBOOT_REQUIRED',
  },
  { codes: [1618, 0x80070652], meaning: 'retry-later', name: 'ERROR_INSTALL_ALREADY_RUNNING' },
  {
    codes: [5, 2147942405, '0x80070005', -2147024891],
    meaning: 'needs-a-person',
    name: 'ERROR_ACCESS_DENIED',
    advice: /look whether the account/,
  },
  {
    codes: [740, 0x800702e4],
    meaning: 'needs-a-person',
    name: 'ERROR_ELEVATION_REQUIRED',
    advice: /use an account/,
  },
  {
    codes: [112, 2147942512, '0x80070070'],
    meaning: 'needs-a-person',
    name: 'ERROR_DISK_FULL',
    advice: /free space/,
  },
  {
    codes: [1058, 2147943458, '0x80070422'],
    meaning: 'needs-a-person',
    name: 'ERROR_SERVICE_DISABLED',
    advice: /enable it/,
  },
  {
    codes: [87, 0x80070057],
    meaning: 'needs-a-person',
    name: 'ERROR_INVALID_PARAMETER',
    advice: /report it/,
  },
  {
    codes: [2, '0x80070002'],
    meaning: 'needs-a-person',
    name: 'ERROR_FILE_NOT_FOUND',
    advice: /stage the package again/,
  },
  {
    codes: [3, '0x80070003'],
    meaning: 'needs-a-person',
    name: 'ERROR_PATH_NOT_FOUND',
    advice: /stage the package again/,
  },
  {
    codes: [2148081668, '0x80092004'],
    meaning: 'needs-a-person',
    name: 'CRYPT_E_NOT_FOUND',
    advice: /install KB4474419 and KB4490628/,
  },
];

test.each(rows)('$name ($codes) means $meaning', ({ codes, name, advice, ...expected }) => {
  for (const spelled of codes) {
    const { meaning, verifyDecides, reason } = meaningOf(normalizeExitCode(spelled), kb3004383);
    expect({ spelled, meaning, ...(verifyDecides && { verifyDecides }) }).toEqual({
      spelled,
      ...expected,
    });
    expect(reason.message).toContain(name);
    expect(reason.code).toBe(`exit-code-${meaning}`);
    expect(reason.message).toMatch(advice ?? /\w/);
    expect(reason.facts?.['exitCode']).toBe(normalizeExitCode(spelled));
  }
});

test('all eight meanings are given, and each code for a person says what to do', () => {
  const meanings = new Set(rows.map(({ meaning }) => meaning));
  expect(meanings.size).toBe(8);
  const silent = rows.filter(({ meaning, advice }) => meaning === 'needs-a-person' && !advice);
  expect(silent).toEqual([]);
});

test.each([4711, 1603, 0x80070000, 0x80070001, 0x800f0999, 0xffffffff])(
  'what no table knows is for a person: %d',
  (code) => {
    expect(meaningOf(code, kb3004383)).toMatchObject({
      meaning: 'needs-a-person',
      verifyDecides: false,
    });
  },
);

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
