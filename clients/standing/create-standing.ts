import { resolve } from 'node:path';
import { Failure } from '../../contracts/failures';
import type { Identity } from '../../contracts/identity';
import type { StandingFiles, StandingPlan } from '../../contracts/standing';
import { openingsAhead } from './openings-ahead';
import { readStanding } from './read-standing';
import type { ReadStanding } from './read-standing';
import { changePlan, createSchedule, isThere } from './schedules';
import type { Temporal } from '../rollouts/temporal';

export interface StandingRequest {
  readonly name: string;
  readonly planFile: string;
  readonly fleetFile: string;
  readonly maxHosts: number;
  readonly expiresAt: string;
  readonly requester: Identity;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface PlannedStanding {
  readonly plan: StandingPlan;
  readonly read: ReadStanding;
}

/** A longer one nobody remembers; and what nobody remembers nobody stops. */
const longestMs = 366 * 86_400_000;

/**
 * Reads and checks everything that a standing plan needs; starts nothing.
 *
 * @throws BadInput, Failure bad-request when it could never open
 */
export async function planStanding(
  request: StandingRequest,
  packageDir: string,
): Promise<PlannedStanding> {
  const { name, maxHosts, expiresAt, requester, reason, now } = request;
  if (Date.parse(expiresAt) - now > longestMs) {
    throw new Failure('bad-request', 'a standing plan holds for a year at most', {
      advice: 'give an earlier --expires, and create it again when it is over',
    });
  }
  const files: StandingFiles = {
    planFile: resolve(request.planFile),
    fleetFile: resolve(request.fleetFile),
    maxHosts,
    expiresAt,
  };
  const read = await readStanding(files, packageDir);
  await refuseWithoutOpening(read, expiresAt, now);
  const { found, content } = read;
  const plan: StandingPlan = {
    ...files,
    ...found,
    name,
    change: content.change,
    hotfixId: content.hotfix.id,
    requester,
    requestedAt: new Date(now).toISOString(),
    reason,
    approvals: [],
  };
  return { plan, read };
}

async function refuseWithoutOpening(
  { found }: ReadStanding,
  expiresAt: string,
  now: number,
): Promise<void> {
  const openings = await openingsAhead(found.calendar, now, Date.parse(expiresAt), 1);
  if (openings.length > 0) return;
  throw new Failure('bad-request', `no window of the plan opens before it expires ${expiresAt}`, {
    advice: 'give a later --expires, or correct the window of the plan',
  });
}

export interface KeptStanding {
  readonly replaced: boolean;
}

/** Sets the alarm clock. Replacing keeps no approval, and a schedule that is paused stays so. */
export async function keepStanding(
  temporal: Temporal,
  plan: StandingPlan,
  replace: boolean,
): Promise<KeptStanding> {
  if (replace && (await isThere(temporal, plan.name))) {
    await changePlan(temporal, plan.name, () => plan);
    return { replaced: true };
  }
  await createSchedule(temporal, plan, `created by ${plan.requester.name}: ${plan.reason}`);
  return { replaced: false };
}
