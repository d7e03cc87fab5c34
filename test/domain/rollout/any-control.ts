import fc from 'fast-check';
import type { Gate, GatePhase } from '../../../contracts/gate';
import { previewHash, type HostId } from '../../../contracts/ids';
import { noticeEvents } from '../../../contracts/notification';
import type { OrderRule } from '../../../contracts/plan';
import { reason } from '../../../contracts/reason';
import type { ChangeControl, OperatorRequest } from '../../../contracts/rollout';
import type { CalendarReading, Interval, Opening } from '../../../contracts/window';
import type { Attempt, Script, World } from '../../../domain/simulator';
import { anyHosts, anyPlan, often, worldOf, type AnyRollout } from './any-rollout';
import { by, hash, someCalendar, uncontrolled } from './controlled-scenario';
import { day, hour, minute, names } from './scenario';

/** A whole rollout under change control: windows over weeks, blackouts, people, gates, order, other rollouts' slots. */
export interface AnyControlled extends AnyRollout {
  readonly outside: AnyOutside;
}

export interface AnyOutside {
  readonly windows: readonly Opening[];
  /** Known from a time on: somebody adds them while the rollout is under way. */
  readonly blackouts: readonly (Interval & { readonly knownFrom: number })[];
  /** Times at which neither calendar nor fleet can be read. */
  readonly unreadable: Interval | null;
  readonly changed: readonly (Interval & { readonly host: HostId })[];
  /** Of the gates in the order in which they are asked; the last one repeats. */
  readonly answers: readonly { readonly phase: GatePhase; readonly afterMs: number }[];
}

/** Once in so many times. */
const seldom = <T>(weight: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: weight - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

const minutes = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((n) => n * minute);

/** A night every day or two, some of them too short for a host. */
const anyWindows: fc.Arbitrary<Opening[]> = fc
  .array(
    fc.record({
      gapMs: minutes(30, 2880),
      lengthMs: minutes(10, 600),
      cutoffMs: fc.constantFrom(0, 0, 30 * minute, 5 * hour),
    }),
    { minLength: 0, maxLength: 12 },
  )
  .chain((spans) => fc.constantFrom(0, 12 * hour).map((firstGap) => ({ spans, firstGap })))
  .map(({ spans, firstGap }) => {
    let at = -firstGap;
    return spans.map(({ gapMs, lengthMs, cutoffMs }, index) => {
      const from = index === 0 && firstGap > 0 ? at : at + gapMs;
      at = from + lengthMs;
      return { from, until: at, cutoffAt: Math.max(from, at - cutoffMs), window: 'night' };
    });
  });

const anySpan = (longest: number): fc.Arbitrary<Interval> =>
  fc
    .record({ from: minutes(0, 14 * 24 * 60), length: minutes(1, longest) })
    .map(({ from, length }) => ({ from, until: from + length }));

const anyOutside = (hosts: readonly HostId[]): fc.Arbitrary<AnyOutside> =>
  fc.record({
    windows: anyWindows,
    blackouts: fc.array(
      fc
        .tuple(anySpan(2 * 24 * 60), minutes(0, 7 * 24 * 60))
        .map(([span, ahead]) => ({ ...span, knownFrom: span.from - ahead })),
      { maxLength: 3 },
    ),
    unreadable: seldom(3, anySpan(300)),
    changed: fc.array(
      fc.tuple(anySpan(3000), fc.constantFrom(...hosts)).map(([span, host]) => ({ ...span, host })),
      { maxLength: 2 },
    ),
    answers: fc.array(
      fc.record({
        phase: fc.oneof(
          often<GatePhase>(12, 'successful'),
          often<GatePhase>(1, 'failed'),
          often<GatePhase>(1, 'inconclusive'),
          often<GatePhase>(1, 'error'),
        ),
        afterMs: minutes(0, 30),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  });

const gateOf = (name: string, when: Gate['when']): Gate => ({
  name,
  when,
  check: {
    kind: 'http',
    url: 'http://127.0.0.1/',
    timeoutMs: 1000,
    status: [200],
    contains: null,
    caFile: null,
    credentialRef: null,
  },
  count: 1,
  intervalMs: 0,
  initialDelayMs: 0,
  failureLimit: 0,
  consecutiveErrorLimit: 0,
  inconclusiveLimit: 0,
});

const gates = [
  gateOf('queue', { before: 'wave', fromWave: 1 }),
  gateOf('later', { before: 'wave', fromWave: 2 }),
  gateOf('mail', { after: 'host' }),
];

/** As a preview has them: each host behind all that it comes after. */
const anyOrder = (hosts: readonly HostId[]): fc.Arbitrary<OrderRule[]> =>
  fc.array(
    fc
      .record({
        own: fc.subarray([...hosts], { minLength: 1, maxLength: Math.min(4, hosts.length) }),
        others: fc.subarray([...hosts], { minLength: 1, maxLength: Math.min(4, hosts.length) }),
        kind: fc.constantFrom('after' as const, 'notWhile' as const),
      })
      .map(({ own, others, kind }): OrderRule => {
        const first = Math.min(...own.map((id) => hosts.indexOf(id)));
        const before = others.filter((id) => hosts.indexOf(id) < first);
        return kind === 'after' ? { hosts: own, after: before } : { hosts: own, notWhile: others };
      }),
    { maxLength: 3 },
  );

const anyChange = (hosts: readonly HostId[]): fc.Arbitrary<ChangeControl> =>
  fc
    .record({
      approvals: fc.option(
        fc.record({
          minApprovals: fc.integer({ min: 1, max: 2 }),
          ttlMs: minutes(600, 14 * 24 * 60),
          identity: fc.constant('asserted' as const),
        }),
        { freq: 2 },
      ),
      hasCalendar: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
      order: anyOrder(hosts),
      gates: fc.oneof(
        { weight: 2, arbitrary: fc.constant<Gate[]>([]) },
        { weight: 1, arbitrary: fc.subarray(gates, { minLength: 1 }) },
      ),
      isTold: fc.boolean(),
      fleetFile: fc.constantFrom(null, '/fleet.yaml'),
      maxHosts: seldom(8, fc.integer({ min: 1, max: 8 })),
    })
    .map(({ hasCalendar, isTold, maxHosts, ...rest }) => ({
      ...uncontrolled,
      ...rest,
      calendar: hasCalendar ? someCalendar : null,
      notify: isTold
        ? [{ kind: 'slack', urlRef: 'env:X', name: 'chat', events: noticeEvents, template: null }]
        : [],
      firing: hasCalendar && maxHosts !== null ? { maxHosts } : null,
    }));

const people = ['ada', 'ben', 'cleo', ' BEN'] as const;

const anyRequest = (hosts: readonly HostId[]): fc.Arbitrary<OperatorRequest> =>
  fc
    .record({
      who: fc.constantFrom(...people).map(by),
      host: fc.constantFrom(...hosts),
      number: fc.integer({ min: 0, max: 5 }),
      at: minutes(0, 14 * 24 * 60),
      what: fc.integer({ min: 0, max: 99 }),
    })
    .map(({ who, host, number, at, what }) => {
      if (what < 20) return who.approve();
      if (what < 23) return who.approve(previewHash('b'.repeat(64)));
      if (what < 26) return who.approve(hash, 'authenticated');
      if (what < 29) return who.plainly('revoke');
      if (what < 30) return who.plainly('reject');
      if (what < 38) return who.host('hold', host);
      if (what < 48) return who.host('unhold', host);
      if (what < 53) return who.host('skip', host);
      if (what < 61) return who.host('retry', host);
      if (what < 67) return who.retryAll((['failed', 'not-started', 'all'] as const)[number % 3]!);
      if (what < 72) return who.limits({ maxConcurrency: Math.max(1, number) });
      if (what < 77) return who.limits({ maxErrors: number });
      if (what < 79) return who.limits({ maxConsecutiveErrors: number < 2 ? null : number });
      if (what < 87) return who.windowUntil(at);
      if (what < 90) return who.askGate(gates[number % gates.length]!.name);
      if (what < 94) return who.plainly('pause');
      if (what < 97) return who.plainly('resume');
      return who.plainly(what < 98 ? 'abort' : 'abort-now');
    });

/** Approvals come early mostly, late or never now and then. */
const anyScript = (hosts: readonly HostId[]): fc.Arbitrary<Script> =>
  fc
    .tuple(
      fc.array(fc.record({ atMs: minutes(0, 14 * 24 * 60), request: anyRequest(hosts) }), {
        maxLength: 14,
      }),
      fc.constantFrom([], ['ben'], ['ben', 'cleo'], ['ben', 'cleo'], ['cleo', 'ben']),
      minutes(0, 1000),
    )
    .map(([some, early, atMs]) => [
      ...some,
      ...early.map((name) => ({ atMs, request: by(name).approve() })),
    ]);

const anyBeside: fc.Arbitrary<Pick<Attempt, 'awaits' | 'drained'>> = fc
  .record({
    awaits: seldom(
      6,
      fc.record({
        stuck: fc.boolean(),
        forMs: fc.option(minutes(0, 120), { freq: 3 }),
      }),
    ),
    drained: fc.option(fc.boolean(), { freq: 3 }),
  })
  .map(({ awaits, drained }) => ({
    // What waits without end and says that it will come free would never end a rollout, nor a simulation.
    ...(awaits === null
      ? {}
      : { awaits: awaits.forMs === null ? { stuck: true, forMs: null } : awaits }),
    ...(drained === null
      ? {}
      : { drained: { prior: { state: 'active', drainedBy: null }, restored: drained } }),
  }));

export const anyControlled: fc.Arbitrary<AnyControlled> = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => {
    const hosts = names(count);
    return fc.record({
      plan: anyPlan(hosts),
      control: anyChange(hosts),
      hostDurationMs: fc.option(minutes(1, 60), { freq: 4 }),
      holdTimeoutMs: fc.integer({ min: 1, max: 72 }).map((n) => n * hour),
      maxErrors: fc.integer({ min: 0, max: 12 }),
      stageAhead: fc.boolean(),
      hosts: anyHosts(count),
      beside: fc.array(anyBeside, { minLength: count, maxLength: count }),
      script: anyScript(hosts),
      outside: anyOutside(hosts),
    });
  })
  .map(({ plan, hosts, beside, script, outside, ...given }) => ({
    plan: {
      ...plan,
      policy: {
        ...plan.policy,
        stageAhead: given.stageAhead,
        holdTimeoutMs: given.holdTimeoutMs,
        maxErrors: given.maxErrors,
        ...(given.hostDurationMs === null ? {} : { hostDurationMs: given.hostDurationMs }),
      },
      control: given.control,
      requestedBy: 'ada',
      previewHash: hash,
    },
    hosts: hosts.map((host, index) => ({
      ...host,
      attempts: host.attempts.map((attempt) => ({ ...attempt, ...beside[index] })),
    })),
    script,
    outside,
  }));

const isIn = ({ from, until }: Interval, at: number): boolean => from <= at && at < until;

/** What the calendar says of a span to who reads it at that time. */
export const readingAt = (
  { windows, blackouts }: AnyOutside,
  span: Interval,
  atMs: number,
): CalendarReading => {
  const known = blackouts.filter(({ knownFrom }) => knownFrom <= atMs);
  const inSpan = <T extends Interval>(all: readonly T[]): T[] =>
    all.filter(({ from, until }) => from < span.until && until > span.from);
  return {
    openings: inSpan(windows.flatMap((window) => piecesOf(window, known))),
    blackouts: inSpan(merged(known)),
    until: span.until,
  };
};

const piecesOf = (window: Opening, taken: readonly Interval[]): Opening[] => {
  const cutoffMs = window.until - window.cutoffAt;
  return taken
    .reduce<Interval[]>(
      (left, { from, until }) =>
        left.flatMap((piece) =>
          [
            { from: piece.from, until: Math.min(piece.until, from) },
            { from: Math.max(piece.from, until), until: piece.until },
          ].filter((each) => each.from < each.until),
        ),
      [window],
    )
    .map(({ from, until }) => ({
      from,
      until,
      cutoffAt: Math.max(from, until - cutoffMs),
      window: window.window,
    }));
};

const merged = (spans: readonly Interval[]): Interval[] => {
  const out: Interval[] = [];
  for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last === undefined || from > last.until) out.push({ from, until });
    else out[out.length - 1] = { from: last.from, until: Math.max(last.until, until) };
  }
  return out;
};

export const controlledWorldOf = (rollout: AnyControlled): World => {
  const { outside } = rollout;
  let asked = 0;
  const isUnread = (atMs: number): boolean =>
    outside.unreadable !== null && isIn(outside.unreadable, atMs);
  return {
    ...worldOf(rollout),
    calendar: (span, atMs) => (isUnread(atMs) ? null : readingAt(outside, span, atMs)),
    changed: (atMs) =>
      isUnread(atMs)
        ? null
        : outside.changed
            .filter((each) => isIn(each, atMs))
            .map(({ host }) => ({ hostId: host, why: 'its entry is another one' })),
    gate: () => {
      const answer = outside.answers[Math.min(asked, outside.answers.length - 1)];
      asked += 1;
      const { phase, afterMs } = answer ?? { phase: 'successful', afterMs: 0 };
      return { afterMs, answer: { phase, reason: reason('said', `says ${phase}`) } };
    },
  };
};

/** Longer than any window, any approval and any hold: by then it is over. */
export const overBy = 60 * day;
