import type { RemoveResult } from '../../../contracts/steps';
import { afterRemove } from '../../../domain/host';
import { sampleHostPolicy, sampleHotfix } from '../../workflows/samples';

const result = (given: Partial<RemoveResult>): RemoveResult => ({
  how: 'removed',
  exitCode: 0,
  package: { state: 'absent', identity: null },
  task: 'KB3004383-remove-1',
  logTail: '',
  durationMs: 1,
  ...given,
});
const found = (state: RemoveResult['package']['state']) => ({
  package: { state, identity: 'P~x' },
});
const first = { reboots: 0 };

describe('after removing', () => {
  it.each<{ name: string; given: Partial<RemoveResult>; next: string; removeAgain?: boolean }>([
    { name: 'pending', given: { exitCode: 3010, ...found('uninstall-pending') }, next: 'reboot' },
    {
      name: 'pending whatever the code',
      given: { exitCode: 5, ...found('uninstall-pending') },
      next: 'reboot',
    },
    {
      name: 'found pending',
      given: { how: 'found-pending', exitCode: null, ...found('uninstall-pending') },
      next: 'reboot',
    },
    { name: 'found absent', given: { how: 'found-absent', exitCode: null }, next: 'verify' },
    { name: 'gone at once, of a hotfix that needs reboots', given: {}, next: 'reboot' },
    { name: 'watched until gone', given: { how: 'watched', exitCode: 3010 }, next: 'reboot' },
    {
      name: 'only its files are left',
      given: { how: 'found-absent', exitCode: null, ...found('staged') },
      next: 'verify',
    },
    {
      name: 'not installed (2359303)',
      given: { exitCode: 2359303, ...found('installed') },
      next: 'verify',
    },
    {
      name: 'an unknown package (0x800F0805)',
      given: { exitCode: 0x800f0805, ...found('installed') },
      next: 'verify',
    },
    {
      name: 'not applicable (0x800F081E)',
      given: { exitCode: 0x800f081e, ...found('installed') },
      next: 'verify',
    },
    {
      name: 'reboot needed though still listed',
      given: { exitCode: 3010, ...found('installed') },
      next: 'reboot',
      removeAgain: false,
    },
    {
      name: 'pending operations (0x800F0806)',
      given: { exitCode: 0x800f0806, ...found('installed') },
      next: 'reboot',
      removeAgain: true,
    },
    {
      name: 'done and still there',
      given: { exitCode: 0, ...found('installed') },
      next: 'give-up',
    },
    {
      name: 'servicing was busy',
      given: { exitCode: 0x800f0902, ...found('installed') },
      next: 'give-up',
    },
    { name: 'access denied', given: { exitCode: 5, ...found('installed') }, next: 'give-up' },
    { name: 'an unknown code', given: { exitCode: 4711, ...found('superseded') }, next: 'give-up' },
    {
      name: 'no code, still pending to come',
      given: { exitCode: null, ...found('install-pending') },
      next: 'give-up',
    },
  ])('$name: $next', ({ given, next, removeAgain }) => {
    const then = afterRemove(result(given), first, sampleHotfix, sampleHostPolicy);
    expect(then).toMatchObject({ next, ...(removeAgain === undefined ? {} : { removeAgain }) });
    if (then.next === 'give-up')
      expect(then.trouble).toMatchObject({ cause: 'apply', reachable: true });
  });

  it('no reboot is asked for that the plan does not allow', () => {
    const given = result({ exitCode: 3010, ...found('uninstall-pending') });
    expect(afterRemove(given, { reboots: 1 }, sampleHotfix, sampleHostPolicy)).toMatchObject({
      next: 'give-up',
      trouble: { cause: 'reboot', reason: { code: 'no-reboot-left' } },
    });
  });

  it('a hotfix that needs no reboot is verified at once, unless servicing asks for one', () => {
    const hotfix = {
      ...sampleHotfix,
      install: { ...sampleHotfix.install, reboot: 'none' },
    } as const;
    const next = (exitCode: number) =>
      afterRemove(result({ exitCode }), first, hotfix, sampleHostPolicy).next;
    expect([next(0), next(3010)]).toEqual(['verify', 'reboot']);
  });

  it('the definition has the last word on a code', () => {
    const exitCodes = { [0x800f0805]: { meaning: 'needs-a-person', message: 'Call us.' } } as const;
    const hotfix = { ...sampleHotfix, install: { ...sampleHotfix.install, exitCodes } };
    const given = result({ exitCode: 0x800f0805, ...found('installed') });
    expect(afterRemove(given, first, hotfix, sampleHostPolicy)).toMatchObject({
      next: 'give-up',
      trouble: { reason: { message: 'Call us.' } },
    });
  });
});
