import { MockActivityEnvironment } from '@temporalio/testing';

import type { ActivityDependencies } from '../../activities/dependencies';
import type { PackageRef } from '../../contracts/hotfix';
import { Failure } from '../../contracts/failures';
import { createHotfixPackage } from '../../lab/cabinet';
import { createTestMachine, startedAt } from '../lab/windows/test-machine';
import type { TestMachine, TestMachineOptions } from '../lab/windows/test-machine';
import type { Session } from '../../remote/session';
import { machineSession } from '../remote/windows/machine-session';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import { WorkerDied } from './model-host';
import { preview, quiet, target } from './run-step';

export const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
export const fileName = 'Windows6.1-KB3004383-x64.msu';
export const path = `${folder}\\${fileName}`;
export const identity = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';
export const helper = 'Package_for_KB2533999~31bf3856ad364e35~amd64~~6.1.1.0';
export const staged = { ...target, hotfix: sampleHotfix, staged: { folder, path } };
export const cabinetIn = (kb: string): string => `${folder}\\_cabs\\Windows6.1-${kb}-x64.cab`;

export const packageOf = (more: Partial<PackageRef> = {}): PackageRef => ({
  fileName,
  sha256: 'b'.repeat(64),
  bytes: 5,
  ...more,
});

/** A package that holds the hotfix and, behind it, another one. */
export const withHelper = (): Buffer =>
  createHotfixPackage({
    kb: 'KB3004383',
    payloadBytes: 1000,
    followedBy: [{ kb: 'KB2533999', payloadBytes: 1000, files: [] }],
  });
export const alone = (): Buffer => createHotfixPackage({ kb: 'KB3004383', payloadBytes: 1000 });

export interface ServicingScene {
  readonly host: TestMachine;
  readonly session: ReturnType<typeof machineSession>;
  readonly deps: ActivityDependencies;
  /** Cuts the n-th command from now on, before or after it had its effect, by the end of the worker or of the way. */
  cut(at: number, when: 'before' | 'after', by: 'worker' | 'connection'): void;
  /** Runs an activity once, its pauses next to nothing. */
  run<I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R>;
  reboot(): Promise<void>;
  count(effect: string): number;
}

/** One emulated host in virtual time, with the package staged on it. */
export function servicingScene(
  bytes: Buffer = alone(),
  options: TestMachineOptions = {},
): ServicingScene {
  const host = createTestMachine(options);
  const session = machineSession(host);
  host.machine.files.makeFolder('C:\\Windows\\hotfix-rollout');
  host.machine.files.makeFolder('C:\\Windows\\hotfix-rollout\\KB3004383');
  host.machine.files.makeFolder(folder);
  host.write(path, bytes);
  let plan: Cut | null = null;
  const spend = (): void => {
    if (plan !== null) plan = { ...plan, at: plan.at - 1 };
  };
  const deps: ActivityDependencies = {
    previews: { read: () => Promise.resolve(preview) },
    packages: { find: () => Promise.reject(new Error('it is staged')) },
    resolveCredential: () => Promise.resolve({ username: 'x', password: 'y' }),
    openSession: () => Promise.resolve(cuttable(session, () => plan, spend)),
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    // Each command of a session takes a second and more.
    now: () => startedAt + session.lines.length * 1000,
    pace: 0.0001,
  };
  return {
    host,
    session,
    deps,
    cut(at, when, by) {
      plan = { at, when, by };
    },
    async reboot() {
      await session.run('shutdown /r /t 1');
      await host.advance(10 * 60_000);
    },
    run: (activity, input) =>
      new MockActivityEnvironment({}, { logger: quiet }).run(activity, input),
    count: (effect) => host.effects().filter((one) => one === effect).length,
  };
}

interface Cut {
  readonly at: number;
  readonly when: 'before' | 'after';
  readonly by: 'worker' | 'connection';
}

function cuttable(session: Session, plan: () => Cut | null, spend: () => void): Session {
  const guarded = async <T>(act: () => Promise<T>): Promise<T> => {
    spend();
    const cut = plan()?.at === 0 ? plan() : null;
    const lost = cut?.by === 'worker' ? new WorkerDied() : new Failure('connection-lost', 'cut');
    if (cut?.when === 'before') throw lost;
    const value = await act();
    if (cut !== null) throw lost;
    return value;
  };
  return {
    run: (line, runOptions) => guarded(() => session.run(line, runOptions)),
    upload: (source, to, uploadOptions) => guarded(() => session.upload(source, to, uploadOptions)),
    close: () => Promise.resolve(),
  };
}
