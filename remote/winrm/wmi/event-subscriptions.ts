import type { EventQuery, EventReading, EventSubscriptions, SubscribedEvent } from '../../wmi';
import type { WinRmTuning } from '../config';
import { buildSubscribe, buildUnsubscribe } from '../wire/event-requests';
import { eventsAmong, parseSubscribeResponse } from '../wire/event-responses';
import { eventLogUri } from '../wire/namespaces';
import { buildPull } from '../wire/wmi-requests';
import { parsePullResponse } from '../wire/wmi-responses';
import type { ItemPage } from '../wire/wmi-responses';
import type { WsMan } from '../wsman';
import { answerTo } from './question';
import type { Question } from './question';
import { refuseUnspeakable } from './speakable';
import { decodeEvent } from './subscribed-event';

const defaultTimeoutMs = 60_000;
const defaultMaxEvents = 5_000;

/** By how long a subscription outlives the deadline of its reading, when the client goes away without a word. */
const expiryMarginMs = 60_000;

/** Event logs by WS-Eventing in Pull mode (DSP0226 10, [MS-WSMV] 3.1.4.1.30). */
export function createEventSubscriptions(wsman: WsMan, tuning: WinRmTuning): EventSubscriptions {
  return {
    read: async (query, options = {}) => {
      const { timeoutMs = defaultTimeoutMs, maxEvents = defaultMaxEvents, signal } = options;
      refuseUnspeakable([query.log, ...query.select], wsman.target);
      const doing = `the subscription to the log ${query.log}`;
      return answerTo({ wsman, tuning }, doing, { timeoutMs, signal }, (question) =>
        readLog(question, query, maxEvents, tuning.eventPullMs),
      );
    },
  };
}

/** The subscription is ended whatever happens meanwhile. */
async function readLog(
  question: Question,
  query: EventQuery,
  maxEvents: number,
  pullMs: number,
): Promise<EventReading> {
  const { log, untilRecordId } = query;
  const until = untilRecordId === null ? [] : [`*[System[(EventRecordID=${untilRecordId})]]`];
  const subscription = {
    log,
    select: [...query.select, ...until],
    expiresMs: question.remainingMs() + expiryMarginMs,
  };
  const { identifier, context } = await question.request(
    (header) => buildSubscribe(header, subscription),
    parseSubscribeResponse,
  );
  try {
    return await pullEvents(question, query, { maxEvents, pullMs, context });
  } finally {
    await question.dismiss((header) => buildUnsubscribe(header, identifier));
  }
}

/**
 * Answers without an event after which none is expected any more. A record that is known to be there is waited for
 * longer: a long log is searched by the host event by event, and meanwhile it has nothing to tell.
 */
const patience = { withoutEnd: 2, withEnd: 5 } as const;

interface Pulling {
  readonly maxEvents: number;
  readonly pullMs: number;
  readonly context: string;
}

async function pullEvents(
  question: Question,
  query: EventQuery,
  { maxEvents, pullMs, context: firstContext }: Pulling,
): Promise<EventReading> {
  const collected = createCollection(query, maxEvents);
  const allowed = query.untilRecordId === null ? patience.withoutEnd : patience.withEnd;
  let context = firstContext;
  let silent = 0;
  while (silent < allowed && question.remainingMs() > 0) {
    const position = { resourceUri: eventLogUri, context };
    const room = collected.room();
    // oxlint-disable-next-line no-await-in-loop -- the context of each page is in the one before
    const page = await question.poll(
      (header) => buildPull(header, position, room),
      parsePullResponse,
      pullMs,
    );
    const isNews = page !== null && collected.add(page);
    silent = isNews ? 0 : silent + 1;
    if (page?.isLast || collected.isOver()) break;
    context = page?.context ?? context;
  }
  return collected.reading();
}

interface Collection {
  /** Whether there was an event in it. */
  add(page: ItemPage): boolean;
  /** How many events the next page may have. */
  room(): number;
  /** Nothing more is wanted. */
  isOver(): boolean;
  reading(): EventReading;
}

function createCollection({ untilRecordId }: EventQuery, maxEvents: number): Collection {
  const events: SubscribedEvent[] = [];
  let isEndSeen = false;
  let isDamaged = false;
  return {
    add: ({ items }) => {
      const found = eventsAmong(items);
      for (const event of found.map(decodeEvent)) {
        if (event === null) isDamaged = true;
        else events.push(event);
        isEndSeen ||= event !== null && event.recordId === untilRecordId;
      }
      return found.length > 0;
    },
    room: () => maxEvents - events.length,
    isOver: () => isEndSeen || events.length >= maxEvents,
    reading: () => ({
      events: events.slice(0, maxEvents),
      complete: isEndSeen && !isDamaged && events.length <= maxEvents,
    }),
  };
}
