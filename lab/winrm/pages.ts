import {
  buildEnumerateResponse,
  buildPullResponse,
  buildReleaseResponse,
} from '../../remote/winrm/wire/wmi-server-responses';
import { parsePull, parseRelease } from '../../remote/winrm/wire/wmi-server-requests';
import type { EnumerateRequest } from '../../remote/winrm/wire/wmi-server-requests';
import type { Enumeration, ItemSource } from './enumerations';
import { pageRoomOf } from './exchange';
import type { Exchange, Outcome } from './exchange';

/**
 * The first answer has one item when the client lets items come with it, and none otherwise: so do 2008 R2 and 2012.
 * What is complete with that has no context.
 */
export function beginEnumeration(
  exchange: Exchange,
  { isOptimized }: EnumerateRequest,
  source: ItemSource,
): Outcome {
  const { reply } = exchange;
  const items = isOptimized ? source.next({ maxElements: 1, room: pageRoomOf(exchange) }) : [];
  if (items === 'too-large') return 'item-too-large';
  const isComplete = isOptimized && source.isDone();
  const context = isComplete ? null : keep(exchange, source);
  return buildEnumerateResponse(reply, { items, context }, isOptimized);
}

function keep({ service, caller, resourceUri }: Exchange, source: ItemSource): string {
  const { user } = caller;
  return service.enumerations.keep({ user, resourceUri, source, identifier: null });
}

/** The page after the last one, of what is there already. */
export function nextPage(exchange: Exchange): Outcome {
  const { service, reply, envelope } = exchange;
  const { context, maxElements } = parsePull(envelope);
  const enumeration = takeOf(exchange, context);
  if (enumeration === null) return 'invalid-context';
  const { source } = enumeration;
  const limit = {
    maxElements: Math.min(maxElements, service.limits.maxBatchItems),
    room: pageRoomOf(exchange),
  };
  const items = source.next(limit);
  if (items === 'too-large') return 'item-too-large';
  const next = source.isDone() ? null : service.enumerations.keep(enumeration);
  return buildPullResponse(reply, { items, context: next });
}

export function release(exchange: Exchange): Outcome {
  const enumeration = takeOf(exchange, parseRelease(exchange.envelope));
  if (enumeration === null) return 'invalid-context';
  if (enumeration.identifier !== null) {
    exchange.service.enumerations.unsubscribe(enumeration.user, enumeration.identifier);
  }
  return buildReleaseResponse(exchange.reply);
}

function takeOf({ service, caller, resourceUri }: Exchange, context: string): Enumeration | null {
  return service.enumerations.take(caller.user, resourceUri, context);
}
