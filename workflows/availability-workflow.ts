import {
  ApplicationFailure,
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineUpdate,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { messages } from '../contracts/names';
import type {
  ReleaseRequest,
  SlotAnswer,
  SlotNews,
  SlotRequest,
  SlotsStatus,
} from '../contracts/slots';
import {
  answerOfRelease,
  answerTo,
  decideSlots,
  isIdle,
  isNews,
  isRequest,
  noSlots,
  refusalOfRelease,
  statusOfSlots,
} from '../domain/slots';
import type { SlotsEvent, SlotsState } from '../domain/slots';

export const askSlot = defineUpdate<SlotAnswer, [SlotRequest]>(messages.askSlot);
export const tellSlots = defineUpdate<null, [readonly SlotNews[]]>(messages.tellSlots);
export const releaseSlot = defineUpdate<string, [ReleaseRequest]>(messages.releaseSlot);
export const slotsStatus = defineQuery<SlotsStatus>(messages.slotsStatus);

export interface AvailabilityInput {
  readonly set: string;
  /** Continue as new after so many history events; the tests force it. @default 2000 */
  readonly historyEvents?: number;
}

const usualHistoryEvents = 2000;
const idleMs = 24 * 3_600_000;

interface Slots {
  state(): SlotsState;
  readonly take: (event: SlotsEvent) => void;
  /** Requests that were granted and whose workflows have not been told yet. */
  readonly grants: SlotRequest[];
}

/**
 * Owns the slots of one availability set, for all rollouts together. It lives as long as anybody has or wants a slot;
 * who asks later starts it again.
 */
export async function availabilityWorkflow(
  input: AvailabilityInput,
  carried?: SlotsState,
): Promise<void> {
  const slots = createSlots(carried ?? noSlots(input.set));
  setHandler(slotsStatus, () => statusOfSlots(slots.state()));
  setHandler(askSlot, (request) => ask(slots, request), {
    validator: (request) => refuse(isRequest(request) ? null : 'malformed request for a slot'),
  });
  setHandler(tellSlots, (news) => hear(slots, news), {
    validator: (news) => refuse(isNews(news) ? null : 'malformed news of hosts'),
  });
  setHandler(releaseSlot, (request) => release(slots, request), {
    validator: (request) => refuse(refusalOfRelease(slots.state(), request, updateId())),
  });
  // Cancelled, it would forget which hosts are down: it goes on.
  await CancellationScope.nonCancellable(async () => {
    if ((await serveUntilFullOrIdle(slots, input)) === 'idle') return;
    await continueAsNew<typeof availabilityWorkflow>(input, slots.state());
  });
}

function createSlots(begun: SlotsState): Slots {
  const grants: SlotRequest[] = [];
  let state = begun;
  return {
    state: () => state,
    take(event) {
      const served = decideSlots(state, event, Date.now());
      ({ state } = served);
      grants.push(...served.grants);
    },
    grants,
  };
}

async function serveUntilFullOrIdle(
  slots: Slots,
  input: AvailabilityInput,
): Promise<'full' | 'idle'> {
  const isWanted = () => slots.grants.length > 0;
  const isQuiet = () => isIdle(slots.state());
  for (;;) {
    await Promise.all(slots.grants.splice(0).map((request) => tell(slots, request)));
    await condition(allHandlersFinished);
    if (isWanted()) continue;
    if (isFull(input)) return 'full';
    const moved = (): boolean => isWanted() || isFull(input);
    if (!isQuiet()) await condition(() => moved() || isQuiet());
    else if (!(await condition(() => moved() || !isQuiet(), idleMs))) return 'idle';
  }
}

/** The host's workflow asks again when it is told, and is answered then: what it is told late does no harm. */
async function tell(slots: Slots, request: SlotRequest): Promise<void> {
  try {
    const host = getExternalWorkflowHandle(request.workflowId, request.runId);
    await host.signal(messages.slotGranted, slots.state().set);
  } catch (error) {
    log.info('the workflow of a host that waited is gone', { hostId: request.hostId, error });
    slots.take({ type: 'undelivered', request });
  }
}

function isFull({ historyEvents }: AvailabilityInput): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= (historyEvents ?? usualHistoryEvents);
}

function ask(slots: Slots, request: SlotRequest): SlotAnswer {
  slots.take({ type: 'asked', request });
  return answerTo(slots.state(), request);
}

function hear(slots: Slots, news: readonly SlotNews[]): null {
  slots.take({ type: 'told', news });
  return null;
}

const updateId = (): string => currentUpdateInfo()?.id ?? '';

function release(slots: Slots, request: ReleaseRequest): string {
  slots.take({ type: 'released', request, id: updateId() });
  return answerOfRelease(slots.state(), updateId()) ?? '';
}

/** Sync, as the SDK wants it: the result of an async validator would be ignored. */
function refuse(message: string | null): void {
  if (message === null) return;
  throw ApplicationFailure.create({ type: 'bad-request', message, nonRetryable: true });
}
