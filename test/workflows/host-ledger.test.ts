import { randomUUID } from 'node:crypto';
import type { Activities } from '../../contracts/activities';
import { hostId, rolloutId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import type { HostPolicy } from '../../contracts/plan';
import type { HostWorkflowInput } from '../../contracts/steps';
import type { Behaviour } from './fake-world';
import { createFakeWorld } from './fake-world';
import type { LedgerScene } from './ledger-scene';
import { startLedgerScene } from './ledger-scene';
import { rolloutInput, sampleHostPolicy } from './samples';

const world = createFakeWorld();
/** What the set of a host heard of it last, and which step came before. */
const heard = new Map<HostId, string>();
let scene: LedgerScene;

beforeAll(async () => {
  const tellSlots: Activities['tellSlots'] = async ({ news }) => {
    for (const { kind, hostId: host } of news) {
      heard.set(host, `${kind} after ${world.callsOf(host).at(-1)}`);
    }
  };
  scene = await startLedgerScene({ ...world.activities, tellSlots });
});
afterAll(() => scene?.stop());

const hook = (command: string) => ({ command, timeoutMs: 1000 });
const hooks = {
  priorState: hook('prior {host}'),
  drain: hook('drain {host}'),
  restore: hook('restore {host} {state}'),
};
const blocked = { hookReports: { priorState: { state: 'Blocked' } } };
const owed = { state: 'Blocked', drainedBy: null };

interface Choice {
  readonly policy?: Partial<HostPolicy>;
  readonly input?: Partial<HostWorkflowInput>;
}

const newHost = (behaviour: Behaviour): HostId => {
  const host = hostId(`host-${randomUUID().slice(0, 8)}`);
  world.behave(host, behaviour);
  return host;
};

function inputFor(host: HostId, { policy = {}, input = {} }: Choice = {}): HostWorkflowInput {
  const sample = rolloutInput({ id: 'r', hosts: [host] });
  return {
    rolloutId: rolloutId('r'),
    hostId: host,
    previewHash: sample.previewHash,
    change: sample.change,
    hotfix: sample.hotfix,
    package: sample.package,
    policy: { ...sampleHostPolicy, hooks, ...policy },
    scope: 'affected',
    treatAsAffected: false,
    sets: [],
    ...input,
  };
}

async function walk(behaviour: Behaviour, choice?: Choice) {
  const host = newHost(behaviour);
  const { told, result } = await scene.walk(inputFor(host, choice));
  return { ...result, told, calls: world.callsOf(host), hooks: world.hooksOf(host) };
}

const fixed =
  'check stage inspect priorState drain apply reboot waitBack verify restore cleanUp'.split(' ');

describe('what draining takes from a host', () => {
  it('is found out before it, told to the rollout before it, and given back exactly', async () => {
    const host = newHost(blocked);
    const draining = world.hold('drain', host);
    const walking = await scene.start(inputFor(host));
    await draining.reached;
    expect(await walking.told()).toEqual(['drained Blocked']);
    draining.open();
    const { told, result } = await walking.end();
    expect(result).toMatchObject({ outcome: 'fixed', available: true });
    expect(told).toEqual(['drained Blocked', 'restored']);
    expect(world.callsOf(host)).toEqual(fixed);
    expect(world.hooksOf(host)).toEqual([
      'priorState undefined',
      'drain Blocked',
      'restore Blocked',
    ]);
    const restored = result?.steps.find(({ step }) => step === 'restore');
    expect(restored?.summary).toContain('state to put back: Blocked');
  });

  it('is what the drain reports where nothing else asks for it', async () => {
    const { told, hooks: asked } = await walk(
      { hookReports: { drain: { state: 'IntrasiteOnly' } } },
      { policy: { hooks: { drain: hooks.drain, restore: hooks.restore } } },
    );
    expect(asked).toEqual(['drain null', 'restore IntrasiteOnly']);
    expect(told).toEqual(['drained null', 'drained IntrasiteOnly', 'restored']);
  });

  it('stays what was found first when the drain is carried out again by another worker', async () => {
    const { outcome, hooks: asked } = await walk({
      hookReports: { priorState: { state: 'Blocked' }, drain: { state: 'Unrestricted' } },
      fails: { drain: { code: 'connection-lost', times: 1 } },
    });
    expect(outcome).toBe('fixed');
    expect(asked.slice(1)).toEqual(['drain Blocked', 'drain Blocked', 'restore Blocked']);
  });

  it('is given back when the drain itself fails', async () => {
    const result = await walk({ ...blocked, hookExitCodes: { drain: 3 } });
    expect(result).toMatchObject({ outcome: 'failed', available: true });
    expect(result.hooks.at(-1)).toBe('restore Blocked');
    expect(result.told).toEqual(['drained Blocked', 'restored']);
  });

  it('stays owed when restoring fails, and the host counts as out of service', async () => {
    const result = await walk({ ...blocked, hookExitCodes: { restore: 1 } });
    expect(result).toMatchObject({ available: false, reason: { code: 'not-restored' } });
    expect(result.told).toEqual(['drained Blocked']);
  });

  it('is found out anew when the host is drained once more after it served', async () => {
    const result = await walk({ ...blocked, symptoms: [1] }, { policy: { hooks, quietForMs: 1 } });
    expect(result.outcome).toBe('mitigated');
    expect(result.calls.slice(-5)).toEqual(['watch', 'priorState', 'drain', 'fallback', 'restore']);
    expect(result.told).toEqual(['drained Blocked', 'restored', 'drained Blocked', 'restored']);
  });

  it('is nothing the rollout hears of where the plan has no hook that restores', async () => {
    const { told, outcome } = await walk(
      {},
      { policy: { hooks: { drain: hooks.drain, restore: null } } },
    );
    expect([outcome, told]).toEqual(['fixed', []]);
  });

  it('is not asked for in what an earlier release started', async () => {
    const { sets: _, ...earlier } = inputFor(newHost(blocked));
    const { told } = await scene.walk(earlier);
    expect(told).toEqual([]);
    expect(world.hooksOf(earlier.hostId)).toEqual(['drain undefined', 'restore undefined']);
  });
});

describe('a host of which nobody can tell how it stands', () => {
  it.each<{ name: string; behaviour: Behaviour; code: string }>([
    {
      name: 'the hook fails',
      behaviour: { hookExitCodes: { priorState: 1 } },
      code: 'prior-state-refused',
    },
    {
      name: 'its report cannot be put into a command',
      behaviour: { fails: { priorState: { code: 'bad-hook-report' } } },
      code: 'bad-hook-report',
    },
  ])('is left alone when $name', async ({ behaviour, code }) => {
    const result = await walk(behaviour);
    expect(result).toMatchObject({ outcome: 'failed', available: true, reason: { code } });
    expect(result.calls).toEqual(['check', 'stage', 'inspect', 'priorState']);
    expect(result.told).toEqual([]);
  });
});

describe('a host that somebody else has drained', () => {
  it('is changed, but neither drained nor restored, and counts as out of service', async () => {
    const result = await walk({ hookReports: { priorState: { drainedBy: 'carol' } } });
    expect(result).toMatchObject({
      outcome: 'fixed',
      available: false,
      reason: { code: 'drained-by-other' },
    });
    expect(result.calls).toEqual(fixed.filter((step) => step !== 'drain' && step !== 'restore'));
    expect(result.told).toEqual([]);
    expect(result.steps.find(({ step }) => step === 'prior-state')?.summary).toContain(
      'drained by carol',
    );
  });

  it('is not restored either when only the drain found it out', async () => {
    const result = await walk(
      { hookReports: { drain: { drainedBy: 'carol' } } },
      { policy: { hooks: { drain: hooks.drain, restore: hooks.restore } } },
    );
    expect(result).toMatchObject({ outcome: 'fixed', available: false });
    expect(result.calls).not.toContain('restore');
    expect(result.told).toEqual(['drained null', 'restored']);
  });
});

describe('what an earlier run drained and never restored', () => {
  it.each<{ name: string; behaviour: Behaviour; outcome: string; choice?: Choice }>([
    { name: 'not-affected', behaviour: { state: 'not-affected' }, outcome: 'not-affected' },
    { name: 'already-fixed', behaviour: { installed: true }, outcome: 'already-fixed' },
    {
      name: 'failed in its check',
      behaviour: { fails: { check: { code: 'rights-missing' } } },
      outcome: 'failed',
    },
    {
      name: 'failed while the package was staged',
      behaviour: { fails: { stage: { code: 'disk-full' } } },
      outcome: 'failed',
    },
    {
      name: 'failed for a pending reboot',
      behaviour: { rebootPending: true },
      outcome: 'failed',
      choice: { policy: { hooks, pendingReboot: 'refuse' } },
    },
  ])('is restored when the host ends $name', async ({ behaviour, outcome, choice }) => {
    const result = await walk({ ...blocked, ...behaviour }, { ...choice, input: { owed } });
    expect(result.outcome).toBe(outcome);
    expect(result.hooks).toEqual(['restore Blocked']);
    expect(result.told).toEqual(['restored']);
  });

  it.each([
    { name: 'well once it is restored', exitCode: 0, news: 'found-healthy after restore' },
    { name: 'down when restoring fails', exitCode: 1, news: 'down after restore' },
  ])('lets the sets of a host that is not changed hear that it is $name', async (given) => {
    const behaviour = {
      state: 'not-affected',
      hookExitCodes: { restore: given.exitCode },
    } as const;
    const sets = [{ name: 'dag1', maxUnavailable: 1 }];
    const { hostId: host, outcome } = await walk(behaviour, { input: { owed, sets } });
    expect([outcome, heard.get(host)]).toEqual(['not-affected', given.news]);
  });

  it('is restored after the change, for which the host is drained with the first state', async () => {
    const unrestricted = { hookReports: { priorState: { state: 'Unrestricted' } } };
    const result = await walk(unrestricted, { input: { owed } });
    expect(result).toMatchObject({ outcome: 'fixed', available: true });
    expect(result.hooks).toEqual(['drain Blocked', 'restore Blocked']);
  });

  it('is restored when the workflow is called off', async () => {
    const host = newHost({});
    const staging = world.hold('stage', host);
    const walking = await scene.start(inputFor(host, { input: { owed } }));
    await staging.reached;
    await walking.host.cancel();
    const { told, result } = await walking.end();
    expect(result).toMatchObject({ outcome: 'not-started', available: true });
    expect(world.callsOf(host)).toEqual(['check', 'stage', 'restore']);
    expect(told).toEqual(['restored']);
  });

  it('is not restored on a host that nobody can reach', async () => {
    const result = await walk(
      { fails: { check: { code: 'host-unreachable' } } },
      { input: { owed }, policy: { hooks, unreachableAfterMs: 1000 } },
    );
    expect(result).toMatchObject({
      outcome: 'unreachable',
      available: false,
      reason: { code: 'not-restored' },
    });
    expect([result.hooks, result.told]).toEqual([[], []]);
  });

  it('is restored with the first state after the workflow was terminated in between', async () => {
    const host = newHost({ ...blocked });
    const applying = world.hold('apply', host);
    const walking = await scene.start(inputFor(host));
    await applying.reached;
    await walking.host.terminate('by a person');
    expect(await walking.end()).toMatchObject({ told: ['drained Blocked'], result: null });
    applying.open();
    world.behave(host, { hookReports: { priorState: { state: 'Unrestricted' } } });
    const second = await scene.walk(inputFor(host, { input: { owed } }));
    expect(second.result).toMatchObject({ outcome: 'fixed', available: true });
    expect(world.hooksOf(host).slice(2)).toEqual(['drain Blocked', 'restore Blocked']);
    expect(second.told).toEqual(['restored']);
  });

  it('can be all that is asked for', async () => {
    const result = await walk({}, { input: { owed, restoreOnly: true } });
    expect(result).toMatchObject({
      outcome: 'skipped',
      available: true,
      reason: { code: 'only-restored' },
    });
    expect(result.calls).toEqual(['restore']);
    expect(result.told).toEqual(['restored']);
  });

  it('is said loudly when it alone was asked for and fails', async () => {
    const result = await walk(
      { hookExitCodes: { restore: 1 } },
      { input: { owed, restoreOnly: true } },
    );
    expect(result).toMatchObject({
      outcome: 'skipped',
      available: false,
      reason: { code: 'not-restored' },
    });
  });
});
