import type { ApplyResult } from '../../../contracts/steps';
import { afterApply } from '../../../domain/host';
import { sampleHostPolicy, sampleHotfix } from '../../workflows/samples';

const absent = { state: 'absent', identity: null } as const;
const pending = { state: 'install-pending', identity: 'P~x' } as const;
const installed = { state: 'installed', identity: 'P~x' } as const;

const result = (given: Partial<ApplyResult>): ApplyResult => ({
  how: 'installed',
  exitCode: 0,
  package: absent,
  task: 'KB3004383-1',
  logTail: '',
  durationMs: 1,
  ...given,
});

describe('after applying', () => {
  it.each<{ name: string; given: Partial<ApplyResult>; next: string }>([
    { name: 'success, reboot required', given: { exitCode: 0 }, next: 'reboot' },
    { name: 'success, reboot needed', given: { exitCode: 3010 }, next: 'reboot' },
    { name: 'the installer reboots itself', given: { exitCode: 1641 }, next: 'reboot' },
    { name: 'pending whatever the code', given: { exitCode: 5, package: pending }, next: 'reboot' },
    {
      name: 'found pending, nothing run',
      given: { how: 'found-pending', exitCode: null, package: pending },
      next: 'reboot',
    },
    {
      name: 'found installed',
      given: { how: 'found-installed', exitCode: null, package: installed },
      next: 'verify',
    },
    { name: 'installed by this run', given: { package: installed }, next: 'reboot' },
    { name: 'not applicable', given: { exitCode: 2149842967 }, next: 'verify' },
    { name: 'a reboot is wanted first', given: { exitCode: 3017 }, next: 'reboot' },
    { name: 'another installation runs', given: { exitCode: 1618 }, next: 'apply-later' },
    { name: 'a fatal error', given: { exitCode: 1603 }, next: 'give-up' },
    { name: 'an unknown code', given: { exitCode: 4711 }, next: 'give-up' },
    { name: 'no code and no package', given: { exitCode: null }, next: 'give-up' },
  ])('$name: $next', ({ given, next }) => {
    const attempts = { applies: 1, reboots: 0 };
    expect(afterApply(result(given), attempts, sampleHotfix, sampleHostPolicy).next).toBe(next);
  });

  it('no reboot is asked for that the plan does not allow', () => {
    const attempts = { applies: 2, reboots: 1 };
    const given = result({ exitCode: 3010, package: pending });
    expect(afterApply(given, attempts, sampleHotfix, sampleHostPolicy)).toMatchObject({
      next: 'give-up',
      trouble: { cause: 'reboot', reachable: true, reason: { code: 'no-reboot-left' } },
    });
  });

  it('an installer that says "later" is asked three times, with pauses that grow', () => {
    const pauses = [1, 2, 3].map((applies) =>
      afterApply(
        result({ exitCode: 1618 }),
        { applies, reboots: 0 },
        sampleHotfix,
        sampleHostPolicy,
      ),
    );
    expect(pauses).toMatchObject([
      { next: 'apply-later', pauseMs: 60_000 },
      { next: 'apply-later', pauseMs: 120_000 },
      { next: 'give-up', trouble: { cause: 'apply' } },
    ]);
  });

  it('a hotfix that needs no reboot is verified at once', () => {
    const hotfix = {
      ...sampleHotfix,
      install: { ...sampleHotfix.install, reboot: 'none' },
    } as const;
    const attempts = { applies: 1, reboots: 0 };
    expect(afterApply(result({}), attempts, hotfix, sampleHostPolicy).next).toBe('verify');
  });
});
