import { randomUUID } from 'node:crypto';
import {
  buildSubscribeResponse,
  buildUnsubscribeResponse,
  encodeEvent,
  parseQueryList,
  parseSubscribe,
  parseUnsubscribe,
} from '../../remote/winrm/wire/event-server';
import type { SelectedChannel, SubscribeRequest } from '../../remote/winrm/wire/event-server';
import {
  actions,
  earliestBookmark,
  filterDialects,
  pullDelivery,
} from '../../remote/winrm/wire/namespaces';
import { parsePull } from '../../remote/winrm/wire/wmi-server-requests';
import { buildPullResponse } from '../../remote/winrm/wire/wmi-server-responses';
import type { EventSelection, MachineEventLogs } from '../machine';
import type { Enumeration, PageLimit } from './enumerations';
import { eventSource } from './event-source';
import { mayOperate, pageRoomOf, timeoutOf } from './exchange';
import type { Exchange, Outcome } from './exchange';
import { release } from './pages';
import type { ProviderRefusal, Refusal } from './refusals';

/** Subscriptions to event logs whose events the client pulls ([MS-WSMV] 3.1.4.6, DSP0226 10.2.9.5). */
export function answerEvents(exchange: Exchange): Outcome | Promise<Outcome> {
  const { action } = exchange.envelope;
  if (action === actions.subscribe) {
    return mayOperate(exchange) ? subscribe(exchange) : 'too-many-operations';
  }
  if (action === actions.pull) return pullEvents(exchange);
  if (action === actions.release) return release(exchange);
  return action === actions.unsubscribe ? unsubscribe(exchange) : 'action-not-supported';
}

function subscribe({ service, envelope, reply, caller, resourceUri }: Exchange): Outcome {
  const request = parseSubscribe(envelope);
  const refusal = objectionTo(request);
  if (refusal !== null) return refusal;
  const query = parseQueryList(request.filter?.text ?? '');
  if (query === null) return 'invalid-filter-xml';
  const selections = selectAll(service.machine.eventLogs, query, request.ignoresChannelErrors);
  if (typeof selections === 'string') return byForwarder(selections);
  const identifier = randomUUID().toUpperCase();
  const source = eventSource(selections, {
    from: request.bookmark === null ? 'now' : 'earliest',
    format: request.isRendered ? 'rendered' : 'plain',
    // WinRM 2.0 was seen to send the events by themselves; DSP0226 10.2.9.3 has them wrapped.
    encode: service.limits.stack === '2.0' ? (event) => event : encodeEvent,
  });
  const { user, url } = caller;
  const context = service.enumerations.keep({ user, resourceUri, source, identifier });
  return buildSubscribeResponse(reply, { identifier, context, address: url });
}

function selectAll(
  logs: MachineEventLogs,
  query: readonly SelectedChannel[],
  ignoresChannelErrors: boolean,
): EventSelection[] | 'invalid-event-query' | 'no-such-channel' {
  const selections: EventSelection[] = [];
  for (const channel of new Set(query.map((one) => one.channel.toLowerCase()))) {
    const parts = query.filter((one) => one.channel.toLowerCase() === channel);
    const xpaths = (isSuppressed: boolean): string[] =>
      parts.filter((one) => one.isSuppressed === isSuppressed).map(({ xpath }) => xpath);
    const found = logs.select(channel, xpaths(false), xpaths(true));
    if (found === 'invalid-query') return 'invalid-event-query';
    if (found !== 'no-such-channel') selections.push(found);
    else if (!ignoresChannelErrors) return found;
  }
  return selections;
}

function objectionTo({ delivery, filter, bookmark }: SubscribeRequest): Refusal | null {
  if (delivery !== pullDelivery) return 'delivery-unavailable';
  if (filter?.dialect !== filterDialects.events) return 'event-filter';
  return bookmark === null || bookmark === earliestBookmark ? null : 'invalid-bookmark';
}

function byForwarder(refusal: Refusal): ProviderRefusal {
  return {
    refusal,
    provider: {
      name: 'Event Forwarding Plugin',
      path: String.raw`%systemroot%\system32\wevtfwd.dll`,
      extendedError: '',
    },
  };
}

/** How often a log is looked at while somebody waits for its events. */
const lookMs = 50;

async function pullEvents(exchange: Exchange): Promise<Outcome> {
  const { service, envelope, reply, caller, resourceUri } = exchange;
  const { enumerations, limits } = service;
  const { context, maxElements } = parsePull(envelope);
  const subscription = enumerations.take(caller.user, resourceUri, context);
  if (subscription === null) return 'invalid-context';
  const items = await waitForItems(exchange, subscription, {
    maxElements: Math.min(maxElements, limits.maxBatchItems),
    room: pageRoomOf(exchange),
  });
  if (enumerations.isEnded(subscription)) return 'aborted';
  if (items === 'too-large') {
    enumerations.unsubscribe(caller.user, subscription.identifier ?? '');
    return 'item-too-large';
  }
  // 2008 R2 was seen to answer with no items; DSP0226 10.2.9.5 wants the fault, after which the context stays good.
  if (items.length === 0 && limits.stack !== '2.0') {
    enumerations.keep(subscription, context);
    return 'timed-out';
  }
  return buildPullResponse(reply, { items, context: enumerations.keep(subscription) });
}

/** Looks again and again until there is something, or nobody wants it any more. */
async function waitForItems(
  exchange: Exchange,
  subscription: Enumeration,
  limit: PageLimit,
): Promise<readonly string[] | 'too-large'> {
  const { service, caller } = exchange;
  const deadline = performance.now() + timeoutOf(exchange);
  const bell = createBell();
  caller.onGone(bell.ring);
  for (;;) {
    // What nobody would get stays in the log.
    if (caller.isGone() || service.enumerations.isEnded(subscription)) return [];
    const items = subscription.source.next(limit);
    const left = deadline - performance.now();
    if (items.length > 0 || left <= 0) return items;
    await bell.wait(Math.min(lookMs, left));
  }
}

interface Bell {
  /** Resolves after the time, or when it rings. */
  wait(ms: number): Promise<void>;
  readonly ring: () => void;
}

function createBell(): Bell {
  let wake: (() => void) | null = null;
  return {
    ring: () => wake?.(),
    async wait(ms) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, ms).unref();
      });
      clearTimeout(timer);
    },
  };
}

function unsubscribe({ service, envelope, reply, caller }: Exchange): Outcome {
  const isKnown = service.enumerations.unsubscribe(caller.user, parseUnsubscribe(envelope));
  return isKnown ? buildUnsubscribeResponse(reply) : 'no-such-subscription';
}
