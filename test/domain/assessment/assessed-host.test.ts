import type { HostFacts } from '../../../contracts/facts';
import { hostId } from '../../../contracts/ids';
import { known, unknown } from '../../../contracts/reason';
import type { AssessedHost } from '../../../contracts/rollout';
import { assessedHost } from '../../../domain/assessment';
import { judge } from '../../../domain/hotfix';
import { factsOf, kb3004383 } from '../hotfix/host-facts';

const assessed = (facts: Partial<HostFacts>): AssessedHost => {
  const seen = factsOf({ facts });
  const verdict = judge(seen, kb3004383);
  return assessedHost({ hostId: hostId('ex01'), reached: true, verdict, facts: seen });
};

test.each([
  [known({ state: 'superseded' as const, identity: 'x' }), 'superseded'],
  [known({ state: 'absent' as const, identity: null }), 'absent'],
  [unknown('dism failed'), null],
])('a rollout keeps in which state the package is: %j', (found, kept) => {
  expect(assessed({ package: found }).package).toBe(kept);
});

test('of a host that could not be asked nothing is known', () => {
  const failure = { code: 'host-unreachable', message: 'no answer' };
  expect(assessedHost({ hostId: hostId('ex01'), reached: false, failure })).toEqual({
    hostId: 'ex01',
    state: null,
    applicable: 'unknown',
    health: 'unknown',
    package: null,
    reason: failure,
  });
});
