import {
  isStandingRollout,
  rolloutId,
  standingNameOf,
  standingRolloutId,
  standingScheduleId,
} from '../../contracts/ids';
import { parsePrepareStandingInput, parseStandingPlan } from '../../contracts/standing.schema';
import { approvalBy, standingPlan } from '../domain/standing/standing-samples';

const plan = standingPlan({ approvals: [approvalBy('ada')] });

it('a standing plan as it is created is taken', () => {
  expect(parseStandingPlan(plan)).toEqual({ ok: true, value: plan });
  const input = { plan, rolloutId: rolloutId('night-20261205T2100') };
  expect(parsePrepareStandingInput(input)).toEqual({ ok: true, value: input });
});

it.each([
  { what: 'a relative plan', changed: { planFile: 'plan.yaml' }, field: 'planFile' },
  { what: 'no hosts', changed: { maxHosts: 0 }, field: 'maxHosts' },
  { what: 'an expiry that is no time', changed: { expiresAt: 'never' }, field: 'expiresAt' },
  {
    what: 'no approvals needed',
    changed: { policy: { minApprovals: 0, identity: 'asserted' } },
    field: 'policy.minApprovals',
  },
  { what: 'no window', changed: { calendar: { windows: [], blackouts: [] } }, field: 'calendar' },
  { what: 'a name for another id', changed: { name: 'night/../x' }, field: 'name' },
  {
    what: 'an approval of nothing',
    changed: { approvals: [{ ...approvalBy('ada'), hash: 'x' }] },
    field: 'approvals[0].hash',
  },
  { what: 'something unknown', changed: { force: true }, field: 'force' },
  { what: 'a part without a digest', changed: { parts: {} }, field: 'parts.change' },
])('$what is refused at its field', ({ changed, field }) => {
  const parsed = parseStandingPlan({ ...plan, ...changed });
  const paths = parsed.ok
    ? []
    : parsed.problems.map(({ path }) =>
        path
          .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${key}`))
          .join(''),
      );
  expect(paths).toContain(field);
});

it('ids of schedules and of rollouts are told back', () => {
  expect(standingNameOf(standingScheduleId('night'))).toBe('night');
  expect(standingNameOf('rollout/night')).toBeUndefined();
  expect(standingNameOf('standing/a b')).toBeUndefined();
  const id = standingRolloutId('night-2', Date.parse('2026-12-05T21:00:00Z'));
  expect(id).toBe('night-2-20261205T2100');
  expect(isStandingRollout(id, 'night-2')).toBe(true);
  expect(isStandingRollout(id, 'night')).toBe(false);
});
