import type { Lease, SlotAnswer, SlotRequest, SlotsStatus } from '../../contracts/slots';
import { isStuck, limitOf } from './room';
import type { SlotsState } from './state';
import { leaseOf } from './state';

/** Leases that one answer names: people read it, and it is asked for often. */
const namedLeases = 20;

/** How a request stands that was made before. */
export function answerTo(state: SlotsState, request: SlotRequest): SlotAnswer {
  const own = leaseOf(state, request.hostId);
  if (own?.cause === 'in-work' && own.owner === request.owner) return { granted: true };
  return {
    granted: false,
    takenBy: state.leases
      .filter(({ hostId }) => hostId !== request.hostId)
      .slice(0, namedLeases)
      .map(shown),
    maxUnavailable: limitOf(state) ?? request.maxUnavailable,
    stuck: isStuck(state, request),
  };
}

export const statusOfSlots = (state: SlotsState): SlotsStatus => ({
  set: state.set,
  maxUnavailable: limitOf(state),
  leases: state.leases.map(shown),
  waiting: state.waiting.map(({ request: { hostId, owner }, since }) => ({ hostId, owner, since })),
  released: state.released.map(({ id: _id, message: _message, ...release }) => release),
});

const shown = ({ hostId, cause, owner, since, why }: Lease): Lease => ({
  hostId,
  cause,
  owner,
  since,
  why,
});

/** What a host waits for, as people read it. */
export function wordsOfAnswer(
  set: string,
  { takenBy, maxUnavailable }: Extract<SlotAnswer, { granted: false }>,
): string {
  const [first, ...others] = takenBy;
  const limit = `${set} may miss ${String(maxUnavailable)}`;
  if (first === undefined) return `${limit}; others wait before it`;
  const more = others.length === 0 ? '' : ` and ${String(others.length)} more`;
  return `${limit}; its slots are taken by ${first.hostId} since ${first.since} (${first.why})${more}`;
}
