import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { parseHotfix } from '../../contracts/hotfix.schema';
import { fieldName } from '../../contracts/parsed.schema';

type Raw = { [key: string]: Raw } & { [key: string]: unknown };
const shipped = (): Raw =>
  parse(readFileSync(join(__dirname, '../../hotfixes/KB3004383.yaml'), 'utf8')) as Raw;

const problemsOf = (raw: unknown): string[] => {
  const parsed = parseHotfix(raw);
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );
};

test('the shipped definition says what Microsoft published', () => {
  const parsed = parseHotfix(shipped());
  expect(parsed.ok && parsed.value).toMatchObject({
    id: 'KB3004383',
    applicability: { os: { version: '6.1.7601', servicePack: 1, architectures: ['x64'] } },
    affected: {
      provider: 'MSExchange ADAccess',
      symptom: { eventId: 2070, codeField: 3, serverField: 2, code: '55' },
      servers: { eventId: 2080 },
      burstMs: 20 * 60_000,
      lookbackMs: 14 * 86_400_000,
    },
    install: {
      packageIdentity: 'Package_for_KB3004383~',
      freeBytes: 1024 ** 3,
      timeoutMs: 3_600_000,
    },
    verification: { files: [{ atLeast: '6.1.7601.22823' }], settleMs: 60_000 },
    fallback: { root: 'MSExchangeADTopology', observeMs: 60_000 },
  });
});

const change = (path: readonly string[], value: unknown): Raw => {
  const raw = shipped();
  const parents = path.slice(0, -1);
  const target = parents.reduce<Raw>((block, key) => block[key] as Raw, raw) as {
    [key: string]: unknown;
  };
  target[path.at(-1) ?? ''] = value;
  return raw;
};

test.each([
  [['id'], 'KB 1', /^id is "KB 1"; write a name/],
  [['title'], undefined, /^title is missing/],
  [['applicability', 'os', 'version'], '6.1', /version is "6\.1"; write major\.minor\.build/],
  [['applicability', 'os', 'servicePack'], '1', /servicePack is "1"; make it a number/],
  [['applicability', 'os', 'architectures'], [], /architectures is too short or empty/],
  [['affected', 'kind'], 'script', /^affected\.kind is "script"; make it event-burst/],
  [['affected', 'brust'], '5m', /^affected\.brust is not a known field; did you mean burst\?/],
  [['affected', 'burst'], 20, /^affected\.burst is 20, which has no unit/],
  [['affected', 'burst'], '0s', /^affected\.burst is "0s"; make it at least 1s/],
  [['affected', 'lookback'], '10m', /^affected\.burst is longer than the lookback/],
  [['affected', 'symptom', 'code'], 55, /^affected\.symptom\.code is 55; make it a text/],
  [['affected', 'symptom', 'code'], '0x55', /code is "0x55"; write upper-case hex/],
  [['affected', 'symptom', 'eventId'], 0, /eventId is 0; write a whole number from 1/],
  [['install', 'freeSpace'], '1', /^install\.freeSpace is "1"; write a size/],
  [
    ['install', 'reboot'],
    'maybe',
    /^install\.reboot is "maybe"; use one of: required, if-requested, none/,
  ],
  [
    ['install', 'exitCodes'],
    { nonsense: { meaning: 'done', message: 'x' } },
    /^install\.exitCodes\.nonsense is no exit code/,
  ],
  [
    ['install', 'exitCodes'],
    { '4294967296': { meaning: 'done', message: 'x' } },
    /is no exit code; write 32 bits/,
  ],
  [
    ['install', 'exitCodes'],
    { '5': { meaning: 'fine', message: 'x' } },
    /exitCodes\.5\.meaning is "fine"; use one of/,
  ],
  [
    ['verification', 'files'],
    [{ path: 'x', atLeast: 'new' }],
    /^verification\.files\[0\]\.atLeast is "new"/,
  ],
  [['fallback', 'services'], ['('], /^fallback\.services\[0\] is "\("; write a regular expression/],
  [['fallback', 'observe'], '1y', /^fallback\.observe is "1y"; write a duration/],
])('%j as %j is refused with one clear problem', (path, value, expected) => {
  expect(problemsOf(change(path, value))).toEqual([expect.stringMatching(expected)]);
});

test('exit codes may be written signed, unsigned or in hex', () => {
  const entry = { meaning: 'done', message: 'Fine.' };
  const raw = change(['install', 'exitCodes'], {
    '-2146498530': entry,
    '0x80240017': entry,
    '3010': entry,
  });
  const parsed = parseHotfix(raw);
  expect(parsed.ok && Object.keys(parsed.value.install.exitCodes).toSorted()).toEqual([
    '2148468766',
    '2149842967',
    '3010',
  ]);
});
