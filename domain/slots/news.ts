import type { SlotNews } from '../../contracts/slots';
import { backToBefore, leftBehind } from './serve';
import type { DownLease, KeptLease, SlotsState, WorkLease } from './state';
import { leaseOf, withLease, withoutLease, withoutRequest } from './state';

type Down = Extract<SlotNews, { kind: 'down' }>;

/** Letters of a reason that are kept: a set of thousands of hosts has to fit into one payload. */
const longestWhy = 200;

type Hearing<K extends SlotNews['kind']> = (
  state: SlotsState,
  news: Extract<SlotNews, { kind: K }>,
  now: string,
) => SlotsState;

const hearings: { readonly [K in SlotNews['kind']]: Hearing<K> } = {
  healthy(state, news) {
    const lease = leaseOf(state, news.hostId);
    // Who is at work on a host knows better than who looked at it.
    const ends = lease !== undefined && (lease.cause !== 'in-work' || lease.owner === news.owner);
    return withoutRequestOf(ends ? withoutLease(state, news.hostId) : state, news);
  },
  'found-healthy'(state, { hostId }) {
    return leaseOf(state, hostId)?.cause === 'in-work' ? state : withoutLease(state, hostId);
  },
  down: (state, news, now) => heardDown(state, leaseOf(state, news.hostId), news, now),
  withdrawn(state, news) {
    const work = workOf(state, news);
    const rest = withoutRequestOf(state, news);
    return work === undefined ? rest : backToBefore(rest, work);
  },
  gone(state, news) {
    const work = workOf(state, news);
    return work?.since === news.since ? withLease(state, leftBehind(work)) : state;
  },
};

/** What is told of one host. Told again it changes nothing. */
export const hear = (state: SlotsState, news: SlotNews, now: string): SlotsState =>
  (hearings[news.kind] as Hearing<SlotNews['kind']>)(state, news, now);

/** Work of the rollout that tells something. */
function workOf(state: SlotsState, { hostId, owner }: SlotNews): WorkLease | undefined {
  const lease = leaseOf(state, hostId);
  return lease?.cause === 'in-work' && lease.owner === owner ? lease : undefined;
}

function heardDown(
  state: SlotsState,
  lease: KeptLease | undefined,
  news: Down,
  now: string,
): SlotsState {
  const rest = news.cause === 'left-down' ? withoutRequestOf(state, news) : state;
  if (lease?.cause === 'in-work') {
    // A look may be told late: who is at work on the host knows better.
    const isTheirs = lease.owner === news.owner && news.cause === 'left-down';
    return isTheirs ? withLease(rest, downLease(news, now)) : rest;
  }
  // Whoever left it so says more than who found it so; the first of two who found it is kept.
  if (lease !== undefined && (news.cause === 'found-down' || isSaid(lease, news))) return rest;
  return withLease(rest, downLease(news, lease?.since ?? now));
}

const isSaid = (lease: KeptLease, { cause, owner, why }: Down): boolean =>
  lease.cause === cause && lease.owner === owner && lease.why === short(why);

const downLease = ({ hostId, owner, cause, why }: Down, since: string): DownLease => ({
  hostId,
  cause,
  owner,
  since,
  why: short(why),
});

const short = (why: string): string =>
  why.length > longestWhy ? `${why.slice(0, longestWhy - 1)}…` : why;

function withoutRequestOf(state: SlotsState, { hostId, owner }: SlotNews): SlotsState {
  const isTheirs = state.waiting.some(
    ({ request }) => request.hostId === hostId && request.owner === owner,
  );
  return isTheirs ? withoutRequest(state, hostId) : state;
}
