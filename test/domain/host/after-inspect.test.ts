import fc from 'fast-check';

import type { PackageState } from '../../../contracts/facts';
import { known, unknown } from '../../../contracts/reason';
import type { InspectedPackage } from '../../../contracts/steps';
import { afterInspect } from '../../../domain/host';
import { appidapi, factsOf, kb3004383 } from '../hotfix/host-facts';
import type { Situation } from '../hotfix/host-facts';

const own = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';
const stack = 'Package_for_KB3020369~31bf3856ad364e35~amd64~~6.1.1.1';

const one = (changes: Partial<InspectedPackage> = {}): InspectedPackage => ({
  cabinet: `C:\\x\\${changes.identity ?? own}.cab`,
  identity: own,
  applicable: true,
  state: 'absent',
  restart: 'possible',
  ...changes,
});
const file = (version: string | null): Situation => ({
  facts: { fileVersions: known({ [appidapi]: version }) },
});
const after = (packages: readonly InspectedPackage[], situation: Situation = {}) =>
  afterInspect({ packages, durationMs: 1 }, { facts: factsOf(situation) }, kb3004383);

describe('what servicing says of one package', () => {
  it.each<{ changes: Partial<InspectedPackage>; next: string; pending?: boolean }>([
    { changes: {}, next: 'apply' },
    { changes: { state: 'staged' }, next: 'apply' },
    // The next boot takes it away: it has to be brought again.
    { changes: { state: 'uninstall-pending' }, next: 'apply' },
    { changes: { state: 'installed' }, next: 'already-there', pending: false },
    { changes: { state: 'installed', applicable: false }, next: 'already-there', pending: false },
    { changes: { state: 'installed', applicable: null }, next: 'already-there', pending: false },
    { changes: { state: 'superseded', applicable: false }, next: 'already-there', pending: false },
    { changes: { state: 'install-pending' }, next: 'already-there', pending: true },
    {
      changes: { state: 'install-pending', applicable: null },
      next: 'already-there',
      pending: true,
    },
  ])('$changes: $next', ({ changes, next, pending }) => {
    expect(after([one(changes)])).toMatchObject({
      next,
      ...(pending === undefined ? {} : { pending }),
    });
  });

  it.each([{ state: 'absent' }, { state: 'staged' }, { state: 'uninstall-pending' }] as const)(
    'blocks when it does not say whether a package that is $state applies',
    ({ state }) => {
      expect(after([one({ applicable: null, state })])).toMatchObject({
        next: 'end',
        end: { outcome: 'failed', available: true, reason: { code: 'applicability-unknown' } },
      });
    },
  );

  it.each([
    'Package_for_KB3004384~31bf3856ad364e35~amd64~~6.1.1.0',
    'Package_1_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0',
    'Package_for_KB3004383_SP1~31bf3856ad364e35~amd64~~6.1.1.0',
    '',
  ])('ends at another package: %j', (identity) => {
    expect(after([one({ identity })])).toMatchObject({
      next: 'end',
      end: { outcome: 'failed', available: true, reason: { code: 'other-package' } },
    });
  });
});

describe('a package that does not apply and is not there', () => {
  const says = one({ applicable: false });
  it.each<{ name: string; situation: Situation; outcome: string; code: string }>([
    {
      name: 'with the files of the fix or newer ones is replaced by a later one',
      situation: file('6.1.7601.22823'),
      outcome: 'already-fixed',
      code: 'package-superseded',
    },
    {
      name: 'with newer files is replaced by a later one',
      situation: file('6.1.7601.23403'),
      outcome: 'already-fixed',
      code: 'package-superseded',
    },
    {
      name: 'with older files is for another system',
      situation: file('6.1.7601.17514'),
      outcome: 'not-applicable',
      code: 'package-not-applicable',
    },
    {
      name: 'without the files is for another system',
      situation: file(null),
      outcome: 'not-applicable',
      code: 'package-not-applicable',
    },
    {
      name: 'with files whose versions are not known is for a person',
      situation: { facts: { fileVersions: unknown('wmic failed') } },
      outcome: 'failed',
      code: 'not-applicable-unclear',
    },
    {
      name: 'with a file whose version is none is for a person',
      situation: file('6.1 (win7)'),
      outcome: 'failed',
      code: 'not-applicable-unclear',
    },
  ])('$name', ({ situation, outcome, code }) => {
    expect(after([says], situation)).toMatchObject({
      next: 'end',
      end: { outcome, available: true, reason: { code } },
    });
  });

  it('is for a person where the definition names no files that could tell', () => {
    const hotfix = { ...kb3004383, verification: { ...kb3004383.verification, files: [] } };
    const decided = afterInspect({ packages: [says], durationMs: 1 }, { facts: factsOf() }, hotfix);
    expect(decided).toMatchObject({ end: { reason: { code: 'not-applicable-unclear' } } });
  });

  it('waits for its reboot where the check found it pending', () => {
    expect(after([says], { package: 'install-pending' })).toMatchObject({
      next: 'already-there',
      pending: true,
    });
  });
});

describe('several packages', () => {
  const cabinetsOf = (...packages: readonly InspectedPackage[]) => {
    const decided = after(packages);
    return decided.next === 'apply' ? decided.identities : decided.next;
  };
  it.each([
    { name: 'all, in their order', given: [one({ identity: stack }), one()], want: [stack, own] },
    {
      name: 'not what is there already',
      given: [one({ identity: stack, state: 'installed' }), one()],
      want: [own],
    },
    {
      name: 'not what does not apply',
      given: [one({ identity: stack, applicable: false }), one()],
      want: [own],
    },
    {
      name: 'what is missing beside the hotfix',
      given: [one({ identity: stack }), one({ state: 'installed' })],
      want: [stack],
    },
    {
      name: 'nothing when a helper is all that applies',
      given: [one({ identity: stack }), one({ applicable: false })],
      want: 'end',
    },
    {
      name: 'nothing when it is not said whether a helper applies',
      given: [one({ identity: stack, applicable: null }), one()],
      want: 'end',
    },
    {
      name: 'nothing when all is there',
      given: [one({ identity: stack, state: 'installed' }), one({ state: 'superseded' })],
      want: 'already-there',
    },
  ])('install $name', ({ given, want }) => {
    expect(cabinetsOf(...given)).toEqual(want);
  });

  const states: readonly PackageState[] = [
    'absent',
    'staged',
    'install-pending',
    'installed',
    'uninstall-pending',
    'superseded',
  ];
  const anyPackage = fc.record({
    identity: fc.constantFrom(own, stack, 'Package_for_KB1~x~amd64~~6.1.1.0'),
    applicable: fc.constantFrom(true, false, null),
    state: fc.constantFrom(...states),
  });
  it('are installed only where servicing says that they apply and are not there', () => {
    fc.assert(
      fc.property(fc.array(anyPackage, { maxLength: 5 }), (given) => {
        const packages = given.map((changes, index) => one({ ...changes, cabinet: `${index}` }));
        const decided = after(packages);
        if (decided.next !== 'apply') return;
        const order = decided.cabinets.map(Number);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        for (const [at, index] of order.entries()) {
          expect(packages[index]).toMatchObject({ applicable: true });
          expect(['absent', 'staged', 'uninstall-pending']).toContain(packages[index]?.state);
          expect(decided.identities[at]).toBe(packages[index]?.identity);
        }
        expect(packages.some(({ identity }) => identity === own)).toBe(true);
      }),
    );
  });
});
