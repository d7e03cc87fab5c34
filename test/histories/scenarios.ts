import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { hostWorkflowId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import type { TestEngine } from '../engine';
import { createFakeWorld } from '../workflows/fake-world';
import { hosts, rolloutInput } from '../workflows/samples';
import type { RunningRollout } from '../workflows/scene';
import { hostOf, startRollout, untilStatus } from '../workflows/scene';

/** What is kept of a scenario: name of the file, and the run whose history goes into it. */
export interface Recorded {
  readonly file: string;
  readonly handle: WorkflowHandle;
}

type Scenario = (engine: TestEngine) => Promise<Recorded[]>;

const absent = { state: 'absent', identity: null } as const;

const hostRun = async (
  { client }: TestEngine,
  rollout: RunningRollout,
  host: HostId | undefined,
): Promise<WorkflowHandle> => {
  const { hostId, runId } = hostOf(await rollout.result(), host);
  return client.workflow.getHandle(hostWorkflowId(hostId), runId ?? undefined);
};

/** The first run, which ends with the state that goes on, and the last, which begins with it. */
export const continueAsNew: Scenario = async (engine) => {
  const world = createFakeWorld();
  const workers = await engine.startWorkers(world.activities);
  const input = rolloutInput({ id: 'goes-on', hosts: hosts(6, 'goes-on'), historyEvents: 20 });
  const rollout = await startRollout(engine, input);
  await rollout.result();
  await workers.shutdown();
  const at = (runId?: string) => engine.client.workflow.getHandle(rollout.handle.workflowId, runId);
  return [
    { file: 'rollout/continue-as-new-first', handle: at(rollout.handle.firstExecutionRunId) },
    { file: 'rollout/continue-as-new-last', handle: at() },
  ];
};

export const pause: Scenario = async (engine) => {
  const world = createFakeWorld();
  const workers = await engine.startWorkers(world.activities);
  const all = hosts(3, 'paused');
  const gate = world.hold('apply', all[0]!);
  const rollout = await startRollout(
    engine,
    rolloutInput({ id: 'paused', hosts: all, policy: { pause: { durationMs: 500 } } }),
  );
  await gate.reached;
  await rollout.operate({ operation: 'pause' });
  gate.open();
  await untilStatus(rollout, (status) => hostOf(status, all[0]).outcome === 'fixed');
  await rollout.operate({ operation: 'skip', hostId: all[2]! });
  await rollout.operate({ operation: 'resume' });
  await rollout.result();
  await workers.shutdown();
  return [{ file: 'rollout/pause', handle: rollout.handle }];
};

export const fallback: Scenario = async (engine) => {
  const world = createFakeWorld();
  const workers = await engine.startWorkers(world.activities);
  const all = hosts(2, 'falls-back');
  world.behave(all[0]!, { applies: [{ exitCode: 1603, package: absent }] });
  const rollout = await startRollout(
    engine,
    rolloutInput({
      id: 'falls-back',
      hosts: all,
      hostPolicy: {
        hooks: {
          drain: { command: 'drain.cmd', timeoutMs: 1000 },
          restore: { command: 'restore.cmd', timeoutMs: 1000 },
        },
      },
    }),
  );
  await rollout.result();
  await workers.shutdown();
  return [
    { file: 'rollout/stopped-by-budget', handle: rollout.handle },
    { file: 'host/fallback', handle: await hostRun(engine, rollout, all[0]) },
  ];
};

export const abort: Scenario = async (engine) => {
  const world = createFakeWorld();
  const workers = await engine.startWorkers(world.activities);
  const all = hosts(4, 'aborted');
  const gates = [world.hold('apply', all[1]!), world.hold('stage', all[2]!)];
  const rollout = await startRollout(
    engine,
    rolloutInput({ id: 'aborted', hosts: all, policy: { maxConcurrency: 2 } }),
  );
  await Promise.all(gates.map(({ reached }) => reached));
  await rollout.operate({ operation: 'abort' });
  await untilStatus(rollout, (status) => hostOf(status, all[2]).outcome === 'not-started');
  for (const gate of gates) gate.open();
  await rollout.result();
  await workers.shutdown();
  return [
    { file: 'rollout/abort', handle: rollout.handle },
    { file: 'host/cancelled-before-change', handle: await hostRun(engine, rollout, all[2]) },
  ];
};

/** A worker process is killed while it applies; another one goes on. */
export const workerCrash: Scenario = async (engine) => {
  const [host] = hosts(1, 'crashed');
  const doomed = spawn(
    process.execPath,
    [...process.execArgv, join(__dirname, 'doomed-worker.ts'), engine.engine.address, host!],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(doomed.stdout, 'data');
  const rollout = await startRollout(engine, rolloutInput({ id: 'crashed', hosts: [host!] }));
  await once(doomed.stdout, 'data');
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  const workers = await engine.startWorkers(createFakeWorld().activities);
  await rollout.result();
  await workers.shutdown();
  return [
    { file: 'rollout/worker-crash', handle: rollout.handle },
    { file: 'host/worker-crash', handle: await hostRun(engine, rollout, host) },
  ];
};
