import type { HostFacts } from '../../../contracts/facts';
import { known, unknown } from '../../../contracts/reason';
import { judgeVerification } from '../../../domain/hotfix';
import {
  appidapi,
  before as ago,
  burst,
  days,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  service,
  services,
} from './host-facts';

const before = factsOf({ events: burst(), facts: { hostTime: known(ago(hours)) } });
const boot = known({ recordId: 4001, lastBootUpTime: ago(30 * minutes) });
const after = (change: Partial<HostFacts> = {}, events = burst()): HostFacts =>
  factsOf({
    package: 'installed',
    events,
    facts: { boot, fileVersions: known({ [appidapi]: '6.1.7601.22823' }), ...change },
  });

const stopped = [services[0]!, service('MSExchangeRPC', { state: 'stopped', processId: 0 })];
const incomplete = (events: ReturnType<typeof burst>) =>
  known({ symptoms: events, servers: [], complete: false, oldestRecordAt: ago(30 * days) });

test.each([
  { when: 'all is as it should be', after: after(), result: 'fixed', reason: 'package-installed' },
  {
    when: 'only the file is new',
    after: after({
      package: known({ state: 'absent', identity: null }),
      fileVersions: known({ [appidapi]: '6.1.7601.22823' }),
    }),
    result: 'fixed',
    reason: 'files-new-enough',
  },
  {
    when: 'the package is not there',
    after: after({
      package: known({ state: 'absent', identity: null }),
      fileVersions: known({ [appidapi]: '6.1.7601.17514' }),
    }),
    result: 'not-installed',
    reason: 'fix-absent',
  },
  {
    when: 'the package still waits for a reboot',
    after: after({ package: known({ state: 'install-pending', identity: 'x' }) }),
    result: 'not-installed',
    reason: 'install-pending',
  },
  {
    when: 'a service does not run any more',
    after: after({ services: known(stopped) }),
    result: 'regression',
    reason: 'services-lost',
  },
  {
    when: 'a service is gone',
    after: after({ services: known([services[0]!]) }),
    result: 'regression',
    reason: 'services-lost',
  },
  {
    when: 'another service does not run',
    after: after({ services: known([...services, service('New', { state: 'stopped' })]) }),
    result: 'fixed',
    reason: 'package-installed',
  },
  {
    when: 'the names of services changed their case',
    after: after({
      services: known(services.map((one) => ({ ...one, name: one.name.toUpperCase() }))),
    }),
    result: 'fixed',
    reason: 'package-installed',
  },
  {
    when: 'one 0x55 was logged since the boot',
    after: after({}, [...burst(), lost(dcs[0], 5 * minutes)]),
    result: 'still-affected',
    reason: 'symptom-again',
  },
  {
    when: 'one 0x55 was logged just before the boot',
    after: after({}, [...burst(), lost(dcs[0], 31 * minutes)]),
    result: 'fixed',
    reason: 'package-installed',
  },
  {
    when: 'a 0x51 was logged since the boot',
    after: after({}, [lost(dcs[0], 5 * minutes, { code: '51' })]),
    result: 'fixed',
    reason: 'package-installed',
  },
  {
    when: 'the events were not answered',
    after: after({ events: unknown('wevtutil failed') }),
    result: 'unknown',
    reason: 'symptom-unknown',
  },
  {
    when: 'the services were not answered',
    after: after({ services: unknown('wmic failed') }),
    result: 'unknown',
    reason: 'services-unanswered',
  },
  {
    when: 'package and file were not answered',
    after: after({ package: unknown('x'), fileVersions: unknown('y') }),
    result: 'unknown',
    reason: 'fix-presence-unknown',
  },
  {
    when: 'the newest events were sent, and they reach back behind the boot',
    after: after({ events: incomplete([lost(dcs[0], 2 * hours)]) }),
    result: 'fixed',
    reason: 'package-installed',
  },
  {
    when: 'events are missing and none is from before the boot',
    after: after({ events: incomplete([]) }),
    result: 'unknown',
    reason: 'symptom-unknown',
  },
  {
    when: 'the boot has no time',
    after: after({ boot: known({ recordId: 4001, lastBootUpTime: null }) }),
    result: 'unknown',
    reason: 'symptom-unknown',
  },
  {
    when: 'a regression is known though the events are not',
    after: after({ services: known(stopped), events: unknown('x') }),
    result: 'regression',
    reason: 'services-lost',
  },
])('when $when, the host is $result ($reason)', ({ after: facts, result, reason }) => {
  const judged = judgeVerification({ before, after: facts, hotfix: kb3004383, rebootedAt: null });
  expect({ result: judged.result, reason: judged.reasons[0]?.code }).toEqual({ result, reason });
});

test('nothing answered is unknown', () => {
  const nothing = unknown('no answer');
  const facts = after({
    package: nothing,
    fileVersions: nothing,
    services: nothing,
    events: nothing,
    boot: nothing,
  });
  expect(
    judgeVerification({ before, after: facts, hotfix: kb3004383, rebootedAt: null }).result,
  ).toBe('unknown');
});

test('the time of the reboot that the caller knows goes before the boot time', () => {
  const facts = after({}, [lost(dcs[0], 20 * minutes)]);
  const judge = (rebootedAt: string): string =>
    judgeVerification({ before, after: facts, hotfix: kb3004383, rebootedAt }).result;
  expect(judge(ago(10 * minutes))).toBe('fixed');
  expect(judge(ago(25 * minutes))).toBe('still-affected');
});

test('where no reboot is required and none was, what was logged since the first look counts', () => {
  const same = { boot: before.boot };
  const hotfix = { ...kb3004383, install: { ...kb3004383.install, reboot: 'none' as const } };
  const judge = (age: number): string =>
    judgeVerification({
      before,
      after: after(same, [lost(dcs[0], age)]),
      hotfix,
      rebootedAt: null,
    }).result;
  expect(judge(59 * minutes)).toBe('still-affected');
  expect(judge(61 * minutes)).toBe('fixed');
});
