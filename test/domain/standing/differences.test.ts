import { reason } from '../../../contracts/reason';
import type { StandingFound } from '../../../contracts/standing';
import { hostId, rolloutId } from '../../../contracts/ids';
import type { HostStatus, RolloutStatus } from '../../../contracts/rollout';
import { rolloutResults } from '../../../contracts/outcome';
import type { Outcome } from '../../../contracts/outcome';
import {
  concludeFiring,
  differencesOf,
  refusalOfChanged,
  requestedByWords,
  standingPolicy,
} from '../../../domain/standing';
import { approvalBy, otherHash, standingPlan } from './standing-samples';

const plan = standingPlan();
const found = (changes: Partial<StandingFound> = {}): StandingFound => ({
  hash: plan.hash,
  parts: plan.parts,
  calendar: plan.calendar,
  policy: plan.policy,
  ...changes,
});

it('files that say the same as at the approval are carried out', () => {
  expect(differencesOf(plan, found())).toEqual([]);
  expect(refusalOfChanged(plan, found())).toBeNull();
});

it.each([
  {
    what: 'a definition and a package',
    changed: found({
      hash: otherHash,
      parts: { ...plan.parts, hotfix: 'f'.repeat(12), package: 'f'.repeat(12) },
    }),
    words: ['hotfix definition', 'package'],
  },
  {
    what: 'something that no digest tells',
    changed: found({ hash: otherHash }),
    words: ['its hash'],
  },
  {
    what: 'a schedule that lets windows open which the plan does not have',
    changed: found({ calendar: { windows: [], blackouts: [] } }),
    words: ['windows or blackouts'],
  },
  {
    what: 'a schedule that wants fewer approvals than the plan',
    changed: found({ policy: { minApprovals: 3, identity: 'asserted' } }),
    words: ['approvals'],
  },
])('$what: nothing is done, and it is named', ({ changed, words }) => {
  expect(differencesOf(plan, changed)).toEqual(words);
  expect(refusalOfChanged(plan, changed)).toMatchObject({
    code: 'changed-since-approval',
    message: expect.stringContaining(words.join(', ')),
  });
});

it('a plan that asks for no approvals needs one all the same', () => {
  expect(standingPolicy(null)).toEqual({ minApprovals: 1, identity: 'asserted' });
  expect(standingPolicy({ minApprovals: 3, ttlMs: 1, identity: 'authenticated' })).toEqual({
    minApprovals: 3,
    identity: 'authenticated',
  });
});

it('a rollout says who asked and who approved, as much of it as fits', () => {
  const approvals = [approvalBy('ada'), approvalBy('bob'), approvalBy('kim')];
  expect(requestedByWords(standingPlan({ approvals }))).toBe(
    'standing night, requested by kim, approved by ada, bob',
  );
  const many = Array.from({ length: 10 }, (_, at) => approvalBy(`${at}`.repeat(60)));
  expect(requestedByWords(standingPlan({ approvals: many }))).toHaveLength(200);
});

describe('a rollout that ended', () => {
  const ended = (result: RolloutStatus['result'], outcomes: readonly Outcome[]) =>
    concludeFiring({
      rolloutId: rolloutId('night-20261205T2100'),
      result,
      reason: reason('over-budget', '1 error, 0 are allowed'),
      hosts: outcomes.map((outcome, at) => ({ hostId: hostId(`ex${at}`), outcome }) as HostStatus),
    });

  it.each(rolloutResults.map((result) => ({ result, pauses: result !== 'completed' })))(
    '$result pauses the schedule: $pauses',
    ({ result, pauses }) => {
      expect(ended(result, []).pauses).toBe(pauses);
    },
  );

  it('says what became of its hosts', () => {
    expect(ended('completed', ['not-started', 'fixed', 'fixed']).reason.message).toBe(
      'rollout night-20261205T2100 is done (2 fixed, 1 not-started)',
    );
    expect(ended('stopped-by-budget', ['failed']).reason.message).toBe(
      'rollout night-20261205T2100 ended stopped-by-budget: 1 error, 0 are allowed (1 failed)',
    );
  });
});
