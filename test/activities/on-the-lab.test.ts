import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';

import type { ApplyInput, CheckResult, FallbackInput, WaitBackInput } from '../../contracts/steps';
import { createApply } from '../../activities/apply';
import { known } from '../../contracts/reason';
import { lookAtInstallation } from '../../remote/windows/installation-look';
import type { LookAtInstallation } from '../../remote/windows/installation-look';
import type { BootIdentity } from '../../contracts/facts';
import type { LabEffect } from '../../lab/types';
import type { LabScene, Transport } from './lab-scene';
import { hotfix, startScene } from './lab-scene';
import { quiet, untilDone } from './run-step';

type Start = (options?: Parameters<typeof startScene>[1]) => Promise<LabScene>;

describe.each(['winrm', 'ssh'] as const)('on a host of the lab over %s', (transport: Transport) => {
  /** The labs of one case, which end with it. Cases mostly wait, so some of them run at a time. */
  const onLab = async (work: (start: Start) => Promise<void>): Promise<void> => {
    const scenes: LabScene[] = [];
    try {
      await work(async (options) => {
        const scene = await startScene(transport, options);
        scenes.push(scene);
        return scene;
      });
    } finally {
      await Promise.all(scenes.map((scene) => scene.close()));
    }
  };

  const check = async ({ activities, target }: LabScene): Promise<CheckResult> =>
    (await untilDone(activities.check, { ...target, hotfix })).result;
  const bootOf = ({ facts }: CheckResult): BootIdentity => {
    if (!facts.boot.known) throw new Error(facts.boot.why);
    return facts.boot.value;
  };
  const stage = async ({ activities, target, package: pkg }: LabScene) =>
    (await untilDone(activities.stage, { ...target, hotfix, package: pkg })).result;
  const applyInput = async (on: LabScene, attempt = 'a1'): Promise<ApplyInput> => {
    const { folder, path } = await stage(on);
    return { ...on.target, hotfix, staged: { folder, path }, attempt };
  };
  const waitInput = (on: LabScene, expected: BootIdentity): WaitBackInput => ({
    ...on.target,
    expected,
    timeoutMs: 20_000,
    settleMs: 200,
    maxOwn: 2,
  });
  const reboot = async (on: LabScene, expected: BootIdentity) =>
    (await untilDone(on.activities.reboot, { ...on.target, expected, comment: 'CHG1 KB3004383' }))
      .result;

  it.concurrent.each([
    { windows: { ldap: 'stall' }, state: 'affected' },
    { windows: { ldap: 'stall-one-dc' }, state: 'suspect' },
    { windows: { ldap: 'server-down' }, state: 'not-affected' },
    { windows: { ldap: 'unavailable' }, state: 'not-affected' },
    { windows: { ldap: 'none' }, state: 'not-affected' },
    { windows: { ldap: 'none', topologyLevel: 0 }, state: 'unknown' },
    { windows: { ldap: 'none', topologyLevel: null }, state: 'not-affected' },
    { windows: { ldap: 'stall', hotfix: 'installed' }, state: 'already-fixed' },
    { windows: { ldap: 'stall', hotfix: 'install-pending' }, state: 'affected' },
    { windows: { ldap: 'stall', edition: '2012r2' }, state: 'not-applicable' },
    { windows: { ldap: 'stall', edition: '2008r2-rtm' }, state: 'not-applicable' },
    { windows: { exchange: false }, state: 'not-affected' },
    { windows: { ldap: 'stall', codePage: 850, clockOffsetMs: -86_400_000 }, state: 'affected' },
  ] as const)('a check tells $state of $windows', ({ windows, state }) =>
    onLab(async (start) => {
      const { verdict, facts } = await check(await start({ windows }));
      const unknowns = Object.entries(facts).filter(
        ([name, answer]) =>
          name !== 'asked' &&
          name !== 'observations' &&
          typeof answer === 'object' &&
          answer !== null &&
          !('known' in answer && answer.known),
      );
      expect(unknowns).toEqual([]);
      expect(verdict).toMatchObject({ state });
    }),
  );

  it.concurrent('carries the hotfix through: stage, apply, reboot, wait, verify', () =>
    onLab(async (start) => {
      const on = await start({ windows: { ldap: 'stall' } });
      const before = await check(on);
      const input = await applyInput(on);
      expect(await stage(on)).toMatchObject({ how: 'already-there' });
      const applied = await untilDone(on.activities.apply, input);
      expect(applied.result).toMatchObject({
        how: 'installed',
        exitCode: 3010,
        package: { state: 'install-pending' },
      });
      const boot = bootOf(before);
      expect(await reboot(on, boot)).toMatchObject({ how: 'asked' });
      const back = await untilDone(on.activities.waitBack, waitInput(on, boot));
      expect(back.result).toMatchObject({ back: true, reboots: 1 });
      expect(await reboot(on, boot)).toMatchObject({ how: 'already-rebooted' });
      const after = await untilDone(on.activities.verify, { ...on.target, hotfix });
      expect(after.result.verdict.state).toBe('already-fixed');
      await untilDone(on.activities.cleanUp, { ...on.target, hotfix, folder: input.staged.folder });
      expect(on.count('task-deleted')).toBe(1);
      expect([
        on.count('install-started'),
        on.count('shutdown-accepted'),
        on.count('booted'),
      ]).toEqual([1, 1, 1]);
    }),
  );

  it.concurrent.each([2148468766, 2148468994, 1618])('gives back exit code %d', (installExitCode) =>
    onLab(async (start) => {
      const on = await start({ faults: { installExitCode } });
      const { result } = await untilDone(on.activities.apply, await applyInput(on));
      expect(result).toMatchObject({
        how: 'installed',
        exitCode: installExitCode,
        package: { state: 'absent' },
      });
    }),
  );

  /** Cancels the activity as the end of a worker does, the moment the host writes this effect; returns when it is out. */
  const dieAt = async (
    on: LabScene,
    effect: LabEffect,
    run: (environment: MockActivityEnvironment) => Promise<unknown>,
  ): Promise<void> => {
    const environment = new MockActivityEnvironment({}, { logger: quiet });
    const stop = on.lab.onEffect((entry) => {
      if (entry.effect === effect) {
        environment.cancel(
          'WORKER_SHUTDOWN',
          new ActivityCancellationDetails({ workerShutdown: true }),
        );
      }
    });
    await run(environment).catch(() => null);
    stop();
  };

  it.concurrent.each([
    'file-written',
    'task-created',
    'task-started',
    'install-started',
    'install-ended',
    'result-written',
    'task-ended',
  ] as const)('installs once when the worker dies at %s, whoever goes on', (effect) =>
    onLab(async (start) => {
      for (const attempt of ['a1', 'b2']) {
        const on = await start();
        const input = await applyInput(on);
        await dieAt(on, effect, (environment) => environment.run(on.activities.apply, input));
        const { result } = await untilDone(on.activities.apply, { ...input, attempt });
        expect(result.package.state).toBe('install-pending');
        expect(on.count('install-started')).toBe(1);
        await on.close();
      }
    }),
  );

  it.concurrent.each(['shutdown-accepted', 'port-closed'] as const)(
    'reboots once when the worker dies at %s',
    (effect) =>
      onLab(async (start) => {
        const on = await start();
        const boot = bootOf(await check(on));
        const input = { ...on.target, expected: boot, comment: 'CHG1' };
        await dieAt(on, effect, (environment) => environment.run(on.activities.reboot, input));
        expect((await untilDone(on.activities.waitBack, waitInput(on, boot))).result).toMatchObject(
          {
            back: true,
          },
        );
        await reboot(on, boot);
        expect([on.count('shutdown-accepted'), on.count('booted')]).toEqual([1, 1]);
      }),
  );

  it.concurrent('waits out a second reboot', () =>
    onLab(async (start) => {
      const on = await start({ faults: { secondRebootAfterMs: 60_000 } });
      const boot = bootOf(await check(on));
      await reboot(on, boot);
      const { result } = await untilDone(on.activities.waitBack, {
        ...waitInput(on, boot),
        settleMs: 2500,
      });
      expect(result).toMatchObject({ back: true, reboots: 2 });
    }),
  );

  it.concurrent('tells a host that never returns', () =>
    onLab(async (start) => {
      const on = await start({ faults: { neverReturns: true } });
      const boot = bootOf(await check(on));
      await reboot(on, boot);
      const { result } = await untilDone(on.activities.waitBack, {
        ...waitInput(on, boot),
        timeoutMs: 2000,
      });
      expect(result).toMatchObject({ back: false, code: 'never-came-back' });
    }),
  );

  it.concurrent.each([-7_200_000, 7_200_000])(
    'sees through a clock that steps by %d ms in the reboot',
    (clockStepMs) =>
      onLab(async (start) => {
        const on = await start({ faults: { clockStepMs } });
        const boot = bootOf(await check(on));
        await reboot(on, boot);
        expect((await untilDone(on.activities.waitBack, waitInput(on, boot))).result).toMatchObject(
          {
            back: true,
            reboots: 1,
          },
        );
      }),
  );

  const fallbackInput = async (on: LabScene): Promise<FallbackInput> => {
    const { facts } = await check(on);
    if (!facts.services.known || !facts.appPools.known) throw new Error('no services');
    const before = { services: facts.services.value, appPools: facts.appPools.value };
    return { ...on.target, hotfix, before, observeMs: 400 };
  };

  it.concurrent('falls back: restarts what ran and proves it', () =>
    onLab(async (start) => {
      const on = await start({ windows: { ldap: 'stall' } });
      const input = await fallbackInput(on);
      const { result } = await untilDone(on.activities.fallback, input);
      expect(result).toMatchObject({ problems: [], symptomSince: false });
      const running = input.before.services.filter(({ state }) => state === 'running');
      expect(result.services.length).toBeGreaterThanOrEqual(running.length);
      expect(
        result.services.every(
          ({ processBefore, processAfter }) => processAfter > 0 && processAfter !== processBefore,
        ),
      ).toBe(true);
      expect(result.appPools.length).toBeGreaterThan(0);
    }),
  );

  it.concurrent('tells in the fallback what does not start', () =>
    onLab(async (start) => {
      const on = await start({
        windows: { ldap: 'stall' },
        faults: { startRefused: ['MSExchangeIS'] },
      });
      const { result } = await untilDone(on.activities.fallback, await fallbackInput(on));
      expect(result.problems).toEqual([expect.stringContaining('MSExchangeIS did not start')]);
    }),
  );

  it.concurrent('tells in the fallback that the symptom stays', () =>
    onLab(async (start) => {
      const on = await start({ windows: { ldap: 'stall' }, faults: { symptomStays: true } });
      // Exchange logs it every 900 s, and the clock of an emulated host is not compressed: nobody could wait for that.
      const { content } = await on.deps.previews.read(on.target.previewHash);
      const { connection } = content.hosts[0]!;
      const credential = await on.deps.resolveCredential(connection.credentialRef);
      const session = await on.deps.openSession(connection, credential);
      const period = await session.run(
        `reg add "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess" /v LogPeriod /t REG_DWORD /d 3 /f`,
      );
      expect(period.exitCode).toBe(0);
      await session.close();
      const { result } = await untilDone(on.activities.fallback, {
        ...(await fallbackInput(on)),
        observeMs: 20_000,
      });
      expect(result.symptomSince).toBe(true);
    }),
  );

  it.concurrent('stages nothing on a full disk', () =>
    onLab(async (start) => {
      const on = await start({ windows: { freeBytes: 1000 } });
      await expect(stage(on)).rejects.toMatchObject({ code: 'disk-full' });
      const full = await startScene(transport, { faults: { diskFull: true } });
      await expect(stage(full)).rejects.toMatchObject({ code: 'disk-full' });
      await full.close();
    }),
  );

  it.concurrent('tells a refused login in an assessment', () =>
    onLab(async (start) => {
      const on = await start({ password: 'not-the-password' });
      const { result } = await untilDone(on.activities.assess, {
        owner: 'r1',
        previewHash: on.target.previewHash,
        hosts: [on.target.hostId],
        hotfix,
      });
      expect(result).toMatchObject([{ reached: false, failure: { code: 'login-refused' } }]);
      expect(on.count('login-refused')).toBe(1);
    }),
  );

  it.concurrent('survives a reply that is cut in the middle', () =>
    onLab(async (start) => {
      const on = await start({ windows: { ldap: 'stall' }, faults: { cutReply: 2 } });
      expect((await check(on)).verdict.state).toBe('affected');
    }),
  );

  it.concurrent('would start a second installer without looking first', () =>
    onLab(async (start) => {
      const on = await start();
      const input = await applyInput(on);
      const blindly = (one: ApplyInput) => {
        let looks = 0;
        const blindOnce: LookAtInstallation = async (...asked) => {
          looks += 1;
          const view = await lookAtInstallation(...asked);
          const absent = known({ state: 'absent', identity: null } as const);
          return looks > 1
            ? view
            : {
                ...view,
                own: null,
                others: [],
                result: null,
                package: absent,
                otherServicing: null,
              };
        };
        return createApply(on.deps, blindOnce)(one);
      };
      await dieAt(on, 'result-written', (environment) => environment.run(blindly, input));
      await untilDone(blindly, input);
      expect(on.count('install-started')).toBe(2);
    }),
  );

  it.concurrent('waits for servicing of somebody else', () =>
    onLab(async (start) => {
      const on = await start({ windows: { servicingBusyMs: 60_000 } });
      const input = await applyInput(on);
      const { result } = await untilDone(on.activities.apply, input);
      expect(result).toMatchObject({ how: 'installed', exitCode: 3010 });
    }),
  );

  it.concurrent('lets go of a host that hangs when it is cancelled', () =>
    onLab(async (start) => {
      const on = await start({ faults: { hang: ['wmic'] } });
      const environment = new MockActivityEnvironment({}, { logger: quiet });
      const asked = new Promise<void>((resolve) => {
        on.lab.onEffect(({ effect }) => effect === 'session-opened' && resolve());
      });
      const running = environment.run(on.activities.check, { ...on.target, hotfix });
      await asked;
      environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
      await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    }),
  );
});
