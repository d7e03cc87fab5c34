import { fieldName } from '../../contracts/parsed.schema';
import { parsePlan } from '../../contracts/plan.schema';

const minimal = {
  change: 'CHG0031337',
  hotfix: 'KB3004383',
  package: { file: './x.msu', sha256: 'A'.repeat(64) },
  hosts: { all: true },
};

const sha256 = 'a'.repeat(64);

const problemsOf = (raw: unknown): string[] => {
  const parsed = parsePlan(raw);
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );
};

test('a plan of four fields has every default', () => {
  expect(parsePlan(minimal)).toEqual({
    ok: true,
    value: {
      change: 'CHG0031337',
      hotfix: 'KB3004383',
      package: { file: './x.msu', sha256: 'a'.repeat(64) },
      hosts: { kind: 'all' },
      policy: {
        scope: 'affected',
        serial: [1, '20%'],
        pause: null,
        maxConcurrency: 25,
        maxErrors: 0,
        maxConsecutiveErrors: null,
        maxUnassessed: '5%',
        countMitigated: true,
        onSuspect: 'hold',
        holdTimeoutMs: 86_400_000,
        takenRetryMs: 60_000,
      },
      hostPolicy: {
        reboot: { timeoutMs: 1_800_000, maxReboots: 1, maxOwn: 2 },
        fallback: { when: ['apply', 'reboot', 'verify'], endStuck: false },
        pendingReboot: 'refuse',
        rollback: false,
        hooks: { drain: null, restore: null },
        unreachableAfterMs: 300_000,
        settleMs: null,
        observeMs: null,
        quietForMs: null,
      },
      availabilitySets: {},
      approvals: null,
      calendar: null,
      order: [],
      gates: [],
      notify: [],
    },
  });
});

test.each([
  { given: { url: 'https://x.test/a/Windows6.1-KB1-x64.msu' }, fileName: 'Windows6.1-KB1-x64.msu' },
  { given: { url: 'http://x.test/get?id=5', fileName: 'x.cab' }, fileName: 'x.cab' },
])('a package may have a url: $given', ({ given, fileName }) => {
  const parsed = parsePlan({ ...minimal, package: { ...given, sha256 } });
  expect(parsed).toMatchObject({
    ok: true,
    value: { package: { url: given.url, fileName, sha256 } },
  });
});

test('the url of a package is written as it will be asked for', () => {
  const parsed = parsePlan({
    ...minimal,
    package: { url: 'HTTPS://X.test/ä b.msu', fileName: 'b.msu', sha256 },
  });
  expect(parsed).toMatchObject({ value: { package: { url: 'https://x.test/%C3%A4%20b.msu' } } });
});

test('every field of a plan arrives', () => {
  const parsed = parsePlan({
    ...minimal,
    hosts: { labels: { role: 'exchange' } },
    scope: 'applicable',
    serial: [1, 5, '20%'],
    pause: { duration: '30m' },
    maxConcurrency: 1000,
    maxErrors: '10%',
    maxConsecutiveErrors: 2,
    maxUnassessed: 3,
    countMitigated: false,
    availabilitySets: { dag1: { maxUnavailable: 2 } },
    reboot: { timeout: '1h', maxReboots: 3, maxOwn: 0 },
    fallback: { when: ['verify'], endStuckServices: true },
    pendingReboot: 'reboot-first',
    rollback: true,
    onSuspect: 'treat-as-affected',
    holdTimeout: '90s',
    takenRetry: '5s',
    unreachableAfter: '2 m',
    hooks: {
      drain: { command: 'drain.cmd', timeout: '1.5h' },
      restore: { command: 'restore.cmd' },
    },
    rehearsal: { settle: '500ms', observe: '0s', quietFor: '2s' },
  });
  expect(parsed.ok && parsed.value).toMatchObject({
    hosts: { kind: 'labels', labels: { role: 'exchange' } },
    policy: {
      scope: 'applicable',
      serial: [1, 5, '20%'],
      pause: { durationMs: 1_800_000 },
      maxErrors: '10%',
      maxConsecutiveErrors: 2,
      maxUnassessed: 3,
      countMitigated: false,
      onSuspect: 'treat-as-affected',
      holdTimeoutMs: 90_000,
      takenRetryMs: 5_000,
    },
    hostPolicy: {
      reboot: { timeoutMs: 3_600_000, maxReboots: 3, maxOwn: 0 },
      fallback: { when: ['verify'], endStuck: true },
      pendingReboot: 'reboot-first',
      rollback: true,
      hooks: {
        drain: { command: 'drain.cmd', timeoutMs: 5_400_000 },
        restore: { command: 'restore.cmd', timeoutMs: 600_000 },
      },
      unreachableAfterMs: 120_000,
      settleMs: 500,
      observeMs: 0,
      quietForMs: 2000,
    },
    availabilitySets: { dag1: { maxUnavailable: 2 } },
  });
});

test.each([
  [{ pendingReboot: 'reboot-first' }, /allows 1, but pendingReboot: reboot-first may need 2/],
  [{ rollback: true }, /allows 1, but rollback: true may need 2/],
  [
    { rollback: true, pendingReboot: 'reboot-first', reboot: { maxReboots: 2 } },
    /allows 2, but pendingReboot: reboot-first and rollback: true may need 3/,
  ],
])('reboots that the plan itself asks for must be allowed: %j', (more, expected) => {
  const parsed = parsePlan({ ...minimal, ...more });
  expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(expected),
  ]);
});

test('an empty pause waits for a person', () => {
  const parsed = parsePlan({ ...minimal, pause: {} });
  expect(parsed.ok && parsed.value.policy.pause).toBe('until-resumed');
});

test('one number is a serial of one step', () => {
  const parsed = parsePlan({ ...minimal, serial: 3 });
  expect(parsed.ok && parsed.value.policy.serial).toEqual([3]);
});

test.each([
  [{ change: undefined }, /^change is missing/],
  [{ change: 'CHG 1; rm' }, /^change is "CHG 1; rm"; write the number/],
  [{ change: 7 }, /^change is 7; make it a text/],
  [{ hotfix: '../KB1' }, /^hotfix is/],
  [{ package: './x.msu' }, /^package is ".\/x.msu"; make it a block of fields/],
  [{ package: { file: 'x.msu' } }, /^package\.sha256 is missing/],
  [{ package: { file: 'x.msu', sha256: 'abc' } }, /^package\.sha256 is "abc"; write the SHA-256/],
  [
    { package: { ...minimal.package, url: 'https://x.test/x.msu' } },
    /^package names two packages; write one of file: \(uploaded\) or url:/,
  ],
  [{ package: { sha256 } }, /^package names no package; write one of file:/],
  [{ package: { url: 'x.msu', sha256 } }, /^package\.url is "x\.msu"; .* http:\/\/ or https:\/\//],
  [{ package: { url: 'ftp://x.test/x.msu', sha256 } }, /^package\.url is "ftp:.*http:\/\//],
  [{ package: { url: 'file:///x.msu', sha256 } }, /^package\.url is "file:.*http:\/\//],
  [
    { package: { url: 'https://me:secret@x.test/x.msu', sha256 } },
    /^package\.url has a user name or password in it; use an address that needs no login$/,
  ],
  [
    { package: { url: 'https://x.test/x.msu?a=1&sig=abc', sha256 } },
    /^package\.url is a signed address/,
  ],
  [{ package: { url: 'https://x.test/x.msu#a', sha256 } }, /^package\.url has a fragment/],
  [
    { package: { url: 'https://x.test/get?id=5', sha256 } },
    /^package\.url does not end with the name of a package; add fileName:/,
  ],
  [
    { package: { url: 'https://x.test/get?id=5', fileName: 'x.exe', sha256 } },
    /^package\.fileName is a self-extracting archive, .*offer the \.msu/,
  ],
  [
    { package: { url: 'https://x.test/x.msu', fileName: '..\\x.msu', sha256 } },
    /^package\.fileName is /,
  ],
  [{ package: { ...minimal.package, fileName: 'y.msu' } }, /^package\.fileName belongs to a url/],
  [{ hosts: {} }, /^hosts selects nothing/],
  [{ hosts: { all: false } }, /^hosts\.all is false; make it true/],
  [{ hosts: { all: true, names: ['a'] } }, /^hosts selects in more than one way/],
  [{ hosts: { names: [] } }, /^hosts\.names is too short/],
  [{ hosts: { names: ['a', 'b', 'a'] } }, /^hosts\.names\[2\] names the host a second time/],
  [{ hosts: { labels: {} } }, /^hosts\.labels names no label/],
  [{ hosts: { labels: { rack: 12 } } }, /^hosts\.labels\.rack is 12; make it a text \(in quotes/],
  [{ scope: 'all' }, /^scope is "all"; use one of: affected, applicable/],
  [{ serial: [] }, /^serial is too short or empty/],
  [{ serial: [0] }, /^serial\[0\] is 0; write a count from 1/],
  [{ serial: [1, '0%'] }, /^serial\[1\] is "0%"/],
  [{ serial: [1, '101%'] }, /^serial\[1\] is "101%"/],
  [{ serial: [1.5] }, /^serial\[0\] is 1\.5/],
  [{ serial: ['20'] }, /^serial\[0\] is "20"/],
  [{ pause: 30 }, /^pause is 30; make it a block/],
  [{ pause: { duration: 30 } }, /^pause\.duration is 30, which has no unit; write a duration/],
  [{ pause: { duration: '30 minutes later' } }, /^pause\.duration is "30 minutes later"/],
  [{ pause: { duration: '-5m' } }, /^pause\.duration is "-5m"/],
  [{ maxConcurrency: 0 }, /^maxConcurrency is 0; write a whole number from 1 to 1000/],
  [{ maxConcurrency: 1001 }, /^maxConcurrency is 1001/],
  [{ maxErrors: -1 }, /^maxErrors is -1; write a count from 0/],
  [{ maxErrors: 'few' }, /^maxErrors is "few"/],
  [{ maxConsecutiveErrors: '1' }, /^maxConsecutiveErrors is "1"/],
  [{ countMitigated: 'no' }, /^countMitigated is "no"; make it true or false/],
  [{ availabilitySets: { dag1: 1 } }, /^availabilitySets\.dag1 is 1; make it a block/],
  [
    { availabilitySets: { dag1: { maxUnavailable: 0 } } },
    /^availabilitySets\.dag1\.maxUnavailable is 0/,
  ],
  [
    { reboot: { timeout: '30 m', maxReboot: 1 } },
    /^reboot\.maxReboot is not a known field; did you mean maxReboots\?/,
  ],
  [{ reboot: { timeout: '25h' } }, /^reboot\.timeout is "25h"; make it at most 24h/],
  [
    { fallback: { when: ['always'] } },
    /^fallback\.when\[0\] is "always"; use one of: apply, reboot, verify/,
  ],
  [{ onSuspect: 'ask' }, /^onSuspect is "ask"; use one of: hold, skip, treat-as-affected/],
  [{ holdTimeout: 'never' }, /^holdTimeout is "never"/],
  [{ hooks: { drain: 'drain.cmd' } }, /^hooks\.drain is "drain\.cmd"; make it a block/],
  [{ hooks: { drain: { command: 'a\nb' } } }, /^hooks\.drain\.command is "a\\nb"; write one line/],
  [{ maxErors: 1 }, /^maxErors is not a known field; did you mean maxErrors\?/],
  [{ zebra: 1 }, /^zebra is not a known field; use one of: change, hotfix/],
])('a plan with %j is refused with one clear problem', (change, expected) => {
  const problems = problemsOf({ ...minimal, ...change });
  expect(problems).toEqual([expect.stringMatching(expected)]);
});

test('all problems of a plan are told at once', () => {
  const raw = { ...minimal, scope: 'x', maxConcurrency: 'many', windw: 1, pause: { duration: 5 } };
  expect(problemsOf(raw)).toHaveLength(4);
});

test.each([null, undefined, 'plan', 7, []])('%j is no plan', (raw) => {
  expect(problemsOf(raw)).toHaveLength(1);
});
