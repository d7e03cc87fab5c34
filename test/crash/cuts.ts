import type { Client, WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];

/** What a history shows of a worker that went away: which step or decision it cut, and who took it up again. */
export interface Cut {
  readonly step: string;
  readonly attempt: number;
  /** Identity of the worker that went on. */
  readonly by: string;
}

/** Tries that began again because the worker of the one before was heard of no more. */
export async function cutsOf(client: Client, workflowId: string, runId?: string): Promise<Cut[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const history = events ?? [];
  return history.flatMap((event) => [...cutStep(event, history), ...cutDecision(event, history)]);
}

function cutStep({ activityTaskStartedEventAttributes: started }: Event, history: Event[]): Cut[] {
  const attempt = started?.attempt ?? 1;
  const wasLost = started?.lastFailure?.timeoutFailureInfo != null;
  if (attempt < 2 || !wasLost) return [];
  const scheduled = history.find(
    ({ eventId }) => String(eventId) === String(started?.scheduledEventId),
  );
  const step = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name ?? '?';
  return [{ step, attempt, by: started?.identity ?? '' }];
}

function cutDecision(event: Event, history: Event[]): Cut[] {
  if (event.workflowTaskTimedOutEventAttributes == null) return [];
  const next = history.find(
    ({ eventId, workflowTaskStartedEventAttributes: started }) =>
      started != null && Number(eventId) > Number(event.eventId),
  );
  return [
    { step: 'decision', attempt: 2, by: next?.workflowTaskStartedEventAttributes?.identity ?? '' },
  ];
}
