import { ScheduleNotFoundError } from '@temporalio/client';
import type { Opening } from '../../contracts/window';
import type { StandingPlan } from '../../contracts/standing';
import { Failure } from '../../contracts/failures';
import { calendarWords } from '../../domain/calendar';
import {
  approvalsThatCount,
  approvalWords,
  differencesOf,
  isApproved,
  refusalOfFiring,
} from '../../domain/standing';
import { bounded } from '../rollouts/bounded';
import type { Temporal } from '../rollouts/temporal';
import { readFirings, readRollouts } from './firings';
import type { FiringView, StandingRolloutView } from './firings';
import { openingsAhead } from './openings-ahead';
import { readStanding } from './read-standing';
import { findStanding, standingNames } from './schedules';
import type { FoundStanding } from './schedules';

/** A standing plan as lists show it. */
export interface StandingView extends Omit<StandingPlan, 'parts'> {
  /** Null while it is not paused; else why. */
  readonly paused: string | null;
  readonly note: string;
  readonly approved: boolean;
  readonly approvalWords: string;
  /** Why the next firing does nothing, whatever the hour; null when it may. */
  readonly refusal: string | null;
  readonly windowWords: string;
  /** Blackouts taken out; empty when there are none, or when they are not known. */
  readonly openings: readonly Opening[];
  /** Why the openings are not known. */
  readonly openingsProblem: string | null;
  readonly lastFirings: readonly FiringView[];
}

export interface StandingDetails extends StandingView {
  readonly rollouts: readonly StandingRolloutView[];
  /** What the plan's files say otherwise than what was approved, as this machine sees them. */
  readonly changed: readonly string[];
  /** Why the files cannot be read here. */
  readonly unread: string | null;
  readonly firingsTaken: number;
  /** Came too late for the catch-up window, or while an earlier one was under way. */
  readonly firingsMissed: number;
  readonly firingsSkipped: number;
}

const openingsShown = 3;

export interface ListedStandings {
  readonly standings: readonly StandingView[];
  /** Why some cannot be told: a stranger's schedule keeps nobody from seeing the others. */
  readonly problems: readonly string[];
}

/** All of them by name, each with its next opening and its last firing. */
export async function listStandings(temporal: Temporal, now: number): Promise<ListedStandings> {
  const names = await standingNames(temporal);
  const shown = { openings: 1, firings: 1 };
  const listed = await bounded(5, names, async (name) => {
    try {
      return await viewOf(temporal, await findStanding(temporal, name), now, shown);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  });
  return {
    standings: listed.flatMap((one) => (one instanceof Failure ? [] : [one])),
    // The server lists what was deleted a second ago.
    problems: listed
      .filter((one) => one instanceof Failure)
      .filter(({ cause }) => !(cause instanceof ScheduleNotFoundError))
      .map(({ message }) => message),
  };
}

export async function describeStanding(
  temporal: Temporal,
  name: string,
  now: number,
  packageDir: string,
): Promise<StandingDetails> {
  const found = await findStanding(temporal, name);
  const { plan, schedule } = found;
  const shown = { openings: openingsShown, firings: 10 };
  return {
    ...(await viewOf(temporal, found, now, shown)),
    ...(await changesOf(plan, packageDir)),
    rollouts: await readRollouts(temporal, name),
    firingsTaken: schedule.info.numActionsTaken,
    firingsMissed: schedule.info.numActionsMissedCatchupWindow,
    firingsSkipped: schedule.info.numActionsSkippedOverlap,
  };
}

async function viewOf(
  temporal: Temporal,
  { plan, schedule }: FoundStanding,
  now: number,
  shown: { readonly openings: number; readonly firings: number },
): Promise<StandingView> {
  const { parts: _digests, ...asked } = plan;
  const { paused, note = '' } = schedule.state;
  return {
    ...asked,
    approvals: approvalsThatCount(plan),
    paused: paused ? note : null,
    note,
    approved: isApproved(plan),
    approvalWords: approvalWords(plan),
    refusal: refusalOfFiring(plan, now)?.message ?? null,
    windowWords: calendarWords(plan.calendar),
    ...(await openingsOf(plan, now, shown.openings)),
    lastFirings: await readFirings(temporal, schedule, shown.firings),
  };
}

type Openings = Pick<StandingView, 'openings' | 'openingsProblem'>;

/** An iCalendar file that only workers can read keeps nobody from looking at the rest. */
async function openingsOf(plan: StandingPlan, now: number, count: number): Promise<Openings> {
  const until = Date.parse(plan.expiresAt);
  try {
    const openings = await openingsAhead(plan.calendar, now, until, count);
    return { openings, openingsProblem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { openings: [], openingsProblem: error.message };
  }
}

/** A plan that is edited voids its approval, which is better known before the night. */
async function changesOf(
  plan: StandingPlan,
  packageDir: string,
): Promise<Pick<StandingDetails, 'changed' | 'unread'>> {
  try {
    const { found } = await readStanding(plan, packageDir);
    return { changed: differencesOf(plan, found), unread: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { changed: [], unread: error.message };
  }
}
