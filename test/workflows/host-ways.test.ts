import type { HostScene } from './host-scene';
import { startHostScene } from './host-scene';
import { sampleHotfix } from './samples';

let scene: HostScene;

beforeAll(async () => {
  scene = await startHostScene();
});
afterAll(() => scene.stop());

const hooks = {
  drain: { command: 'drain.cmd', timeoutMs: 1000 },
  restore: { command: 'restore.cmd', timeoutMs: 1000 },
};
const fixSteps = 'check stage inspect apply reboot waitBack verify'.split(' ');

describe('the package as the host sees it', () => {
  it.concurrent(
    'is not applied where servicing says that it does not apply and no file is new enough',
    async () => {
      const old = {
        ...sampleHotfix,
        verification: { ...sampleHotfix.verification, files: [{ path: 'x.dll', atLeast: '1.0' }] },
      };
      const behaviour = { inspected: { applicable: false }, fileVersions: { 'x.dll': '0.9' } };
      const result = await scene.walk(behaviour, { hooks }, { hotfix: old });
      expect(result).toMatchObject({ outcome: 'not-applicable', available: true });
      expect(result.calls).toEqual(['check', 'stage', 'inspect']);
    },
  );

  it.concurrent('is not applied where servicing does not say whether it applies', async () => {
    const result = await scene.walk({ inspected: { applicable: null } });
    expect(result).toMatchObject({ outcome: 'failed', available: true });
    expect(result.calls).toEqual(['check', 'stage', 'inspect']);
  });

  it.concurrent('is not applied when it is another one than the hotfix names', async () => {
    const result = await scene.walk({ inspected: { identity: 'Package_for_KB1~x' } });
    expect(result).toMatchObject({ outcome: 'failed', available: true });
    expect(result.calls).not.toContain('apply');
  });
});

describe('a reboot that somebody else left pending', () => {
  it.concurrent('ends the host untouched when the plan refuses it', async () => {
    const result = await scene.walk({ rebootPending: true }, { pendingReboot: 'refuse', hooks });
    expect(result).toMatchObject({ outcome: 'failed', available: true });
    expect(result.calls).toEqual(['check']);
  });

  it.concurrent('is made first, in the drained host, when the plan says so', async () => {
    const result = await scene.walk(
      { rebootPending: true },
      {
        pendingReboot: 'reboot-first',
        hooks,
        reboot: { timeoutMs: 1000, maxReboots: 2, maxOwn: 0 },
      },
    );
    expect(result.outcome).toBe('fixed');
    expect(result.calls).toEqual(
      'check stage inspect drain reboot waitBack apply reboot waitBack verify restore cleanUp'.split(
        ' ',
      ),
    );
  });
});

describe('a fixed host that is watched', () => {
  it.concurrent('ends fixed when it stays quiet, after it was given back', async () => {
    const result = await scene.walk({}, { quietForMs: 1, hooks });
    expect(result.outcome).toBe('fixed');
    expect(result.calls.slice(-3)).toEqual(['restore', 'watch', 'cleanUp']);
    expect(result.reason.message).toContain('did not come back');
  });

  it.concurrent('is drained once more and falls back when the symptom comes back', async () => {
    const result = await scene.walk({ symptoms: [2] }, { quietForMs: 1, hooks });
    expect(result).toMatchObject({ outcome: 'mitigated', available: true });
    expect(result.calls.slice(-5)).toEqual(['restore', 'watch', 'drain', 'fallback', 'restore']);
  });

  it.concurrent('is not believed when nobody can tell whether it stayed quiet', async () => {
    const result = await scene.walk({ symptoms: [null] }, { quietForMs: 1 });
    expect(result).toMatchObject({
      outcome: 'failed',
      available: true,
      reason: { code: 'watch-unknown' },
    });
    expect(result.calls).not.toContain('fallback');
  });
});

describe('a verification that fails', () => {
  it.concurrent('has the hotfix removed again when the plan says so', async () => {
    const result = await scene.walk(
      { losesService: true },
      { rollback: true, reboot: { timeoutMs: 1000, maxReboots: 2, maxOwn: 0 } },
    );
    expect(result).toMatchObject({ outcome: 'rolled-back', available: true });
    expect(result.calls).toEqual([
      ...fixSteps,
      ...'verify remove reboot waitBack verify'.split(' '),
    ]);
  });

  it.concurrent('falls back when the removal fails too', async () => {
    const result = await scene.walk(
      { losesService: true, fails: { remove: { code: 'rights-missing' } } },
      { rollback: true, reboot: { timeoutMs: 1000, maxReboots: 2, maxOwn: 0 } },
    );
    expect(result.outcome).toBe('mitigated');
    expect(result.calls.slice(-2)).toEqual(['remove', 'fallback']);
    expect(result.reason.message).toContain('Removing it failed too');
  });
});

describe('a rollout that only mitigates', () => {
  it.concurrent('restarts and recycles, installs nothing, and ends mitigated', async () => {
    const result = await scene.walk({}, { hooks }, { action: 'mitigate', package: null });
    expect(result).toMatchObject({ outcome: 'mitigated', available: true });
    expect(result.calls).toEqual('check drain fallback restore'.split(' '));
  });

  it.concurrent('ends failed, out of service, when the workaround does not help', async () => {
    const result = await scene.walk(
      { fallbackProblems: ['W3SVC does not start'] },
      { hooks },
      { action: 'mitigate', package: null },
    );
    expect(result).toMatchObject({ outcome: 'failed', available: false });
    expect(result.calls).toEqual('check drain fallback restore'.split(' '));
  });

  it.concurrent(
    'is not believed while the rule still says affected, where no event tells',
    async () => {
      const quiet = { ...sampleHotfix, symptom: null };
      const result = await scene.walk({}, {}, { action: 'mitigate', package: null, hotfix: quiet });
      expect(result).toMatchObject({ outcome: 'failed', available: false });
      expect(result.calls).toEqual('check fallback verify'.split(' '));
      expect(result.reason.message).toContain('still affected');
    },
  );

  it.concurrent('leaves a host alone that is not affected', async () => {
    const result = await scene.walk({ state: 'not-affected' }, {}, { action: 'mitigate' });
    expect(result.outcome).toBe('not-affected');
    expect(result.calls).toEqual(['check']);
  });
});

describe('a rollout that rolls back', () => {
  const back = { action: 'rollback', package: null } as const;

  it.concurrent('removes the package, reboots, and proves that it is gone', async () => {
    const result = await scene.walk({ installed: true }, { hooks }, back);
    expect(result).toMatchObject({ outcome: 'rolled-back', available: true });
    expect(result.calls).toEqual('check drain remove reboot waitBack verify restore'.split(' '));
  });

  it.concurrent('leaves a host alone that has no such package', async () => {
    const result = await scene.walk({}, { hooks }, back);
    expect(result).toMatchObject({
      outcome: 'not-applicable',
      reason: { code: 'nothing-to-remove' },
    });
    expect(result.calls).toEqual(['check']);
  });

  it.concurrent('ends failed when the host does not come back from the reboot', async () => {
    const result = await scene.walk({ installed: true, back: 'never-came-back' }, {}, back);
    expect(result).toMatchObject({ outcome: 'failed', available: false });
    expect(result.reason.message).toContain('The rollback failed');
  });
});
