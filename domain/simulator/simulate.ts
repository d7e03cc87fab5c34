import type { HostId } from '../../contracts/ids';
import type { OperatorAnswer } from '../../contracts/rollout';
import type { Reason } from '../../contracts/reason';
import {
  begin,
  decide,
  hostsInFlight,
  refusal,
  type Decision,
  type RolloutCommand,
  type RolloutEvent,
  type RolloutPlan,
  type RolloutState,
} from '../rollout';
import { createAgenda, type Agenda } from './agenda';
import { createCarrier, type Coming } from './carrier';
import type { Script, World } from './world';

export interface SimulationOptions {
  readonly script?: Script;
  /** Every pause and every wait for a person between waves is resumed after so long. @default never */
  readonly resumeAfterMs?: number;
  /** The history is said to be full after so many events of a run, per run in turn; at least 2. @default never */
  readonly eventsPerRun?: readonly number[];
  /** @default 0 */
  readonly startAt?: number;
  /** Goes on from here, at `startAt`; what the input says does not matter then. @default a rollout that begins */
  readonly from?: RolloutState;
  /** Whether gates without an answer are resumed as well. @default false */
  readonly waiveGates?: boolean;
  /** A rollout that takes more events than this does not end. @default 100 per host and 1000 */
  readonly maxEvents?: number;
  /** Keep every step; without it only the end, which is all that a forecast of 5,000 hosts needs. @default true */
  readonly keepSteps?: boolean;
}

export interface SimulationStep {
  /** Milliseconds since the rollout began. */
  readonly atMs: number;
  readonly event: RolloutEvent;
  readonly before: RolloutState;
  readonly after: RolloutState;
  readonly commands: readonly RolloutCommand[];
  readonly reasons: readonly Reason[];
  readonly answer?: OperatorAnswer;
  /** After the step. */
  readonly inFlight: readonly HostId[];
}

export interface SimulationTrace {
  readonly steps: readonly SimulationStep[];
  readonly state: RolloutState;
  /** Whether the rollout finished; if not, nothing is left that could move it, or it takes too many events. */
  readonly finished: boolean;
  readonly durationMs: number;
  readonly events: number;
  readonly runs: number;
  /** Scripted requests that the validator would have refused. */
  readonly refused: readonly Reason[];
}

/** Carries a whole rollout out under a simulated clock. Deterministic for a deterministic world. */
export const simulate = (
  input: RolloutPlan,
  world: World,
  options: SimulationOptions = {},
): SimulationTrace => {
  const { startAt, keepSteps, maxEvents, script } = settingsOf(input, options);
  const agenda = createAgenda<Coming>();
  const carrier = createCarrier(world, startAt, agenda);
  const steps: SimulationStep[] = [];
  const refused: Reason[] = [];
  const counts = { events: 0, runs: 1, inRun: 0 };
  let state = options.from ?? begin(input, startAt);
  let now = startAt;

  const feed = (event: RolloutEvent): void => {
    const before = state;
    const decision = decide(before, event, now);
    state = decision.state;
    counts.events += 1;
    counts.inRun += 1;
    if (keepSteps) steps.push(stepOf(now - startAt, event, before, decision));
    for (const command of decision.commands) carrier.carryOut(command, now);
    if (decision.commands.some((command) => command.type === 'continueAsNew')) continueAsNew();
    else if (isHistoryFull()) feed({ type: 'historyFull' });
  };
  const isHistoryFull = (): boolean =>
    state.result === null &&
    state.moving === null &&
    counts.inRun >= eventsPerRun(options.eventsPerRun, counts.runs);
  const continueAsNew = (): void => {
    // What a payload does to a value: a state that loses something here would lose it in a real rollout.
    state = JSON.parse(JSON.stringify(state)) as RolloutState;
    counts.runs += 1;
    counts.inRun = 0;
    feed({ type: 'continued' });
  };

  put(agenda, startAt, script);
  if (options.from !== undefined) carrier.takeUp(state, now);
  feed(firstEvent(state));
  while (state.result === null && counts.events < maxEvents) {
    const next = nextMoment(state, agenda, now, options);
    if (next === undefined) break;
    now = next.at;
    const event = next.event ?? takeFrom(agenda, carrier.accepts);
    if (event === undefined) continue;
    const why = event.type === 'operator' ? refusal(state, event.request, now) : null;
    if (why === null) feed(event);
    else refused.push(why);
  }
  return {
    steps,
    state,
    finished: state.result !== null,
    durationMs: now - startAt,
    events: counts.events,
    runs: counts.runs,
    refused,
  };
};

const settingsOf = (
  { hosts }: RolloutPlan,
  {
    startAt = 0,
    keepSteps = true,
    maxEvents = hosts.length * 100 + 1000,
    script = [],
  }: SimulationOptions,
) => ({ startAt, keepSteps, maxEvents, script });

const firstEvent = (state: RolloutState): RolloutEvent => {
  if (!state.admitted) return { type: 'admitted' };
  // The run that asked for a new one is over.
  return { type: state.moving === null ? 'timerFired' : 'continued' };
};

const stepOf = (
  atMs: number,
  event: RolloutEvent,
  before: RolloutState,
  decision: Decision<RolloutState>,
): SimulationStep => ({
  atMs,
  event,
  before,
  after: decision.state,
  commands: decision.commands,
  reasons: decision.reasons,
  ...(decision.answer === undefined ? {} : { answer: decision.answer }),
  inFlight: hostsInFlight(decision.state),
});

const put = (agenda: Agenda<Coming>, startAt: number, script: Script): void =>
  script.forEach(({ atMs, request, updateId }, index) =>
    agenda.put(startAt + atMs, {
      event: { type: 'operator', request, updateId: updateId ?? `scripted-${index}` },
    }),
  );

const takeFrom = (
  agenda: Agenda<Coming>,
  accepts: (coming: Coming) => boolean,
): RolloutEvent | undefined => {
  const coming = agenda.take()?.item;
  return coming !== undefined && accepts(coming) ? coming.event : undefined;
};

interface Moment {
  readonly at: number;
  /** Missing: the next of the agenda. */
  readonly event?: RolloutEvent;
}

/** Of what comes from outside, the carrier's timer and the person who resumes, the first. */
const nextMoment = (
  state: RolloutState,
  agenda: Agenda<Coming>,
  now: number,
  { resumeAfterMs, waiveGates = false }: SimulationOptions,
): Moment | undefined => {
  const moments: Moment[] = [];
  const comingAt = agenda.peekAt();
  if (comingAt !== undefined) moments.push({ at: comingAt });
  if (state.nextLookAt !== null)
    moments.push({ at: state.nextLookAt, event: { type: 'timerFired' } });
  const { code } = state.phaseReason;
  const waits =
    state.phase === 'paused' ||
    (state.phase === 'held' && code === 'wave-pause') ||
    (state.phase === 'held' && code === 'gate-unanswered' && waiveGates);
  if (waits && resumeAfterMs !== undefined)
    moments.push({ at: now + resumeAfterMs, event: resumed(state, now) });
  return moments.reduce<Moment | undefined>(
    (first, moment) => (first === undefined || moment.at < first.at ? moment : first),
    undefined,
  );
};

/** The first event of a run is `continued`: with 1 a run would be full before it did anything. */
const eventsPerRun = (limits: readonly number[] | undefined, run: number): number =>
  limits === undefined || limits.length === 0
    ? Number.POSITIVE_INFINITY
    : Math.max(2, limits[(run - 1) % limits.length] ?? 2);

const resumed = (state: RolloutState, now: number): RolloutEvent => ({
  type: 'operator',
  updateId: `resumed-${now}-${state.requests.length}-${state.phase}`,
  request: { operation: 'resume', author: 'simulation', reason: 'every pause ends' },
});
