import { messages } from '../../contracts/names';
import type { HostProgress } from '../../contracts/rollout';
import type { Behaviour } from './fake-world';
import type { HostScene } from './host-scene';
import { startHostScene } from './host-scene';

let scene: HostScene;

beforeAll(async () => {
  scene = await startHostScene();
});
afterAll(() => scene.stop());

const walk: HostScene['walk'] = (behaviour, policy) => scene.walk(behaviour, policy);

const absent = { state: 'absent', identity: null } as const;
const pending = { state: 'install-pending', identity: 'Package_for_KB3004383~x' } as const;
const fixes = ['check', 'stage', 'inspect', 'apply', 'reboot', 'waitBack', 'verify', 'cleanUp'];
const hooks = {
  drain: { command: 'drain.cmd', timeoutMs: 1000 },
  restore: { command: 'restore.cmd', timeoutMs: 1000 },
};

describe('a host that is affected', () => {
  it.concurrent(
    'is checked, staged, applied, rebooted, verified and cleaned up, and is fixed',
    async () => {
      const result = await walk({});
      expect(result).toMatchObject({ outcome: 'fixed', available: true });
      expect(result.calls).toEqual(fixes);
      expect(result.steps.map(({ step, ok }) => [step, ok])).toEqual([
        ['check', true],
        ['stage', true],
        ['inspect', true],
        ['apply', true],
        ['reboot', true],
        ['wait-back', true],
        ['verify', true],
        ['clean-up', true],
      ]);
    },
  );

  it.concurrent('is drained before the change and restored after it', async () => {
    const { calls, outcome } = await walk({}, { hooks });
    expect(outcome).toBe('fixed');
    expect(calls).toEqual(
      'check stage inspect drain apply reboot waitBack verify restore cleanUp'.split(' '),
    );
  });

  it.concurrent(
    'is rebooted, and applied once more, when the installer wants a reboot first',
    async () => {
      const { calls, outcome } = await walk(
        {
          applies: [
            { exitCode: 3017, package: absent },
            { exitCode: 3010, package: pending },
          ],
        },
        { reboot: { timeoutMs: 1000, maxReboots: 2, maxOwn: 0 } },
      );
      expect(outcome).toBe('fixed');
      expect(calls.filter((step) => step === 'apply')).toHaveLength(2);
      expect(calls.filter((step) => step === 'reboot')).toHaveLength(2);
    },
  );

  it.concurrent.each<{ name: string; state: Behaviour['state']; outcome: string }>([
    { name: 'was fixed since the assessment', state: 'already-fixed', outcome: 'already-fixed' },
    { name: 'does not show the problem', state: 'not-affected', outcome: 'not-affected' },
    { name: 'is suspect only', state: 'suspect', outcome: 'undecided' },
  ])('is left alone when the second look finds that it $name', async ({ state, outcome }) => {
    const result = await walk(state === undefined ? {} : { state });
    expect(result).toMatchObject({ outcome, available: true });
    expect(result.calls).toEqual(['check']);
  });
});

describe('a change that goes wrong', () => {
  it.concurrent.each<{ name: string; behaviour: Behaviour; before: string[] }>([
    {
      name: 'the installer fails',
      behaviour: { applies: [{ exitCode: 1603, package: absent }] },
      before: ['check', 'stage', 'inspect', 'apply'],
    },
    {
      name: 'the host never goes down for its reboot',
      behaviour: { back: 'never-went' },
      before: ['check', 'stage', 'inspect', 'apply', 'reboot', 'waitBack'],
    },
    {
      name: 'the reboot is refused',
      behaviour: { fails: { reboot: { code: 'reboot-refused' } } },
      before: ['check', 'stage', 'inspect', 'apply', 'reboot'],
    },
    {
      name: 'the package is not in after the reboot',
      behaviour: { notInstalled: true },
      before: ['check', 'stage', 'inspect', 'apply', 'reboot', 'waitBack', 'verify'],
    },
  ])('ends mitigated by the fallback when $name', async ({ behaviour, before }) => {
    const result = await walk(behaviour);
    expect(result).toMatchObject({ outcome: 'mitigated', available: true });
    expect(result.reason.message).toContain('the hotfix is still owed');
    expect(result.calls).toEqual([...before, 'fallback']);
  });

  it.concurrent(
    'ends failed when the fallback fails too, and the host counts as out of service',
    async () => {
      const result = await walk({ notInstalled: true, fallbackProblems: ['W3SVC does not start'] });
      expect(result).toMatchObject({
        outcome: 'failed',
        available: false,
        reason: { code: 'fallback-failed' },
      });
      expect(result.reason.message).toContain('W3SVC does not start');
    },
  );

  it.concurrent('ends failed without a fallback that the plan does not want', async () => {
    const result = await walk({ notInstalled: true }, { fallback: { when: ['apply'] } });
    expect(result).toMatchObject({ outcome: 'failed', reason: { facts: { cause: 'verify' } } });
    expect(result.calls).not.toContain('fallback');
  });

  it.concurrent(
    'asks nothing more of a host that never came back, not even to restore it, and says so',
    async () => {
      const result = await walk({ back: 'never-came-back' }, { hooks });
      expect(result).toMatchObject({ outcome: 'failed', available: false });
      expect(result.reason.message).toMatch(/^NOT BACK IN SERVICE/);
      expect(result.calls.at(-1)).toBe('waitBack');
    },
  );

  it.concurrent('is restored also when it failed', async () => {
    const result = await walk({ notInstalled: true, fallbackProblems: ['no'] }, { hooks });
    expect(result.calls.slice(-2)).toEqual(['fallback', 'restore']);
  });

  it.concurrent('keeps its outcome but not its slot when it cannot be restored', async () => {
    const result = await walk({ hookExitCodes: { restore: 7 } }, { hooks });
    expect(result).toMatchObject({ outcome: 'fixed', available: false });
    expect(result.reason.message).toMatch(/^NOT BACK IN SERVICE: .*exit code 7.*restore says no/);
  });
});

describe('a host that nothing was done to', () => {
  it.concurrent('is restored and failed when draining it does not work', async () => {
    const result = await walk({ hookExitCodes: { drain: 3 } }, { hooks });
    expect(result).toMatchObject({
      outcome: 'failed',
      available: true,
      reason: { code: 'drain-refused' },
    });
    expect(result.calls).toEqual(['check', 'stage', 'inspect', 'drain', 'restore']);
  });

  it.concurrent(
    'is unreachable when it cannot be reached for as long as the plan says',
    async () => {
      const result = await walk(
        { fails: { check: { code: 'host-unreachable' } } },
        { unreachableAfterMs: 2500 },
      );
      expect(result).toMatchObject({
        outcome: 'unreachable',
        available: false,
        reason: { code: 'host-unreachable' },
      });
      expect(result.calls.length).toBeGreaterThan(1);
    },
  );

  it.concurrent('is unreachable at once when trying again cannot help', async () => {
    const result = await walk({ fails: { check: { code: 'login-refused' } } });
    expect(result).toMatchObject({ outcome: 'unreachable', reason: { code: 'login-refused' } });
    expect(result.calls).toEqual(['check']);
    expect(result.steps[0]?.failure?.advice).toContain('credentialRef');
  });

  it.concurrent('is failed, and in service, when the package does not get there', async () => {
    const result = await walk({ fails: { stage: { code: 'disk-full' } } });
    expect(result).toMatchObject({
      outcome: 'failed',
      available: true,
      reason: { code: 'disk-full' },
    });
  });
});

describe('cancelling', () => {
  it.concurrent('before the change leaves the host not started', async () => {
    const host = scene.newHost();
    const gate = scene.world.hold('stage', host);
    const handle = await scene.start(scene.inputFor(host));
    await gate.reached;
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      outcome: 'not-started',
      available: true,
      reason: { code: 'cancelled-before-change' },
    });
    expect(scene.world.callsOf(host)).toEqual(['check', 'stage']);
  });

  it.concurrent('in the change cuts nothing', async () => {
    const host = scene.newHost();
    const gate = scene.world.hold('apply', host);
    const handle = await scene.start(scene.inputFor(host));
    await gate.reached;
    expect(await handle.query<HostProgress>(messages.hostStatus)).toMatchObject({
      phase: 'applying',
    });
    await handle.cancel();
    // The cancellation is in the history before the step ends.
    while ((await handle.fetchHistory()).events?.every(({ eventType }) => !isCancel(eventType)));
    gate.open();
    expect(await handle.result()).toMatchObject({ outcome: 'fixed' });
    expect(scene.world.callsOf(host)).toEqual(fixes);
  });
});

const isCancel = (eventType: unknown) =>
  String(eventType) === 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED' || eventType === 20;

describe('a worker that is away', () => {
  it('costs a host nothing: the check is asked again until a worker takes it', async () => {
    await scene.workers.shutdown();
    const host = scene.newHost();
    const handle = await scene.start(scene.inputFor(host, { unreachableAfterMs: 2000 }));
    // Only decisions are taken meanwhile; nobody asks hosts, and the time for the check runs out.
    scene.workers = await scene.engine.startDeciders(scene.world.activities);
    const timedOut = async () =>
      (await handle.fetchHistory()).events?.filter(
        (event) => event.activityTaskTimedOutEventAttributes != null,
      ).length ?? 0;
    while ((await timedOut()) < 1);
    await scene.workers.shutdown();
    scene.workers = await scene.engine.startWorkers(scene.world.activities);
    expect(await handle.result()).toMatchObject({ outcome: 'fixed' });
  });

  it('in the middle of a step is replaced by another one, which repeats the step', async () => {
    const host = scene.newHost();
    const gate = scene.world.hold('apply', host);
    const handle = await scene.start(scene.inputFor(host));
    await gate.reached;
    await scene.workers.shutdown();
    gate.open();
    scene.workers = await scene.engine.startWorkers(scene.world.activities);
    expect(await handle.result()).toMatchObject({ outcome: 'fixed' });
    expect(scene.world.callsOf(host).filter((step) => step === 'apply').length).toBeGreaterThan(1);
  });
});
