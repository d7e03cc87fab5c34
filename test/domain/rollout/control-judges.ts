import type { HostId } from '../../../contracts/ids';
import { outcomes } from '../../../contracts/outcome';
import type { ChangeControl } from '../../../contracts/rollout';
import type { SimulationStep, SimulationTrace } from '../../../domain/simulator';
import type { AnyControlled } from './any-control';
import { createControlObserver, type ControlObserver } from './control-observer';

/** What must hold in any rollout under change control: each looks at a whole one, and says what is wrong with it. */
export type ControlJudge = (rollout: AnyControlled, trace: SimulationTrace) => readonly string[];

interface Start {
  readonly id: HostId;
  readonly wave: number;
  readonly atMs: number;
  readonly step: SimulationStep;
  readonly number: number;
  readonly seen: ControlObserver;
  readonly owed: boolean;
}

/** Walks through every start of a host that changes it; the observer stands right before it. */
const atEveryStart = (
  { plan }: AnyControlled,
  trace: SimulationTrace,
  complaint: (start: Start) => string | null | undefined | false,
): string[] => {
  const seen = createControlObserver(plan);
  return trace.steps.flatMap((step, number) => {
    seen.see(step, number);
    return step.commands.flatMap((command) => {
      if (command.type !== 'startHost' || command.restoreOnly === true) return [];
      const id = command.hostId;
      const wave = step.after.hosts[plan.hosts.indexOf(id)]?.wave ?? -1;
      const owed = command.owed !== undefined;
      const said = complaint({ id, wave, atMs: step.atMs, step, number, seen, owed });
      seen.start(id, wave, number);
      return typeof said === 'string' ? [`${id} at ${step.atMs}: ${said}`] : [];
    });
  });
};

const changeOf = ({ plan }: AnyControlled): ChangeControl => {
  if (plan.control === undefined) throw new Error('not under change control');
  return plan.control;
};

const final: ReadonlySet<string> = new Set(outcomes);
const placeOf = ({ plan }: AnyControlled, step: SimulationStep, id: HostId): string =>
  step.after.hosts[plan.hosts.indexOf(id)]?.is ?? 'nowhere';

export const controlJudges: { readonly [title: string]: ControlJudge } = {
  'no host starts outside a window, after its cut-off, or when it does not fit any more': (
    rollout,
    trace,
  ) =>
    changeOf(rollout).calendar === null
      ? []
      : atEveryStart(rollout, trace, ({ atMs, seen }) => {
          const opening = seen.openingAt(atMs);
          if (opening === undefined) return 'no window is open';
          if (atMs >= opening.cutoffAt) return 'after the cut-off';
          return atMs + seen.neededMs() > opening.until && 'does not fit';
        }),

  'no host starts in a blackout that was known when its window opened': (rollout, trace) =>
    changeOf(rollout).calendar === null
      ? []
      : atEveryStart(rollout, trace, ({ atMs, seen }) => {
          const opened = seen.openingAt(atMs)?.from ?? 0;
          const inside = rollout.outside.blackouts.some(
            ({ from, until, knownFrom }) => knownFrom <= opened && from <= atMs && atMs < until,
          );
          return inside && 'in a blackout';
        }),

  'no host starts before calendar and hosts were looked at since its window opened': (
    rollout,
    trace,
  ) =>
    changeOf(rollout).calendar === null
      ? []
      : atEveryStart(rollout, trace, ({ id, atMs, seen }) => {
          const opened = seen.openingAt(atMs)?.from ?? 0;
          if (seen.readAt < opened) return 'the calendar is of before';
          return seen.lookedAt < opened && !seen.touched.has(id) && 'hosts were not looked at';
        }),

  'no host starts unapproved, nor the first one after the approval is no longer good': (
    rollout,
    trace,
  ) => {
    const { approvals } = changeOf(rollout);
    if (approvals === null) return [];
    return atEveryStart(rollout, trace, ({ atMs, seen }) => {
      if (seen.approvedBy.has('ada')) return 'approved by who asked for it';
      if (seen.approvedBy.size < approvals.minApprovals) return 'not approved';
      return seen.begun.size === 0 && atMs >= approvals.ttlMs && 'too late';
    });
  },

  'no host starts whose entry is known to have changed, or that a person holds': (rollout, trace) =>
    atEveryStart(
      rollout,
      trace,
      ({ id, seen }) =>
        (changeOf(rollout).fleetFile !== null && seen.changed.has(id) && 'is changed') ||
        (seen.heldByPerson.has(id) && 'is held'),
    ),

  'no host starts while a gate has no answer or is closed, nor a wave before its gates are open': (
    rollout,
    trace,
  ) => {
    const { gates } = changeOf(rollout);
    return atEveryStart(rollout, trace, ({ wave, seen }) => {
      if (seen.questions.some(({ answer }) => answer === 'failed')) return 'a gate is closed';
      if (seen.questions.some(({ answer }) => answer === 'error' || answer === 'inconclusive'))
        return 'a gate has no answer';
      const missing = gates.find(({ name, when }) => {
        if (!('before' in when) || when.fromWave > wave) return false;
        const last = seen.questions.findLast((each) => each.gate === name && each.host === null);
        const before = seen.startStep.get(wave - 1) ?? -1;
        return last === undefined || last.answer === null || last.step < before;
      });
      return missing !== undefined && `gate ${missing.name} is not open`;
    });
  },

  'no host starts before those that it comes after are done, or beside those that it is not to be beside':
    (rollout, trace) => {
      const { order } = changeOf(rollout);
      const inWork = ({ step }: Start, id: HostId): boolean => {
        const host = step.after.hosts[rollout.plan.hosts.indexOf(id)];
        return host?.is === 'running' && host.watched === undefined && host.turn === undefined;
      };
      return atEveryStart(rollout, trace, (start) => {
        const { id, step } = start;
        for (const { hosts, after = [], notWhile = [] } of order) {
          if (hosts.includes(id)) {
            const early = after.find((other) => !final.has(placeOf(rollout, step, other)));
            if (early !== undefined && early !== id) return `before ${early}`;
          }
          const others = [
            ...(hosts.includes(id) ? notWhile : []),
            ...(notWhile.includes(id) ? hosts : []),
          ];
          const beside = others.find((other) => other !== id && inWork(start, other));
          if (beside !== undefined) return `beside ${beside}`;
        }
        return null;
      });
    },

  'what a host is owed is passed to the next run of its workflow, and nothing else': (
    rollout,
    trace,
  ) =>
    atEveryStart(
      rollout,
      trace,
      ({ id, owed, seen }) => owed !== seen.owed.has(id) && `owed ${owed}`,
    ),

  'one firing of a standing plan changes no more hosts than its approval says': (
    rollout,
    trace,
  ) => {
    const { firing } = changeOf(rollout);
    const retries = trace.state.requests.filter(({ operation }) => operation.startsWith('retry'));
    const started = new Set<HostId>();
    for (const { commands } of trace.steps)
      for (const command of commands) if (command.type === 'startHost') started.add(command.hostId);
    if (firing === null || retries.length > 0) return [];
    // A person who unholds a host asks for that one by name.
    const unheld = trace.state.requests.filter(({ operation }) => operation === 'unhold').length;
    return started.size > firing.maxHosts + unheld ? [`${started.size} hosts`] : [];
  },

  'people are told once of each thing': (rollout, trace) => {
    const told = trace.steps.flatMap(({ commands }) =>
      commands.flatMap((each) => (each.type === 'notify' ? [each.notice.event] : [])),
    );
    if (changeOf(rollout).notify.length === 0) return told.length === 0 ? [] : ['unwanted'];
    const count = (event: string): number => told.filter((each) => each === event).length;
    const windows = told.filter((each) => each.startsWith('window-'));
    const result = trace.state.result;
    return [
      ...(count('done') === 1 && told.at(-1) === 'done' ? [] : [`done ${count('done')} times`]),
      ...(count('budget-spent') === (result === 'stopped-by-budget' && wasSpent(trace) ? 1 : 0)
        ? []
        : ['budget-spent']),
      ...windows.flatMap((each, index) =>
        each === (index % 2 === 0 ? 'window-opens' : 'window-closes') ? [] : [`${index}: ${each}`],
      ),
    ];
  },
};

const wasSpent = ({ state }: SimulationTrace): boolean =>
  state.stopping?.result === 'stopped-by-budget';
