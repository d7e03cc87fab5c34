import * as fc from 'fast-check';
import { hostId } from '../../../contracts/ids';
import type { SlotNews, SlotRequest } from '../../../contracts/slots';
import { answerTo, decideSlots, isIdle, noSlots, statusOfSlots } from '../../../domain/slots';
import type { SlotsEvent, SlotsState } from '../../../domain/slots';
import { down, foundHealthy, healthy, request, withdrawn } from './requests';

const hosts = ['a', 'b', 'c', 'd', 'e'] as const;
const host = fc.constantFrom(...hosts);
const owner = fc.constantFrom('one', 'two');

const anyRequest = fc
  .record({
    host,
    owner,
    limit: fc.integer({ min: 1, max: 3 }),
    run: fc.integer({ max: 2, min: 1 }),
  })
  .map((one) => request(one.host, one.owner, one.limit, `${one.owner}${String(one.run)}`));

const anyNews: fc.Arbitrary<SlotNews> = fc.oneof(
  fc.tuple(host, owner).map(([h, o]) => healthy(h, o)),
  fc.tuple(host, owner).map(([h, o]) => foundHealthy(h, o)),
  fc.tuple(host, owner).map(([h, o]) => withdrawn(h, o)),
  fc
    .tuple(host, owner, fc.constantFrom('left-down' as const, 'found-down' as const))
    .map(([h, o, cause]) => down(h, o, cause)),
);

const anyEvent: fc.Arbitrary<SlotsEvent> = fc.oneof(
  { weight: 4, arbitrary: anyRequest.map((one) => ({ type: 'asked', request: one }) as const) },
  {
    weight: 4,
    arbitrary: fc
      .array(anyNews, { minLength: 1, maxLength: 2 })
      .map((news) => ({ type: 'told', news }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(host, fc.uuid()).map(
      ([h, id]) =>
        ({
          type: 'released',
          request: { hostId: hostId(h), author: 'ada', reason: 'repaired' },
          id,
        }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: anyRequest.map((one) => ({ type: 'undelivered', request: one }) as const),
  },
);

const inWork = (state: SlotsState) => state.leases.filter(({ cause }) => cause === 'in-work');
/** In work now, and counted before: its work takes no more of the set than was taken. */
const isDown = (lease: SlotsState['leases'][number]): boolean =>
  lease.cause !== 'in-work' || lease.before !== null;
const limitOf = (state: SlotsState) => statusOfSlots(state).maxUnavailable ?? Infinity;

/** Every event with the state before and after it. */
function history(events: readonly SlotsEvent[]) {
  let state = noSlots('dag1');
  return events.map((event, index) => {
    const before = state;
    const { state: after, grants } = decideSlots(state, event, index * 1000);
    state = after;
    return { event, before, after, grants };
  });
}

/** Hosts that were up before this event and are in work after it; what is down is repaired above the limit too. */
const newlyInWork = ({ before, after }: { before: SlotsState; after: SlotsState }) =>
  inWork(after).filter(
    (lease) => !isDown(lease) && !before.leases.some((one) => one.hostId === lease.hostId),
  );

describe('whatever happens to a set', () => {
  it('a host that was up is taken down only within the limit', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const step of history(events)) {
          if (newlyInWork(step).length === 0) continue;
          expect(step.after.leases.length).toBeLessThanOrEqual(limitOf(step.after));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('no host is counted twice, none is granted twice, and none that has its slot waits', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const { before, after, grants } of history(events)) {
          const leased = after.leases.map((lease) => lease.hostId);
          const waiting = after.waiting.map((one) => one.request.hostId);
          expect(new Set(leased).size).toBe(leased.length);
          expect(new Set(waiting).size).toBe(waiting.length);
          for (const lease of inWork(after)) expect(waiting).not.toContain(lease.hostId);
          for (const grant of grants) {
            expect(inWork(after).map((lease) => lease.hostId)).toContain(grant.hostId);
            const had = inWork(before).find((lease) => lease.hostId === grant.hostId);
            expect(had).toBeUndefined();
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('an event that is repeated changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let state = noSlots('dag1');
        events.forEach((event, index) => {
          const once = decideSlots(state, event, index * 1000).state;
          // A list of news is heard in order: only one that does not contradict itself can be repeated.
          const isPlain = event.type !== 'told' || event.news.length === 1;
          const twice = decideSlots(once, event, index * 1000 + 500);
          if (isPlain) {
            expect(twice.state).toEqual(once);
            expect(twice.grants).toEqual([]);
          }
          state = once;
        });
      }),
      { numRuns: 150 },
    );
  });

  it('whoever waits has no room, and hosts that are up are served in their order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (const { before, after } of history(events)) {
          const isUp = (one: { request: SlotRequest }) =>
            !after.leases.some((lease) => lease.hostId === one.request.hostId);
          for (const one of after.waiting) {
            // Nobody waits beside free slots, and a host that is down waits only for another one in work.
            if (isUp(one)) expect(after.leases.length).toBeGreaterThanOrEqual(limitOf(after));
            else expect(inWork(after).length).toBeGreaterThan(0);
          }
          const order = before.waiting.filter(
            (one) => !before.leases.some((lease) => lease.hostId === one.request.hostId),
          );
          const firstLeft = order.findIndex((one) => after.waiting.includes(one) && isUp(one));
          const served = order.map((one) => isServed(after, one.request));
          if (firstLeft >= 0) expect(served.slice(firstLeft)).not.toContain(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

const isServed = (state: SlotsState, { hostId: id, runId }: SlotRequest): boolean =>
  inWork(state).some(
    (lease) =>
      lease.cause === 'in-work' &&
      lease.hostId === id &&
      lease.request.runId === runId &&
      !isDown(lease),
  );

/** Which of the sets each host is in; every host is in one at least. */
const anyMembership = fc.array(fc.subarray(['s1', 's2', 's3'], { minLength: 1 }), {
  minLength: 4,
  maxLength: 8,
});

interface Walker {
  readonly request: SlotRequest;
  readonly sets: readonly string[];
  /** Sets of which it has a slot; one more is asked for. */
  has: number;
  asked: boolean;
  done: boolean;
  readonly fails: boolean;
}

describe('two rollouts with sets in common, each host asking for its sets in order', () => {
  const scene = fc.record({
    membership: anyMembership,
    limits: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
    failing: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 2 }),
    order: fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }),
  });

  it('never take more down than the smaller number together, and always end', () => {
    fc.assert(
      fc.property(scene, ({ membership, limits, failing, order }) => {
        const states = new Map(['s1', 's2', 's3'].map((set) => [set, noSlots(set)]));
        const stateOf = (set: string) => states.get(set)!;
        const walkers = membership.map((sets, index): Walker => {
          const one = index % 2;
          return {
            request: request(`h${String(index)}`, one === 0 ? 'one' : 'two', limits[one]),
            sets,
            has: 0,
            asked: false,
            done: false,
            fails: failing.includes(index),
          };
        });
        let now = 0;
        const take = (set: string, event: SlotsEvent) => {
          const { state } = decideSlots(stateOf(set), event, (now += 1000));
          states.set(set, state);
        };
        const canMove = (one: Walker): boolean =>
          !one.done &&
          (one.has === one.sets.length ||
            !one.asked ||
            answerTo(stateOf(one.sets[one.has]!), one.request).granted);
        const move = (one: Walker): void => {
          const set = one.sets[one.has];
          if (set === undefined) {
            one.done = true;
            const name = one.request.hostId;
            const news = one.fails
              ? down(name, one.request.owner)
              : healthy(name, one.request.owner);
            for (const each of one.sets) take(each, { type: 'told', news: [news] });
            return;
          }
          if (!one.asked) {
            take(set, { type: 'asked', request: one.request });
            one.asked = true;
          }
          if (!answerTo(stateOf(set), one.request).granted) return;
          one.has += 1;
          one.asked = false;
        };
        for (let steps = 0; walkers.some((one) => !one.done); steps++) {
          if (steps > 1000) throw new Error('it never ends');
          const able = walkers.filter(canMove);
          if (able.length > 0) {
            move(able[order[steps % order.length]! % able.length]!);
            withinLimits(states);
            continue;
          }
          // Only failed hosts can hold everybody up: a person frees one.
          const [set, stuck] = stuckLease(states);
          take(set, {
            type: 'released',
            request: { hostId: stuck.hostId, author: 'ada', reason: 'repaired' },
            id: String(steps),
          });
        }
        for (const one of states.values()) {
          expect(one.leases.every(({ cause }) => cause === 'left-down')).toBe(true);
          expect(one.waiting).toEqual([]);
        }
        if (failing.length === 0) expect([...states.values()].every(isIdle)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  const stuckLease = (states: ReadonlyMap<string, SlotsState>) => {
    for (const [set, state] of states) {
      const stuck = state.leases.find(({ cause }) => cause === 'left-down');
      if (stuck !== undefined && state.waiting.length > 0) return [set, stuck] as const;
    }
    throw new Error('a deadlock: nobody can go on, and no failed host is in the way');
  };

  /** Who is at work was let in within its own number, and nobody came in above that since. */
  const withinLimits = (states: ReadonlyMap<string, SlotsState>): void => {
    for (const { leases } of states.values()) {
      const over = leases.find(
        (lease) => lease.cause === 'in-work' && leases.length > lease.request.maxUnavailable,
      );
      // Looked at after every step: expect() would take most of the time.
      if (over !== undefined)
        throw new Error(`more are down than the plan of ${over.hostId} allows`);
    }
  };
});
