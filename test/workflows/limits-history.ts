import type { Client } from '@temporalio/client';

type Page = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
type Events = NonNullable<NonNullable<Page['history']>['events']>;

/** One run of a workflow, measured as the server measures it against its limits. */
export interface MeasuredRun {
  readonly runId: string;
  readonly events: number;
  /** As the server counts them towards its 50 MB. */
  readonly bytes: number;
  readonly largestPayloadBytes: number;
  readonly goesOn: boolean;
  /** Most children that were there, or asked for, at the same time. */
  readonly mostChildren: number;
  /** Children that had no end when the run ended. */
  readonly childrenLeft: number;
}

/** The runs that a workflow went through, oldest first: each ends by naming the next. */
export async function measureRuns(
  client: Client,
  workflowId: string,
  firstRunId: string,
): Promise<MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  let next: string | null | undefined = firstRunId;
  while (next != null && next !== '') {
    const handle = client.workflow.getHandle(workflowId, next);
    const events = await eventsOf(client, workflowId, next);
    const { historySize, historyLength } = await handle.describe();
    const continued = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runs.push({
      runId: next,
      events: historyLength,
      bytes: historySize ?? Infinity,
      largestPayloadBytes: Math.max(0, ...payloadsIn(events).map((bytes) => bytes.length)),
      goesOn: continued != null,
      ...childrenOf(events),
    });
    next = continued?.newExecutionRunId;
  }
  return runs;
}

/** A page of the size that the client asks for by itself may be more than the 4 MB that it takes. */
async function eventsOf(client: Client, workflowId: string, runId: string): Promise<Events> {
  const events: Events = [];
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      // Pages are counted in batches of events: under load a batch is large, and an answer may have 4 MB.
      maximumPageSize: 10,
      nextPageToken: nextPageToken ?? null,
    });
    events.push(...(page.history?.events ?? []));
    ({ nextPageToken } = page);
  } while (nextPageToken != null && nextPageToken.length > 0);
  return events;
}

/** Content of every payload, wherever it is in a message of the server. */
function payloadsIn(message: unknown): Uint8Array[] {
  const found: Uint8Array[] = [];
  const waiting: unknown[] = [message];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at instanceof Uint8Array) found.push(at);
    else if (typeof at === 'object') waiting.push(...Object.values(at ?? {}));
  }
  return found;
}

function childrenOf(events: Events): Pick<MeasuredRun, 'mostChildren' | 'childrenLeft'> {
  let open = 0;
  let most = 0;
  for (const event of events) {
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) open += 1;
    if (endsChild(event)) open -= 1;
    most = Math.max(most, open);
  }
  return { mostChildren: most, childrenLeft: open };
}

const endsChild = (event: Events[number]): boolean =>
  [
    event.startChildWorkflowExecutionFailedEventAttributes,
    event.childWorkflowExecutionCompletedEventAttributes,
    event.childWorkflowExecutionFailedEventAttributes,
    event.childWorkflowExecutionCanceledEventAttributes,
    event.childWorkflowExecutionTimedOutEventAttributes,
    event.childWorkflowExecutionTerminatedEventAttributes,
  ].some((attributes) => attributes != null);
