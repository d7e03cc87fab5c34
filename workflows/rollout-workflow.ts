import {
  ApplicationFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import type { HostId } from '../contracts/ids';
import { messages } from '../contracts/names';
import type {
  OperatorAnswer,
  OperatorRequest,
  RolloutInput,
  RolloutStatus,
} from '../contracts/rollout';
import type { SlotsAwaited, SlotsHeld } from '../contracts/slots';
import type { AdmitInput, PriorState } from '../contracts/steps';
import { begin, knownAnswer, refusal, statusOf } from '../domain/rollout';
import type { RolloutState } from '../domain/rollout';
import { admission } from './admission';
import { createChildren } from './rollout/children';
import { createOutside } from './rollout/outside';
import { createDecisions } from './rollout/decisions';
import type { Decisions } from './rollout/decisions';
import { carryOut } from './rollout/carry-out';

export const operate = defineUpdate<OperatorAnswer, [OperatorRequest]>(messages.operate);
export const rolloutStatus = defineQuery<RolloutStatus>(messages.rolloutStatus);
export const rolloutState = defineQuery<RolloutState>(messages.rolloutState);
export const hostWatched = defineSignal<[HostId]>(messages.hostWatched);
export const slotsWanted = defineSignal<[HostId]>(messages.slotsWanted);
export const slotsAwaited = defineSignal<[SlotsAwaited]>(messages.slotsAwaited);
export const slotsHeld = defineSignal<[SlotsHeld]>(messages.slotsHeld);
export const hostDrained = defineSignal<[{ hostId: HostId; prior: PriorState }]>(
  messages.hostDrained,
);
export const hostRestored = defineSignal<[{ hostId: HostId }]>(messages.hostRestored);

/** Carries one preview out. A loop over events and commands: every decision is domain/rollout's. */
export async function rolloutWorkflow(
  input: RolloutInput,
  carried?: RolloutState,
): Promise<RolloutStatus> {
  const decisions = createDecisions(input, carried ?? begin(input, Date.now()));
  setHandler(rolloutStatus, () => statusOf(decisions.state(), input, Date.now()));
  setHandler(rolloutState, () => decisions.state());
  setHandler(operate, (request) => answer(decisions, request), {
    validator: (request) => refuse(decisions, request),
  });
  setHandler(hostWatched, (hostId) => void decisions.take({ type: 'hostWatched', hostId }));
  setHandler(slotsWanted, (hostId) => void decisions.take({ type: 'slotsWanted', hostId }));
  setHandler(slotsAwaited, ({ hostId, stuck, message }) => {
    decisions.take({ type: 'slotsAwaited', hostId, stuck, message });
  });
  setHandler(slotsHeld, ({ hostId }) => void decisions.take({ type: 'slotsHeld', hostId }));
  setHandler(hostDrained, ({ hostId, prior }) => {
    decisions.take({ type: 'hostDrained', hostId, prior });
  });
  setHandler(hostRestored, ({ hostId }) => void decisions.take({ type: 'hostRestored', hostId }));
  abortWhenCancelled(decisions);
  // Cancelling is a wish to abort, which takes its time: hosts in flight are brought to a safe place first.
  return CancellationScope.nonCancellable(async () => {
    const outside = createOutside(input, decisions.take);
    const children = createChildren(input, decisions.take, outside);
    if (carried === undefined) {
      await admission(admitInput(input));
      decisions.take({ type: 'admitted' });
    } else {
      decisions.take({ type: 'continued' });
    }
    const end = await carryOut(decisions, children, outside);
    await condition(allHandlersFinished);
    if (end === 'continueAsNew') {
      return continueAsNew<typeof rolloutWorkflow>(input, decisions.state());
    }
    return statusOf(decisions.state(), input, Date.now());
  });
}

/** Anybody with Temporal's own tools can start a rollout that says something else than its preview, which is approved. */
function admitInput(input: RolloutInput): AdmitInput {
  const { previewHash, hosts, action = 'fix', control } = input;
  const { change, hotfix, package: found, sets, policy, hostPolicy } = input;
  const { approvals, calendar, order, gates, notify, fleetFile } = control ?? uncontrolled;
  const asked = { change, hotfix, action, package: found, sets, policy, hostPolicy };
  return {
    previewHash,
    hosts,
    needsPackage: action === 'fix',
    asked: { ...asked, approvals, calendar, order, gates, notify },
    fleetFile,
  };
}

/** What a start without `control` asks for: nothing, which is refused where the preview says otherwise. */
const uncontrolled = {
  approvals: null,
  calendar: null,
  order: [],
  gates: [],
  notify: [],
  fleetFile: null,
} as const;

/** The state that continued remembers answers: a repeated request gets the same one, also in a later run. */
function answer(decisions: Decisions, request: OperatorRequest): OperatorAnswer {
  const updateId = currentUpdateInfo()?.id ?? '';
  const given = decisions.take({ type: 'operator', request, updateId });
  if (given === undefined) throw ApplicationFailure.nonRetryable('a request got no answer');
  return given;
}

/** Sync, as the SDK wants it: the result of an async validator would be ignored, and nothing ever refused. */
function refuse(decisions: Decisions, request: OperatorRequest): void {
  const updateId = currentUpdateInfo()?.id ?? '';
  if (knownAnswer(decisions.state(), updateId) !== undefined) return;
  const refused = refusal(decisions.state(), request, Date.now());
  if (refused === null) return;
  throw ApplicationFailure.create({
    type: refused.code,
    message: refused.message,
    nonRetryable: true,
  });
}

function abortWhenCancelled(decisions: Decisions): void {
  const request: OperatorRequest = {
    operation: 'abort',
    author: 'temporal',
    reason: 'the workflow was cancelled with a tool of Temporal',
  };
  CancellationScope.current().cancelRequested.catch(() => {
    if (refusal(decisions.state(), request, Date.now()) !== null) return;
    decisions.take({ type: 'operator', request, updateId: 'cancelled-workflow' });
  });
}
