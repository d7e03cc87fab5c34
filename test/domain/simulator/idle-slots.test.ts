import fc from 'fast-check';
import type { HostId } from '../../../contracts/ids';
import { reason } from '../../../contracts/reason';
import { simulate, type SimulationStep, type World } from '../../../domain/simulator';
import { controlledPlan, nights, someCalendar } from '../rollout/controlled-scenario';
import { hour, minute, names } from '../rollout/scenario';

/** Reboots of random length; one wave, so that nothing but slots and windows makes a host wait. */
const anyFleet = fc.integer({ min: 2, max: 14 }).chain((count) =>
  fc.record({
    hosts: fc.constant(names(count)),
    minutes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: count, maxLength: count }),
    slots: fc.integer({ min: 1, max: 5 }),
    perSet: fc.integer({ min: 1, max: 4 }),
    quiet: fc.constantFrom(0, 10),
    inWindows: fc.boolean(),
  }),
);

type Fleet = typeof anyFleet extends fc.Arbitrary<infer T> ? T : never;

const setsOf = (hosts: readonly HostId[], perSet: number) =>
  Array.from({ length: Math.ceil(hosts.length / perSet) }, (_, set) => ({
    name: `set${set}`,
    maxUnavailable: 1 + (set % 2),
    hosts: hosts.slice(set * perSet, (set + 1) * perSet),
  }));

const carriedOut = ({ hosts, minutes, slots, perSet, quiet, inWindows }: Fleet) => {
  const sets = setsOf(hosts, perSet);
  const plan = controlledPlan(hosts, {
    policy: { serial: [hosts.length], maxConcurrency: slots, hostDurationMs: hour },
    sets,
    control: { calendar: inWindows ? someCalendar : null },
  });
  const openings = nights(40);
  const world: World = {
    assess: () => ({
      state: 'affected',
      applicable: 'yes',
      health: 'healthy',
      reason: reason('affected', 'affected'),
    }),
    attempt: (id) => ({
      durationMs: (minutes[hosts.indexOf(id)] ?? 1) * minute,
      outcome: 'fixed',
      ...(quiet === 0 ? {} : { watched: { forMs: quiet * minute } }),
    }),
    calendar: ({ from, until }) => ({
      openings: openings.filter((each) => each.from < until && each.until > from),
      blackouts: [],
      until,
    }),
    assessmentMs: 0,
    startMs: 0,
  };
  return { plan, sets, trace: simulate(plan, world) };
};

test('no slot is idle while a host could start', () => {
  fc.assert(
    fc.property(anyFleet, (fleet) => {
      const { sets, trace } = carriedOut(fleet);
      expect(trace.state.result).toBe('completed');
      for (const step of trace.steps) expect(idleIn(step)).toEqual([]);

      function idleIn({ after, atMs }: SimulationStep): string[] {
        const isOpen = !fleet.inWindows || (atMs % (24 * hour)) + hour <= 8 * hour;
        if (!isOpen || after.wave === 0) return [];
        // Looking again once a window has opened comes before anything else.
        if (after.openRounds.length > 0 || after.control?.calendar.askedAt !== null) return [];
        const inWork = fleet.hosts.filter((_, index) => {
          const host = after.hosts[index];
          return host?.is === 'running' && host.watched === undefined;
        });
        if (inWork.length >= fleet.slots) return [];
        return fleet.hosts.filter(
          (id, index) =>
            after.hosts[index]?.is === 'queued' &&
            sets.every(
              ({ hosts, maxUnavailable }) =>
                !hosts.includes(id) ||
                hosts.filter((other) => inWork.includes(other)).length < maxUnavailable,
            ),
        );
      }
    }),
    { seed: 20_260_510, numRuns: 150 },
  );
});

test('without sets and windows it takes no longer than any such order of the hosts may (Graham, 1966)', () => {
  fc.assert(
    fc.property(anyFleet, (given) => {
      const fleet = { ...given, perSet: 1, quiet: 0, inWindows: false } as const;
      const { trace } = carriedOut(fleet);
      const sum = fleet.minutes.reduce((a, b) => a + b, 0);
      const longest = Math.max(...fleet.minutes);
      const bound = sum / fleet.slots + longest * (1 - 1 / fleet.slots);
      expect(trace.durationMs / minute).toBeLessThanOrEqual(bound + 1e-6);
      expect(trace.durationMs / minute).toBeGreaterThanOrEqual(
        Math.max(sum / fleet.slots, longest) - 1e-6,
      );
    }),
    { seed: 20_260_511, numRuns: 100 },
  );
});
