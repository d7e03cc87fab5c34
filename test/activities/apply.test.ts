import { createApply } from '../../activities/apply';
import { known } from '../../contracts/reason';
import type { ApplyInput } from '../../contracts/steps';
import { lookAtInstallation } from '../../remote/windows/installation-look';
import type { LookAtInstallation } from '../../remote/windows/installation-look';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import type { ModelHost } from './model-host';
import { modelHost } from './model-host';
import { dependenciesOn, target, untilDone } from './run-step';

const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
const input: ApplyInput = {
  ...target,
  hotfix: sampleHotfix,
  staged: { folder, path: `${folder}\\Windows6.1-KB3004383-x64.msu` },
  attempt: 'a1',
};
const applyOn = (host: ModelHost, look?: LookAtInstallation, changes: Partial<ApplyInput> = {}) =>
  untilDone(createApply(dependenciesOn(host), look), { ...input, ...changes });

const otherTask = (host: ModelHost, startedAgoMs: number) => {
  host.tasks.push({
    name: 'KB3004383-zz',
    startedAt: host.now - startedAgoMs,
    endedWith: null,
    attempt: 'zz',
  });
};

describe('apply', () => {
  it('installs through a task and returns its exit code, the package and the log', async () => {
    const host = modelHost();
    const { result } = await applyOn(host);
    expect(result).toMatchObject({
      how: 'installed',
      exitCode: 3010,
      task: 'KB3004383-a1',
      package: { state: 'install-pending' },
      logTail: 'dism says so',
    });
    expect(host.counts).toMatchObject({ installs: 1, tasksCreated: 1 });
  });

  it.each([0, 1618, 2148468766, 2148468994])(
    'gives back exit code %d as the installer left it',
    async (code) => {
      const { result } = await applyOn(modelHost({ installExitCode: code }));
      expect(result).toMatchObject({ how: 'installed', exitCode: code });
    },
  );

  it.each([
    { state: 'Installed', how: 'found-installed' },
    { state: 'Install Pending', how: 'found-pending' },
    { state: 'Superseded', how: 'found-installed' },
  ])('starts nothing when the package is $state', async ({ state, how }) => {
    const host = modelHost({ packageState: state });
    expect((await applyOn(host)).result).toMatchObject({ how, exitCode: null, task: null });
    expect(host.counts).toMatchObject({ installs: 0, tasksCreated: 0, uploads: 0 });
  });

  it("watches somebody else's task of the same hotfix to its end", async () => {
    const host = modelHost();
    otherTask(host, 5000);
    const { result } = await applyOn(host);
    expect(result).toMatchObject({
      how: 'watched',
      exitCode: 3010,
      task: 'KB3004383-zz',
      package: { state: 'install-pending' },
    });
    expect(host.counts.installs).toBe(0);
  });

  it("installs itself after somebody else's task ended without the package", async () => {
    const host = modelHost({ installExitCode: 1618 });
    otherTask(host, 5000);
    const { result } = await applyOn(host);
    expect(result).toMatchObject({ how: 'installed', exitCode: 1618, task: 'KB3004383-a1' });
    expect(host.counts.installs).toBe(1);
  });

  it('waits for other servicing before it starts anything', async () => {
    const host = modelHost();
    const freeAt = host.now + 60_000;
    host.servicingBusyUntil = freeAt;
    const { result } = await applyOn(host);
    expect(result.how).toBe('installed');
    expect(host.tasks[0]?.startedAt).toBeGreaterThanOrEqual(freeAt);
  });

  it('gives up watching after the time limit and leaves the installer running', async () => {
    const host = modelHost({ installMs: 10 * 3_600_000 });
    const hotfix = { ...sampleHotfix, install: { ...sampleHotfix.install, timeoutMs: 60_000 } };
    await expect(applyOn(host, undefined, { hotfix })).rejects.toMatchObject({
      code: 'installer-timeout',
    });
    expect(host.tasks[0]).toMatchObject({ endedWith: null });
    expect(host.counts.installs).toBe(1);
  });

  const cuts = Array.from({ length: 12 }, (_, index) => index + 1).flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) =>
      (['worker', 'connection'] as const).map((by) => ({ at, when, by })),
    ),
  );

  it.each(cuts)('installs once when the $by is lost $when command $at', async (cut) => {
    const host = modelHost({ cut });
    const { result } = await applyOn(host);
    expect(result).toMatchObject({ how: 'installed', exitCode: 3010 });
    expect(host.counts.installs).toBe(1);
  });

  it.each(cuts.filter(({ by }) => by === 'worker'))(
    'installs once when another attempt follows a worker that died $when command $at',
    async (cut) => {
      const host = modelHost({ cut });
      await untilDone(createApply(dependenciesOn(host)), input).catch(() => null);
      host.cut = null;
      await applyOn(host, undefined, { attempt: 'b2' });
      expect(host.counts.installs).toBe(1);
    },
  );

  it('would install twice without looking first', async () => {
    const nothingThere = {
      own: null,
      others: [],
      result: null,
      package: known({ state: 'absent', identity: null } as const),
    };
    const installsWith = async (cut: ModelHost['cut']): Promise<number> => {
      const host = modelHost({ cut });
      const applyBlindly = (one: ApplyInput) => {
        let looks = 0;
        const blindOnce: LookAtInstallation = async (...asked) => {
          looks += 1;
          const view = await lookAtInstallation(...asked);
          return looks === 1 ? { ...view, ...nothingThere } : view;
        };
        return createApply(dependenciesOn(host), blindOnce)(one);
      };
      await untilDone(applyBlindly, input);
      return host.counts.installs;
    };
    const installs = await Promise.all(
      cuts.filter(({ by, at }) => by === 'worker' && at > 5).map((cut) => installsWith(cut)),
    );
    expect(Math.max(...installs)).toBe(2);
  });
});
