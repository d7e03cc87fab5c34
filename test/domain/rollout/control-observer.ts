import type { GatePhase } from '../../../contracts/gate';
import type { HostId } from '../../../contracts/ids';
import type { OperatorRequest } from '../../../contracts/rollout';
import type { PriorState } from '../../../contracts/steps';
import type { CalendarReading, Opening } from '../../../contracts/window';
import type { RolloutCommand, RolloutPlan } from '../../../domain/rollout';
import type { SimulationStep } from '../../../domain/simulator';
import { badEnds, successOf } from './observer';
import { minute } from './scenario';

/** One question to a gate, as it was heard from outside. */
export interface Question {
  readonly gate: string;
  readonly host: HostId | null;
  /** Number of the step in which it was asked. */
  readonly step: number;
  answer: GatePhase | 'waived' | null;
}

/** Keeps account of what people, calendars, fleets and gates said; shares no code with the decisions that it judges. */
export interface ControlObserver {
  readonly approvedBy: Set<string>;
  readonly begun: Set<HostId>;
  reading: CalendarReading | null;
  /** When that was asked for. */
  readAt: number;
  /** When hosts were asked last, and the answer has come. */
  lookedAt: number;
  readonly changed: Set<HostId>;
  readonly heldByPerson: Set<HostId>;
  readonly questions: Question[];
  readonly owed: Map<HostId, PriorState>;
  /** Hosts that a person retried or let go on since they were looked at. */
  readonly touched: Set<HostId>;
  /** Step of the last start of a host, per wave. */
  readonly startStep: Map<number, number>;
  openingAt: (atMs: number) => Opening | undefined;
  /** What a host needs, by the plan and by what was seen. */
  neededMs: () => number;
  see: (step: SimulationStep, number: number) => void;
  start: (id: HostId, wave: number, number: number) => void;
}

const who = (name: string): string => name.trim().toLowerCase();

export const createControlObserver = (plan: RolloutPlan): ControlObserver => {
  const success = successOf(plan.action);
  let moved: { from: number; until: number } | null = null;
  let calendarAskedAt = 0;
  const assessAskedAt = new Map<number, number>();
  const startedAt = new Map<HostId, number>();
  const tookMs: number[] = [];

  const openings = (): Opening[] => {
    const { reading } = self;
    return (reading?.openings ?? []).map((each) => {
      if (moved?.from !== each.from) return each;
      const next = reading?.blackouts.find(({ from }) => from >= each.from)?.from ?? Infinity;
      const until = Math.min(moved.until, next);
      return {
        ...each,
        until,
        cutoffAt: Math.max(each.from, until - (each.until - each.cutoffAt)),
      };
    });
  };
  const openingAt = (at: number): Opening | undefined =>
    openings().find(({ from, until }) => from <= at && at < until);

  const back = (id: HostId, atMs: number, counts: boolean): void => {
    const since = startedAt.get(id);
    startedAt.delete(id);
    if (since !== undefined && counts) tookMs.push(atMs - since);
  };

  const asked = (request: OperatorRequest, atMs: number): void => {
    const { operation, author } = request;
    if (operation === 'approve') self.approvedBy.add(who(author));
    if (operation === 'revoke') self.approvedBy.delete(who(author));
    if (operation === 'hold') self.heldByPerson.add(request.hostId);
    if (operation === 'unhold' || operation === 'retry') {
      self.heldByPerson.delete(request.hostId);
      self.changed.delete(request.hostId);
      self.touched.add(request.hostId);
    }
    if (operation === 'retry-all') for (const id of plan.hosts) self.touched.add(id);
    if (operation === 'resume')
      for (const each of self.questions) if (isOpenEnded(each)) each.answer = 'waived';
    if (operation === 'ask-gate')
      for (const each of self.questions)
        if (each.gate === request.gate && isOpenEnded(each)) each.answer = 'waived';
    if (operation === 'set-window') {
      const next = openings().find(({ from }) => from > atMs);
      const from = (openingAt(atMs) ?? next)?.from;
      if (from !== undefined) moved = { from, until: Date.parse(request.until) };
    }
  };

  const happened = (event: SimulationStep['event'], atMs: number): void => {
    switch (event.type) {
      case 'operator':
        asked(event.request, atMs);
        break;
      case 'calendarRead':
        self.reading = event.reading;
        self.readAt = calendarAskedAt;
        break;
      case 'fleetRead':
        for (const { hostId } of event.changed) self.changed.add(hostId);
        break;
      case 'assessed':
        self.lookedAt = Math.max(self.lookedAt, assessAskedAt.get(event.round) ?? -1);
        break;
      case 'gateAnswered':
        for (const each of self.questions)
          if (runs.get(event.run) === each) each.answer = event.answer.phase;
        break;
      case 'hostStarted':
        startedAt.set(event.hostId, atMs);
        break;
      case 'slotsAwaited':
        startedAt.delete(event.hostId);
        break;
      case 'hostWatched':
        back(event.hostId, atMs, true);
        break;
      case 'hostFinished':
        back(event.hostId, atMs, event.outcome === success || badEnds.includes(event.outcome));
        break;
      case 'hostDrained':
        self.owed.set(event.hostId, event.prior);
        break;
      case 'hostRestored':
        self.owed.delete(event.hostId);
        break;
      case 'admitted':
      case 'calendarUnread':
      case 'continued':
      case 'fleetUnread':
      case 'historyFull':
      case 'hostChanged':
      case 'hostTaken':
      case 'slotsHeld':
      case 'slotsWanted':
      case 'staged':
      case 'timerFired':
      default:
        break;
    }
  };

  const commanded = (command: RolloutCommand, atMs: number, step: number): void => {
    if (command.type === 'readCalendar') calendarAskedAt = atMs;
    if (command.type === 'assess') assessAskedAt.set(command.round, atMs);
    if (command.type !== 'askGate') return;
    const question = { gate: command.gate, host: command.hostId, step, answer: null };
    self.questions.push(question);
    runs.set(command.run, question);
  };
  const runs = new Map<number, Question>();

  const self: ControlObserver = {
    approvedBy: new Set(),
    begun: new Set(),
    reading: null,
    readAt: -1,
    lookedAt: -1,
    changed: new Set(),
    heldByPerson: new Set(),
    questions: [],
    owed: new Map(),
    touched: new Set(),
    startStep: new Map(),
    openingAt,
    neededMs: () => {
      const sorted = tookMs.slice(-200).toSorted((a, b) => a - b);
      const seen = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
      return Math.max(plan.policy.hostDurationMs ?? 30 * minute, seen);
    },
    see: ({ event, atMs, commands }, number) => {
      happened(event, atMs);
      for (const command of commands) commanded(command, atMs, number);
    },
    start: (id, wave, number) => {
      self.begun.add(id);
      self.startStep.set(wave, number);
    },
  };
  return self;
};

const isOpenEnded = ({ answer }: Question): boolean =>
  answer === 'inconclusive' || answer === 'error';
