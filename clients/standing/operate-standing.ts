import { Failure } from '../../contracts/failures';
import type { Identity } from '../../contracts/identity';
import { previewHash } from '../../contracts/ids';
import type { PreviewHash } from '../../contracts/ids';
import type { StandingApproval, StandingPlan } from '../../contracts/standing';
import { refusalOfApproval } from '../../domain/standing';
import { identityWords } from '../control-words';
import type { Temporal } from '../rollouts/temporal';
import { changePlan, findStanding, withSchedule } from './schedules';

/** Who does something with a standing plan, and why. */
export interface StandingOrder {
  readonly name: string;
  readonly by: Identity;
  readonly reason: string;
}

/**
 * Gives an approval of exactly this hash, or the beginning of one.
 *
 * @throws Failure bad-request with why it is refused
 */
export function approveStanding(
  temporal: Temporal,
  { name, by, reason }: StandingOrder,
  hash: string,
  now: () => number,
): Promise<StandingPlan> {
  return changePlan(temporal, name, (plan) => {
    const at = new Date(now()).toISOString();
    const approval: StandingApproval = { by, at, reason, hash: wholeHash(plan, hash) };
    const refused = refusalOfApproval(plan, approval, now());
    if (refused === null) return { ...plan, approvals: [...plan.approvals, approval] };
    throw new Failure('bad-request', `the approval is refused: ${refused.message}`, {
      advice: `see \`rollout window describe ${name}\` for what it is and where it stands`,
    });
  });
}

function wholeHash({ hash, name }: StandingPlan, given: string): PreviewHash {
  if (hash.startsWith(given)) return previewHash(hash);
  throw new Failure(
    'bad-request',
    `${given.slice(0, 12)}… is not the hash of standing plan ${name}, which is ${hash.slice(0, 12)}…`,
    {
      advice: `what would run is not what you looked at: see \`rollout window describe ${name}\`, and approve its hash or delete it`,
    },
  );
}

const noteOf = (did: string, { by, reason }: StandingOrder): string =>
  `${did} by ${identityWords(by.name, by.source)}: ${reason}`;

/** A rollout of it that is under way goes on. @throws Failure bad-request when it is paused already */
export async function pauseStanding(temporal: Temporal, order: StandingOrder): Promise<void> {
  const { state } = (await findStanding(temporal, order.name)).schedule;
  if (state.paused) throw alreadySo(order.name, `is paused already: ${state.note ?? ''}`);
  await withSchedule(temporal, order.name, (handle) => handle.pause(noteOf('paused', order)));
}

/** @throws Failure bad-request when it is not paused */
export async function resumeStanding(temporal: Temporal, order: StandingOrder): Promise<void> {
  const { state } = (await findStanding(temporal, order.name)).schedule;
  if (!state.paused) throw alreadySo(order.name, 'is not paused');
  await withSchedule(temporal, order.name, (handle) => handle.unpause(noteOf('resumed', order)));
}

/** The reason is the last thing that the server's history of the schedule keeps. */
export async function deleteStanding(temporal: Temporal, order: StandingOrder): Promise<void> {
  await withSchedule(temporal, order.name, async (handle) => {
    await handle.pause(noteOf('deleted', order));
    await handle.delete();
  });
}

const alreadySo = (name: string, what: string): Failure =>
  new Failure('bad-request', `standing plan ${name} ${what}`, {
    advice: `see \`rollout window describe ${name}\``,
  });
