import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { hostId, hostWorkflowId, rolloutId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import { rolloutQueue, workflowTypes } from '../../contracts/names';
import type { HostPolicy } from '../../contracts/plan';
import type { HostResult } from '../../contracts/rollout';
import type { HostWorkflowInput } from '../../contracts/steps';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { Behaviour, FakeWorld } from './fake-world';
import { createFakeWorld } from './fake-world';
import { rolloutInput, sampleHostPolicy } from './samples';

/** Single hosts on their way, without a rollout. */
export interface HostScene {
  readonly engine: TestEngine;
  readonly world: FakeWorld;
  /** Replaced by a test that stops them. */
  workers: Workers;
  newHost(): HostId;
  inputFor(
    host: HostId,
    policy?: Partial<HostPolicy>,
    more?: Partial<HostWorkflowInput>,
  ): HostWorkflowInput;
  start(input: HostWorkflowInput): Promise<WorkflowHandleWithFirstExecutionRunId>;
  walk(
    behaviour: Behaviour,
    policy?: Partial<HostPolicy>,
    more?: Partial<HostWorkflowInput>,
  ): Promise<HostResult & { readonly calls: readonly string[] }>;
  stop(): Promise<void>;
}

export async function startHostScene(): Promise<HostScene> {
  const engine = await startTestEngine();
  const world = createFakeWorld();
  const scene: HostScene = {
    engine,
    world,
    workers: await engine.startWorkers(world.activities),
    newHost: () => hostId(`host-${randomUUID().slice(0, 8)}`),
    inputFor(host, policy = {}, more = {}) {
      const sample = rolloutInput({ id: 'r', hosts: [host] });
      return {
        rolloutId: rolloutId('r'),
        hostId: host,
        previewHash: sample.previewHash,
        change: sample.change,
        hotfix: sample.hotfix,
        package: sample.package,
        policy: { ...sampleHostPolicy, ...policy },
        scope: 'affected',
        treatAsAffected: false,
        ...more,
      };
    },
    start: (input) =>
      engine.client.workflow.start(workflowTypes.host, {
        workflowId: hostWorkflowId(input.hostId),
        taskQueue: rolloutQueue,
        args: [input],
      }),
    async walk(behaviour, policy, more) {
      const host = scene.newHost();
      world.behave(host, behaviour);
      const handle = await scene.start(scene.inputFor(host, policy, more));
      const result = (await handle.result()) as HostResult;
      return { ...result, calls: world.callsOf(host) };
    },
    async stop() {
      await scene.workers.shutdown();
      await engine.stop();
    },
  };
  return scene;
}
