import type { HostFacts, PackageState } from '../../../contracts/facts';
import type { Hotfix } from '../../../contracts/hotfix';
import { known, unknown } from '../../../contracts/reason';
import { judgeRemoval, judgeVerification } from '../../../domain/hotfix';
import {
  appidapi,
  before as ago,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  service,
  services,
} from './host-facts';

const bootOf = (recordId: number, age: number): HostFacts['boot'] =>
  known({ recordId, lastBootUpTime: ago(age) });
const before = factsOf({ facts: { hostTime: known(ago(hours)) } });
const fixed: Partial<HostFacts> = {
  boot: bootOf(4001, 30 * minutes),
  fileVersions: known({ [appidapi]: '6.1.7601.22823' }),
};
const after = (change: Partial<HostFacts> = {}, state: PackageState = 'installed'): HostFacts =>
  factsOf({ package: state, facts: { ...fixed, ...change } });

interface Row {
  readonly when: string;
  readonly after: HostFacts;
  readonly hotfix?: Hotfix;
  readonly result: string;
  readonly reason: string;
}

const withReboot = (reboot: Hotfix['install']['reboot']): Hotfix => ({
  ...kb3004383,
  install: { ...kb3004383.install, reboot },
});
const filesAre = (version: string | null): Partial<HostFacts> => ({
  fileVersions: known({ [appidapi]: version }),
});
const stopped = known([services[0]!, service('MSExchangeRPC', { state: 'stopped' })]);

describe('proving that a host is fixed', () => {
  test.each<Row>([
    {
      when: 'the file is one build too old though the package is installed',
      after: after(filesAre('6.1.7601.22822')),
      result: 'not-installed',
      reason: 'file-too-old',
    },
    {
      when: 'the file is older though its text sorts later',
      after: after(filesAre('6.1.7601.9999')),
      result: 'not-installed',
      reason: 'file-too-old',
    },
    {
      when: 'the file is too old though a later update replaced the package',
      after: after(filesAre('6.1.7601.17514'), 'superseded'),
      result: 'not-installed',
      reason: 'file-too-old',
    },
    {
      when: 'the file is gone',
      after: after(filesAre(null)),
      result: 'not-installed',
      reason: 'file-missing',
    },
    {
      when: 'the file has no readable version',
      after: after(filesAre('6.1 (win7)')),
      result: 'unknown',
      reason: 'file-version-unknown',
    },
    {
      when: 'the file was left out of the answer',
      after: after({ fileVersions: known({}) }),
      result: 'unknown',
      reason: 'file-version-unknown',
    },
    {
      when: 'the files were not answered',
      after: after({ fileVersions: unknown('wmic failed') }),
      result: 'unknown',
      reason: 'file-version-unknown',
    },
    {
      when: 'the host never rebooted',
      after: after({ boot: before.boot }),
      result: 'not-installed',
      reason: 'not-rebooted',
    },
    {
      when: 'only the clock was set, by a minute, in the same boot',
      after: after({ boot: bootOf(4000, 29 * minutes) }),
      result: 'not-installed',
      reason: 'not-rebooted',
    },
    {
      when: 'the boot cannot be told',
      after: after({ boot: unknown('wmic failed') }),
      result: 'unknown',
      reason: 'reboot-unknown',
    },
    {
      when: 'the hotfix needs no reboot and there was none',
      after: after({ boot: before.boot }),
      hotfix: withReboot('none'),
      result: 'fixed',
      reason: 'package-installed',
    },
    {
      when: 'no reboot was requested and there was none',
      after: after({ boot: before.boot }),
      hotfix: withReboot('if-requested'),
      result: 'fixed',
      reason: 'package-installed',
    },
    {
      when: 'a service is lost though package, file and boot are as they should be',
      after: after({ services: stopped }),
      result: 'regression',
      reason: 'services-lost',
    },
    {
      when: 'a service is lost and the boot cannot be told',
      after: after({ services: stopped, boot: unknown('x') }),
      result: 'regression',
      reason: 'services-lost',
    },
    {
      when: 'a definition without a symptom has nothing to look for in the log',
      after: after({ events: unknown('the definition has no symptom') }),
      hotfix: { ...kb3004383, symptom: null },
      result: 'fixed',
      reason: 'package-installed',
    },
  ])('when $when: $result ($reason)', ({ after: facts, hotfix = kb3004383, result, reason }) => {
    const judged = judgeVerification({ before, after: facts, hotfix, rebootedAt: null });
    expect({ result: judged.result, reason: judged.reasons[0]?.code }).toEqual({ result, reason });
  });

  test('every question is answered in the reasons, the worst first', () => {
    const events = [lost(dcs[0], 5 * minutes)];
    const facts = factsOf({ package: 'installed', events, facts: fixed });
    const { reasons } = judgeVerification({
      before,
      after: facts,
      hotfix: kb3004383,
      rebootedAt: null,
    });
    expect(reasons.map(({ code }) => code)).toEqual([
      'symptom-again',
      'package-installed',
      'file-new-enough',
      'rebooted',
      'services-back',
    ]);
  });

  test('a rollout of an earlier release is judged as that release did', () => {
    const facts = after({ boot: before.boot, ...filesAre('6.1.7601.17514') });
    const judge = (asEarlier: boolean): string =>
      judgeVerification({ before, after: facts, hotfix: kb3004383, rebootedAt: null, asEarlier })
        .result;
    expect([judge(true), judge(false)]).toEqual(['fixed', 'not-installed']);
  });
});

describe('proving that the hotfix is gone', () => {
  test.each([
    { state: 'absent', result: 'gone', reason: 'package-gone' },
    { state: 'staged', result: 'gone', reason: 'package-gone' },
    { state: 'installed', result: 'still-there', reason: 'package-still-there' },
    { state: 'superseded', result: 'still-there', reason: 'package-still-there' },
    { state: 'install-pending', result: 'still-there', reason: 'package-still-there' },
    { state: 'uninstall-pending', result: 'still-there', reason: 'package-still-there' },
  ] as const)('a package that is $state: $result', ({ state, result, reason }) => {
    const judged = judgeRemoval({ before, after: factsOf({ package: state }), hotfix: kb3004383 });
    expect({ result: judged.result, reason: judged.reasons[0]?.code }).toEqual({ result, reason });
  });

  test.each<{ change: Partial<HostFacts>; result: string; reason: string }>([
    { change: { services: stopped }, result: 'regression', reason: 'services-lost' },
    { change: { services: unknown('x') }, result: 'unknown', reason: 'services-unanswered' },
    { change: { package: unknown('dism failed') }, result: 'unknown', reason: 'removal-unknown' },
    {
      change: { package: unknown('x'), services: stopped },
      result: 'regression',
      reason: 'services-lost',
    },
    {
      change: { services: stopped, package: known({ state: 'installed', identity: 'x' }) },
      result: 'still-there',
      reason: 'package-still-there',
    },
  ])('the worst counts: $result ($reason)', ({ change, result, reason }) => {
    const judged = judgeRemoval({
      before,
      after: factsOf({ package: 'absent', facts: change }),
      hotfix: kb3004383,
    });
    expect({ result: judged.result, reason: judged.reasons[0]?.code }).toEqual({ result, reason });
  });
});
