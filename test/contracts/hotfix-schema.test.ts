import { readFileSync, readdirSync } from 'node:fs';
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
    symptom: {
      provider: 'MSExchange ADAccess',
      event: { eventId: 2070, code: { field: 3, value: '55' }, serverField: 2 },
      servers: { eventId: 2080 },
      logPeriodMs: 900_000,
      burstMs: 20 * 60_000,
      lookbackMs: 14 * 86_400_000,
    },
    affected: {
      rule: { kind: 'events', coverage: 'all' },
      suspect: { kind: 'events', coverage: 'some' },
    },
    install: {
      packageIdentity: 'Package_for_KB3004383~',
      freeBytes: 1024 ** 3,
      timeoutMs: 3_600_000,
    },
    verification: {
      files: [{ atLeast: '6.1.7601.22823' }],
      settleMs: 60_000,
      quietForMs: 1_200_000,
    },
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

const nested = (levels: number): unknown =>
  levels === 1 ? { events: { coverage: 'all' } } : { any: [nested(levels - 1)] };

test.each([
  [['id'], 'KB 1', /^id is "KB 1"; write a name/],
  [['title'], undefined, /^title is missing/],
  [['applicability', 'os', 'version'], '6.1', /version is "6\.1"; write major\.minor\.build/],
  [['applicability', 'os', 'servicePack'], '1', /servicePack is "1"; make it a number/],
  [['applicability', 'os', 'architectures'], [], /architectures is too short or empty/],
  [['affected', 'kind'], 'script', /^affected\.kind is not a known field/],
  [['affected', 'rule'], {}, /^affected\.rule has no test; write one of all, any, none, events/],
  [
    ['affected', 'rule'],
    { events: { coverage: 'all' }, all: [{ events: { coverage: 'all' } }] },
    /^affected\.rule has more than one test/,
  ],
  [
    ['affected', 'rule'],
    { registry: { key: 'HKLM\\SOFTWARE\\X', value: 'V' } },
    /^affected\.rule\.registry has no test; write one of is, equals, atLeast, below/,
  ],
  [
    ['affected', 'rule'],
    { registry: { key: 'HKLM\\SOFTWARE\\X', equals: 1 } },
    /^affected\.rule\.registry compares a key; add value:/,
  ],
  [
    ['affected', 'rule'],
    { registry: { key: 'SOFTWARE\\X', value: 'V', equals: 1 } },
    /registry\.key is no registry key/,
  ],
  [
    ['affected', 'rule'],
    { registry: { key: 'HKLM\\X" & del', value: 'V', equals: 1 } },
    /registry\.key has a character that a command line would take/,
  ],
  [
    ['affected', 'rule'],
    { file: { path: '%windir%\\*.dll', below: '1.0' } },
    /file\.path is no path of one file/,
  ],
  [['affected', 'rule'], { service: { name: 'DNS', is: 'up' } }, /service\.is is "up"; use one of/],
  [
    ['affected', 'rule'],
    { command: { command: 'x.exe', yes: [0], no: [0] } },
    /command\.no has a code that means yes and no/,
  ],
  [['affected', 'rule'], nested(9), /is deeper than 8 levels/],
  [['symptom', 'brust'], '5m', /^symptom\.brust is not a known field; did you mean burst\?/],
  [['symptom', 'burst'], 20, /^symptom\.burst is 20, which has no unit/],
  [['symptom', 'burst'], '0s', /^symptom\.burst is "0s"; make it at least 1s/],
  [['symptom', 'burst'], '899s', /^symptom\.burst is shorter than logPeriod/],
  [['symptom', 'lookback'], '16m', /^symptom\.burst is longer than the lookback/],
  [['symptom', 'event', 'serverField'], null, /^symptom\.servers lists servers, but the event/],
  [['symptom', 'event', 'code', 'value'], 55, /^symptom\.event\.code\.value is 55; make it a text/],
  [['symptom', 'event', 'code', 'value'], '0x55', /value is "0x55"; write upper-case hex/],
  [['symptom', 'event', 'eventId'], 0, /eventId is 0; write a whole number from 1/],
  [
    ['applicability', 'prerequisites'],
    [{ name: 'x', kb: '4474419', when: { service: { name: 'a', is: 'present' } } }],
    /prerequisites\[0\]\.kb is "4474419"; write the number of a KB article/,
  ],
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
  [['fallback', 'actions'], ['restart-everything'], /^fallback\.actions\[0\]/],
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

test('a definition that asks for events must have a symptom, and what waits for one too', () => {
  const raw = shipped();
  raw['symptom'] = null as unknown as Raw;
  expect(problemsOf(raw)).toEqual([
    expect.stringMatching(/^affected\.rule asks for events, but the definition has no symptom/),
    expect.stringMatching(/^affected\.suspect asks for events/),
    expect.stringMatching(/^verification\.quietFor waits for a symptom/),
  ]);
});

test('what is left out of a fallback is what KB articles usually ask for', () => {
  const raw = shipped();
  raw['fallback'] = { services: ['^DNS$'] } as unknown as Raw;
  const parsed = parseHotfix(raw);
  expect(parsed.ok && parsed.value.fallback).toEqual({
    services: ['^DNS$'],
    watchdogs: [],
    root: null,
    appPools: [],
    applications: [],
    actions: [{ kind: 'restart-services' }, { kind: 'recycle-pools' }],
    stopTimeoutMs: 180_000,
    startTimeoutMs: 180_000,
    observeMs: 60_000,
  });
});

test.each(readdirSync(join(__dirname, '../../hotfixes')))('%s is a definition', (file) => {
  const raw = parse(readFileSync(join(__dirname, '../../hotfixes', file), 'utf8')) as Raw;
  expect(problemsOf(raw)).toEqual([]);
  expect(raw['id']).toBe(file.replace('.yaml', ''));
});
