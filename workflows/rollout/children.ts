import { CancellationScope, defineSignal, executeChild, startChild } from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { HostId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { RolloutInput } from '../../contracts/rollout';
import type { RolloutCommand, RolloutEvent } from '../../domain/rollout';
import { assessWorkflow } from '../assess-workflow';
import { hostWorkflow } from '../host-workflow';
import { assessmentLost, hostFinished, hostLost, hostNotStarted } from './child-ends';
import { assessChild, hostChild } from './child-options';
import type { Outside } from './outside';

type StartHost = Extract<RolloutCommand, { type: 'startHost' }>;
type Assess = Extract<RolloutCommand, { type: 'assess' }>;

export interface Children {
  /** Settles when the host's workflow is there or could not be started; its end comes later, as an event. */
  startHost(command: StartHost): Promise<void>;
  cancelHost(hostId: HostId): void;
  giveSlots(hostId: HostId): void;
  /** Ends as an event. */
  startAssessment(command: Assess): void;
}

const slotsGiven = defineSignal(messages.slotsGiven);

/** Starts the workflows of a rollout and turns what becomes of them into events. */
export function createChildren(
  input: RolloutInput,
  take: (event: RolloutEvent) => void,
  { changeOf }: Pick<Outside, 'changeOf'>,
): Children {
  const scopes = new Map<HostId, CancellationScope>();
  const handles = new Map<HostId, ChildWorkflowHandle<typeof hostWorkflow>>();
  const end = (hostId: HostId, event: RolloutEvent): void => {
    scopes.delete(hostId);
    handles.delete(hostId);
    take(event);
  };
  return {
    async startHost(command) {
      const { hostId } = command;
      const scope = new CancellationScope();
      scopes.set(hostId, scope);
      const changed = await changeOf(hostId);
      if (changed !== null) return end(hostId, { type: 'hostChanged', hostId, reason: changed });
      const options = hostChild(input, command);
      const started = await scope
        .run(() => startChild(hostWorkflow, options))
        .then((child) => ({ child }) as const)
        .catch((error: unknown) => ({ error }) as const);
      if ('error' in started) return end(hostId, await hostNotStarted(hostId, started.error));
      const { child } = started;
      handles.set(hostId, child);
      take({ type: 'hostStarted', hostId, runId: child.firstExecutionRunId });
      void child
        .result()
        .then(hostFinished, (error: unknown) => hostLost(hostId, error))
        .then((event) => end(hostId, event));
    },
    cancelHost: (hostId) => scopes.get(hostId)?.cancel(),
    giveSlots(hostId) {
      // A host whose workflow has ended meanwhile needs no slots; its end comes as an event.
      handles
        .get(hostId)
        ?.signal(slotsGiven)
        .catch(() => undefined);
    },
    startAssessment({ hosts, round }) {
      void executeChild(assessWorkflow, assessChild(input, hosts, round))
        .then(
          (result) => result.hosts,
          (error: unknown) => assessmentLost(hosts, error),
        )
        .then((assessed) => take({ type: 'assessed', round, hosts: assessed }));
    },
  };
}
