import { reason, type Reason } from '../../contracts/reason';
import type { CalendarReading, Opening } from '../../contracts/window';
import { fits, nextOpening, openingAt } from '../window';
import { expiresAt, isApproved } from './approvals';
import type { Asking, ControlState } from './control-state';
import { isFree, type Draft } from './draft';
import { hostMsOf } from './durations';
import type { RolloutState } from './state';

type Controlled = Pick<RolloutState, 'plan' | 'control' | 'startedAt'>;

const day = 86_400_000;
/** How far a calendar is read, and how far when it says nothing nearer: a window may come once a year. */
const reachMs = { near: 62 * day, far: 400 * day } as const;
/** Enough to know what comes next; the state travels through every continue-as-new. */
const openingsKept = 30;

export const hasCalendar = ({ plan }: Pick<RolloutState, 'plan'>): boolean =>
  plan.control?.hasCalendar === true;

/** Openings as they are known, with the end that a person moved; a blackout that was added since wins over that too. */
const openingsOf = ({ control }: Controlled): readonly Opening[] => {
  const { openings = [], blackouts = [] } = control?.reading ?? {};
  const moved = control?.moved ?? null;
  if (moved === null) return openings;
  const blackout = blackouts.find(({ from }) => from >= moved.from);
  const until = Math.min(moved.until, blackout?.from ?? moved.until);
  return openings.map((opening) =>
    opening.from === moved.from ? endedAt(opening, until) : opening,
  );
};

/** The cut-off keeps its distance to the end. */
const endedAt = (opening: Opening, until: number): Opening => ({
  ...opening,
  until,
  cutoffAt: Math.max(opening.from, until - (opening.until - opening.cutoffAt)),
});

export const openNow = (state: Controlled, now: number): Opening | null =>
  openingAt(openingsOf(state), now);

export const opensNext = (state: Controlled, now: number): Opening | null =>
  nextOpening(openingsOf(state), now);

/** Null when a host may be begun now as far as windows and blackouts go; else why not. */
export const windowRefusal = (state: Controlled, now: number): Reason | null => {
  if (!hasCalendar(state)) return null;
  if (state.control?.reading === null)
    return reason('calendar-unread', 'the windows are not known yet');
  const open = openNow(state, now);
  if (open === null) return closed(state, now);
  const fit = fits(open, now, hostMsOf(state));
  if (fit.fits) return null;
  const { message, facts } = fit.reason;
  return reason('window-short', `${message}; ${goesOn(state, now)}`, facts);
};

const iso = (at: number): string => new Date(at).toISOString();

const goesOn = (state: Controlled, now: number): string => {
  const next = opensNext(state, now);
  return next === null ? 'no further window is known' : `goes on ${iso(next.from)}`;
};

const closed = (state: Controlled, now: number): Reason => {
  const next = opensNext(state, now);
  if (next === null)
    return reason('window-closed', 'no window is open, and none is known that will be');
  const name = next.window === '' ? 'the end of the blackout' : `window ${next.window}`;
  return reason('window-closed', `waits for ${name}, ${iso(next.from)}`, {
    opensAt: iso(next.from),
  });
};

/** From when on what is known counts as looked at again: since the window opened, else since it was approved. */
export const freshSince = (state: Controlled, now: number): number =>
  openNow(state, now)?.from ?? state.control?.approvedAt ?? state.startedAt;

const isSince = (at: number | null, since: number): boolean => at !== null && at >= since;

/** Whether blackouts, fleet and hosts were looked at since the window opened: a night may have changed them all. */
export const isFresh = (state: Controlled, now: number): boolean => {
  const { control } = state;
  if (control === undefined) return true;
  const since = freshSince(state, now);
  const calendar = !hasCalendar(state) || isSince(control.calendar.answeredAt, since);
  const fleet = state.plan.control?.hasFleet !== true || isSince(control.fleet.answeredAt, since);
  const hosts = !hasCalendar(state) || isSince(control.lookedAt, since);
  return calendar && fleet && hosts && control.stagedAhead !== 'asked';
};

const isDue = ({ askedAt, retryAt }: Asking, now: number): boolean =>
  askedAt === null && (retryAt === null || retryAt <= now);

const isFarEnough = ({ openings, until }: CalendarReading, now: number): boolean =>
  openings.length >= openingsKept || until >= now + reachMs.far - reachMs.near;

const hasFitting = (state: Controlled, now: number): boolean => {
  const neededMs = hostMsOf(state);
  return openingsOf(state).some(
    (opening) => opening.until > now && fits(opening, Math.max(now, opening.from), neededMs).fits,
  );
};

/** Asks for the calendar when it is not known, is older than the window that is open, or says nothing useful any more. */
export const askCalendar = (draft: Draft): void => {
  const { control, now } = draft;
  if (control === undefined || !hasCalendar(draft) || !isDue(control.calendar, now)) return;
  const reach = reachWanted(draft, control);
  if (reach === null) return;
  const from = control.moved !== null && now < control.moved.until ? control.moved.from : now;
  draft.control = { ...control, calendar: { ...control.calendar, askedAt: now } };
  draft.commands.push({ type: 'readCalendar', from, until: now + reach });
};

const reachWanted = (draft: Draft, control: ControlState): number | null => {
  const { now } = draft;
  const { reading } = control;
  if (reading === null || control.calendar.problem !== null) return reachMs.near;
  const open = openNow(draft, now);
  if (open !== null && !isSince(control.calendar.answeredAt, open.from)) return reachMs.near;
  if (now >= reading.until) return reachMs.near;
  return hasFitting(draft, now) || isFarEnough(reading, now) ? null : reachMs.far;
};

export const takeReading = (draft: Draft, given: CalendarReading): void => {
  const { control } = draft;
  if (control === undefined) return;
  const openings = given.openings.slice(0, openingsKept);
  const until = given.openings.length > openingsKept ? (openings.at(-1)?.until ?? 0) : given.until;
  const blackouts = given.blackouts.filter(({ from }) => from < until).slice(0, openingsKept);
  draft.control = {
    ...control,
    reading: { openings, blackouts, until },
    calendar: answered(control.calendar),
  };
};

/** What was read is as of when it was asked for. */
export const answered = ({ askedAt }: Asking): Asking => ({
  askedAt: null,
  answeredAt: askedAt,
  problem: null,
  retryAt: null,
});

export const unanswered = (asking: Asking, problem: Reason, retryAt: number): Asking => ({
  ...asking,
  askedAt: null,
  problem,
  retryAt,
});

/** Since when nothing that is known of the calendar would let a host begin. */
export const noteWindowless = (draft: Draft): void => {
  const { control, now } = draft;
  if (control === undefined || control.reading === null) return;
  const without =
    !hasFitting(draft, now) &&
    control.calendar.askedAt === null &&
    isFarEnough(control.reading, now);
  const since = without ? (control.windowlessSince ?? now) : null;
  if (since !== control.windowlessSince) draft.control = { ...control, windowlessSince: since };
};

/** Moments at which the window alone changes what may be done. */
export const windowMoments = (state: Controlled, now: number): (number | null)[] => {
  const { control } = state;
  if (control === undefined) return [];
  const open = openNow(state, now);
  const { holdTimeoutMs } = state.plan.policy;
  return [
    expiresAt(state),
    control.calendar.retryAt,
    control.fleet.retryAt,
    open?.cutoffAt ?? null,
    open?.until ?? null,
    // The first moment at which a host does not fit any more.
    open === null ? null : open.until - hostMsOf(state) + 1,
    opensNext(state, now)?.from ?? null,
    control.reading?.until ?? null,
    control.windowlessSince === null ? null : control.windowlessSince + holdTimeoutMs,
  ];
};

/** Whether hosts may be looked at: once it is approved, and then in a window unless packages are staged ahead. */
export const mayLook = (state: Controlled & Parameters<typeof isFree>[0], now: number): boolean => {
  if (!isFree(state) || !isApproved(state)) return false;
  if (!hasCalendar(state) || state.plan.policy.stageAhead === true) return true;
  return isBegun(state) || windowRefusal(state, now) === null;
};

/** After the first look a person may ask for another one at any time. */
const isBegun = ({ control }: Controlled): boolean => (control?.lookedAt ?? null) !== null;
