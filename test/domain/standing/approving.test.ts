import fc from 'fast-check';
import type { StandingApproval, StandingPlan } from '../../../contracts/standing';
import {
  approvalWords,
  approvalsThatCount,
  isApproved,
  refusalOfApproval,
  refusalOfFiring,
} from '../../../domain/standing';
import { approvalBy, otherHash, person, standingPlan } from './standing-samples';

const now = Date.parse('2026-12-05T21:00:00.000Z');
const twice = [approvalBy('ada'), approvalBy('bob')];

describe('an approval of a standing plan is refused', () => {
  it.each<{
    readonly when: string;
    readonly plan?: Partial<StandingPlan>;
    readonly approval?: StandingApproval;
    readonly code: string;
    readonly at?: string;
  }>([
    {
      when: 'of another hash',
      approval: approvalBy('ada', { hash: otherHash }),
      code: 'other-hash',
    },
    { when: 'by who asked for it', approval: approvalBy('kim'), code: 'own-approval' },
    { when: 'by the same in capitals', approval: approvalBy(' KIM '), code: 'own-approval' },
    {
      when: 'given before by the same',
      plan: { approvals: [approvalBy('ada')] },
      approval: approvalBy('Ada'),
      code: 'already-approved',
    },
    { when: 'and there are enough', plan: { approvals: twice }, code: 'approved' },
    {
      when: 'after it expired',
      plan: { expiresAt: '2026-12-05T21:00:00.000Z' },
      code: 'expired',
    },
    { when: 'and its expiry is no time', plan: { expiresAt: 'never' }, code: 'expired' },
    {
      when: 'by an asserted name where it has to be proved',
      plan: { policy: { minApprovals: 1, identity: 'authenticated' } },
      code: 'identity-asserted',
    },
    {
      when: 'by one that says it is proved',
      approval: approvalBy('eve', { by: person('eve', 'authenticated') }),
      code: 'identity-unproved',
    },
  ])('$when', ({ plan, approval = approvalBy('eve'), code }) => {
    expect(refusalOfApproval(standingPlan(plan), approval, now)?.code).toBe(code);
  });

  it('and holds in the last millisecond before it expires', () => {
    const plan = standingPlan({ expiresAt: '2026-12-05T21:00:00.001Z' });
    expect(refusalOfApproval(plan, approvalBy('ada'), now)).toBeNull();
  });
});

describe('a firing looks at the approvals again', () => {
  it.each<{
    readonly when: string;
    readonly plan: Partial<StandingPlan>;
    readonly code: string | null;
    readonly says?: RegExp;
  }>([
    { when: 'two people approved', plan: { approvals: twice }, code: null },
    {
      when: 'one of two is missing',
      plan: { approvals: [approvalBy('ada')] },
      code: 'not-approved',
      says: /^not approved: 1 of 2 approvals \(ada\)$/,
    },
    {
      when: 'one approved twice',
      plan: { approvals: [approvalBy('ada'), approvalBy('ADA')] },
      code: 'not-approved',
      says: /1 of 2/,
    },
    {
      when: 'one is of who asked',
      plan: { approvals: [approvalBy('ada'), approvalBy('kim')] },
      code: 'not-approved',
      says: /1 of 2 approvals \(ada\)/,
    },
    {
      when: 'they are of an earlier hash',
      plan: { approvals: twice, hash: otherHash },
      code: 'not-approved',
      says: /0 of 2/,
    },
    {
      when: 'an asserted one does not count',
      plan: { approvals: twice, policy: { minApprovals: 2, identity: 'authenticated' } },
      code: 'not-approved',
    },
    {
      when: 'they were enough, but it expired',
      plan: { approvals: twice, expiresAt: '2026-12-05T20:59:59.999Z' },
      code: 'expired',
    },
  ])('$when', ({ plan, code, says = /./ }) => {
    const refused = refusalOfFiring(standingPlan(plan), now);
    expect(refused?.code ?? null).toBe(code);
    expect(refused?.message ?? 'none').toMatch(says);
  });
});

it('whatever is in a schedule: what counts is never more than the people that are neither the requester nor unproved', () => {
  const someone = fc.record({
    name: fc.constantFrom('kim', 'Kim ', 'ada', 'ADA', 'bob', 'eve'),
    source: fc.constantFrom('os-user' as const, 'given' as const, 'authenticated' as const),
  });
  const approval = fc
    .record({ by: someone, own: fc.boolean() })
    .map(({ by, own }) => approvalBy(by.name, { by, ...(own ? {} : { hash: otherHash }) }));
  fc.assert(
    fc.property(fc.array(approval, { maxLength: 8 }), (approvals) => {
      const plan = standingPlan({ approvals });
      const people = new Set(
        approvals
          .filter(({ by, hash }) => by.source !== 'authenticated' && hash !== otherHash)
          .map(({ by }) => by.name.trim().toLowerCase())
          .filter((name) => name !== 'kim'),
      );
      expect(approvalsThatCount(plan)).toHaveLength(people.size);
      expect(isApproved(plan)).toBe(people.size >= 2);
      expect(approvalWords(plan)).toContain(`${people.size} of 2`);
    }),
    { numRuns: 300 },
  );
});
