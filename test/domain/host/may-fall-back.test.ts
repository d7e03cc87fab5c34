import { known, reason, unknown } from '../../../contracts/reason';
import { mayFallBack, mayMitigate } from '../../../domain/host';

const facts = { services: known([]), appPools: known([]) };
const trouble = { cause: 'verify', reason: reason('x', 'x'), reachable: true } as const;
const policy = { fallback: { when: ['verify'] } } as const;

describe('whether a host may be given the workaround', () => {
  it('is yes after trouble that the plan names, and for a mitigation without any', () => {
    const yes = { may: true, before: { services: [], appPools: [] } };
    expect(mayFallBack(trouble, policy, facts)).toEqual(yes);
    expect(mayMitigate(facts)).toEqual(yes);
  });

  it.each([
    { unknowns: { services: unknown('wmic failed') } },
    { unknowns: { appPools: unknown('appcmd gave no list of applications') } },
  ])('is no when what ran is not known, with or without trouble: $unknowns', ({ unknowns }) => {
    for (const permission of [
      mayFallBack(trouble, policy, { ...facts, ...unknowns }),
      mayMitigate({ ...facts, ...unknowns }),
    ]) {
      expect(permission).toMatchObject({ may: false, reason: { code: 'fallback-impossible' } });
    }
  });

  it.each([
    { change: { cause: 'apply' as const }, code: 'fallback-not-wanted' },
    { change: { reachable: false }, code: 'fallback-impossible' },
  ])('is no after other trouble: $change', ({ change, code }) => {
    const permission = mayFallBack({ ...trouble, ...change }, policy, facts);
    expect(permission).toMatchObject({ may: false, reason: { code } });
  });
});
