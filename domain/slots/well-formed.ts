import { hostIdPattern, rolloutIdPattern, runIdPattern } from '../../contracts/ids';
import type { SlotNews, SlotRequest } from '../../contracts/slots';

/**
 * Whether the owner of slots may hear this at all. Activities check it with a schema, but anyone with Temporal's own
 * tools can send an update past them, and one that is malformed would stop the set for all rollouts: a signal to a run
 * that cannot be, for example, fails its every workflow task.
 */
export const isRequest = (given: SlotRequest): boolean =>
  isNamed(given) &&
  Number.isSafeInteger(given.maxUnavailable) &&
  given.maxUnavailable >= 1 &&
  isText(given.workflowId, 1000) &&
  matches(given.runId, runIdPattern);

export const isNews = (given: readonly SlotNews[]): boolean =>
  Array.isArray(given) && given.every((news: SlotNews) => isNamed(news) && isKnown(news));

function isKnown(news: SlotNews): boolean {
  switch (news.kind) {
    case 'healthy':
    case 'found-healthy':
    case 'withdrawn':
      return true;
    case 'down':
      return ['left-down', 'found-down'].includes(news.cause) && isText(news.why, 100_000);
    case 'gone':
      return isText(news.since, 40);
    default:
      return false;
  }
}

/** Checked although the types promise it: what arrives was never checked by a compiler. */
const isNamed = (given: { readonly hostId: string; readonly owner: string } | null): boolean =>
  typeof given === 'object' &&
  given !== null &&
  matches(given.hostId, hostIdPattern) &&
  matches(given.owner, rolloutIdPattern);

const matches = (text: unknown, pattern: RegExp): boolean =>
  typeof text === 'string' && pattern.test(text);

const isText = (text: unknown, longest: number): boolean =>
  typeof text === 'string' && text !== '' && text.length <= longest;
