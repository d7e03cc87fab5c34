import { MockActivityEnvironment } from '@temporalio/testing';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { createActivities } from '../../activities';
import { Failure } from '../../contracts/failures';
import { hostId } from '../../contracts/ids';
import type { HookResult } from '../../contracts/steps';
import type { Session } from '../../remote/session';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import { modelHost } from './model-host';
import { dependenciesOn, hash, packageRef, preview, quiet, target, untilDone } from './run-step';

const stageInput = { ...target, hotfix: sampleHotfix, package: packageRef };
const sessionWith = (changes: Partial<Session>): Session => ({
  run: () => Promise.reject(new Error('not asked')),
  upload: () => Promise.reject(new Error('not asked')),
  close: () => Promise.resolve(),
  ...changes,
});

describe('stage', () => {
  it('uploads once and finds the file afterwards', async () => {
    const host = modelHost();
    const { stage } = createActivities(dependenciesOn(host));
    const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
    const expected = {
      folder,
      path: `${folder}\\${packageRef.fileName}`,
      sha256: packageRef.sha256,
    };
    expect((await untilDone(stage, stageInput)).result).toMatchObject({
      ...expected,
      how: 'uploaded',
      bytes: 5,
    });
    expect((await untilDone(stage, stageInput)).result).toMatchObject({
      ...expected,
      how: 'already-there',
      bytes: 0,
    });
    expect(host.counts.uploads).toBe(1);
  });

  it.each([
    { freeBytes: 1e9, code: 'disk-full' },
    { freeBytes: null, code: 'unexpected-output' },
  ])('sends nothing when free space is $freeBytes', async ({ freeBytes, code }) => {
    const host = modelHost({ freeBytes });
    const { stage } = createActivities(dependenciesOn(host));
    await expect(untilDone(stage, stageInput)).rejects.toMatchObject({
      code,
      facts: { host: 'mail7' },
    });
    expect(host.counts.uploads).toBe(0);
  });

  it.each(['478887_intl_x64_zip.exe', '..\\x.msu', 'a b.msu', 'x"&y.msu'])(
    'refuses a package named %s',
    async (fileName) => {
      const { stage } = createActivities(dependenciesOn(modelHost()));
      const input = { ...stageInput, package: { ...packageRef, fileName } };
      await expect(untilDone(stage, input)).rejects.toMatchObject({ code: 'bad-request' });
    },
  );
});

describe('hooks', () => {
  const hookOn = (exitCode: number | null): Promise<HookResult> => {
    const session = sessionWith({
      run: () =>
        Promise.resolve({
          exitCode,
          stdout: Buffer.from(`${'x'.repeat(5000)}end`),
          stderr: Buffer.alloc(0),
          truncated: false,
          timedOut: exitCode === null,
          durationMs: 3,
        }),
    });
    const deps = dependenciesOn(modelHost(), { openSession: () => Promise.resolve(session) });
    const { drain } = createActivities(deps);
    return new MockActivityEnvironment({}, { logger: quiet }).run(drain, {
      ...target,
      hook: { command: 'drain.cmd', timeoutMs: 5000 },
    });
  };

  it('return their exit code and the end of their output', async () => {
    const result = await hookOn(17);
    expect(result).toMatchObject({ exitCode: 17, durationMs: 3 });
    expect(result.outputTail).toMatch(/end$/);
    expect(result.outputTail.length).toBeLessThanOrEqual(1024);
  });

  it('that do not end in time are a failure', async () => {
    await expect(hookOn(null)).rejects.toMatchObject({ code: 'command-timeout' });
  });
});

describe('admit', () => {
  const { admit } = createActivities(dependenciesOn(modelHost()));

  it('passes hosts of the preview', async () => {
    await expect(
      admit({ previewHash: hash, hosts: [target.hostId], needsPackage: true }),
    ).resolves.toBeUndefined();
  });

  it.each([
    { name: 'an unknown one', hosts: [hostId('stranger')], message: /stranger/ },
    { name: 'one named twice', hosts: [target.hostId, target.hostId], message: /twice/ },
  ])('refuses $name', async ({ hosts, message }) => {
    await expect(admit({ previewHash: hash, hosts, needsPackage: false })).rejects.toThrow(message);
  });

  it('refuses a rollout whose package the worker has not', async () => {
    const missing = () => Promise.reject(new Failure('package-missing', 'none'));
    const { admit: strict } = createActivities(
      dependenciesOn(modelHost(), { packages: { find: missing } }),
    );
    await expect(
      strict({ previewHash: hash, hosts: [target.hostId], needsPackage: true }),
    ).rejects.toMatchObject({ code: 'package-missing' });
  });
});

it('admits a rollout whose package the hosts pull by themselves, without having it', async () => {
  const missing = jest.fn(() => Promise.reject(new Failure('package-missing', 'none')));
  const pulled = { ...packageRef, bytes: null, url: 'https://packages.contoso.test/x.msu' };
  const { admit } = createActivities(
    dependenciesOn(modelHost(), {
      packages: { find: missing },
      previews: {
        read: () =>
          Promise.resolve({ ...preview, content: { ...preview.content, package: pulled } }),
      },
    }),
  );
  await admit({ previewHash: hash, hosts: [target.hostId], needsPackage: true });
  expect(missing).not.toHaveBeenCalled();
});

describe('assess', () => {
  const input = { owner: 'a1', previewHash: hash, hosts: [target.hostId], hotfix: sampleHotfix };

  it.each([
    { code: 'host-unreachable', tries: 2 },
    { code: 'login-refused', tries: 1 },
  ] as const)('gives $code as a result after $tries tries', async ({ code, tries }) => {
    const openSession = jest.fn(() => Promise.reject(new Failure(code, 'no')));
    const { assess } = createActivities(dependenciesOn(modelHost(), { openSession }));
    const { result } = await untilDone(assess, input);
    expect(result).toEqual([
      {
        hostId: 'mail7',
        reached: false,
        failure: { code, message: 'mail7: no', advice: expect.any(String) },
      },
    ]);
    expect(openSession).toHaveBeenCalledTimes(tries);
  });

  it('fails as a whole when the worker has no such preview', async () => {
    const read = () => Promise.reject(new Failure('preview-missing', 'none'));
    const { assess } = createActivities(dependenciesOn(modelHost(), { previews: { read } }));
    await expect(untilDone(assess, input)).rejects.toMatchObject({ code: 'preview-missing' });
  });

  it('refuses more than a batch', async () => {
    const hosts = Array.from({ length: 26 }, (_, index) => hostId(`h${index}`));
    const { assess } = createActivities(dependenciesOn(modelHost()));
    await expect(untilDone(assess, { ...input, hosts })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});

describe('clean-up', () => {
  const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
  const ended = { name: 'KB3004383-a1', startedAt: 1, endedWith: 0, attempt: 'a1' };

  it('removes the ended tasks of the hotfix and its folder', async () => {
    const other = { ...ended, name: 'KB30043830-x' };
    const host = modelHost({ stagedDigest: 'x', tasks: [{ ...ended }, other] });
    await untilDone(createActivities(dependenciesOn(host)).cleanUp, {
      ...target,
      hotfix: sampleHotfix,
      folder,
    });
    expect(host.tasks).toEqual([other]);
    expect(host.stagedDigest).toBeNull();
  });

  it('touches nothing while an installer runs', async () => {
    const host = modelHost({ stagedDigest: 'x' });
    host.tasks.push({ ...ended, startedAt: host.now, endedWith: null });
    await untilDone(createActivities(dependenciesOn(host)).cleanUp, {
      ...target,
      hotfix: sampleHotfix,
      folder,
    });
    expect(host.tasks).toHaveLength(1);
    expect(host.stagedDigest).toBe('x');
  });

  it.each([
    'C:\\Windows',
    'C:\\Windows\\hotfix-rollout\\KB3004383\\..\\..',
    'C:\\Temp\\hotfix-rollout\\KB1\\x',
  ])('refuses %s, which staging cannot have made', async (wrong) => {
    const { cleanUp } = createActivities(dependenciesOn(modelHost()));
    await expect(
      untilDone(cleanUp, { ...target, hotfix: sampleHotfix, folder: wrong }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('cancellation', () => {
  it.each([
    { name: 'an operator', reason: 'CANCELLED' as const, details: { cancelRequested: true } },
    {
      name: 'the end of the worker',
      reason: 'WORKER_SHUTDOWN' as const,
      details: { workerShutdown: true },
    },
  ])(
    'by $name ends the watching, leaves the installer and closes the session',
    async ({ reason, details }) => {
      const host = modelHost({ installMs: 1e9 });
      const open = await host.openSession();
      const close = jest.fn(() => Promise.resolve());
      const deps = dependenciesOn(host, { openSession: () => Promise.resolve({ ...open, close }) });
      const environment = new MockActivityEnvironment({}, { logger: quiet });
      const watching = new Promise<void>((resolve) => {
        environment.on('heartbeat', () => {
          if (host.counts.installs === 1) resolve();
        });
      });
      const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
      const running = environment.run(createActivities(deps).apply, {
        ...target,
        hotfix: sampleHotfix,
        staged: { folder, path: `${folder}\\x.msu` },
        attempt: 'a1',
      });
      await watching;
      environment.cancel(reason, new ActivityCancellationDetails(details));
      await expect(running).rejects.toBeInstanceOf(CancelledFailure);
      expect(host.tasks).toMatchObject([{ name: 'KB3004383-a1', endedWith: null }]);
      expect(close).toHaveBeenCalled();
    },
  );
});
