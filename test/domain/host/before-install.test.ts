import type { PackageState, PendingReboot } from '../../../contracts/facts';
import { known, unknown } from '../../../contracts/reason';
import { beforeInstall } from '../../../domain/host';
import { factsOf } from '../hotfix/host-facts';

const idle: PendingReboot = {
  servicing: false,
  windowsUpdate: false,
  fileRename: false,
  servicingInProgress: 0,
};
const host = (pending: Partial<PendingReboot>, state: PackageState = 'absent') =>
  factsOf({ package: state, facts: { pendingReboot: known({ ...idle, ...pending }) } });

describe('before anything is installed', () => {
  it.each<{
    name: string;
    pending: Partial<PendingReboot>;
    state?: PackageState;
    code: string | null;
  }>([
    { name: 'nothing', pending: {}, code: null },
    { name: 'only files to be renamed', pending: { fileRename: true }, code: null },
    { name: 'servicing at work', pending: { servicingInProgress: 2 }, code: null },
    { name: 'servicing', pending: { servicing: true }, code: 'reboot-pending-servicing' },
    {
      name: 'servicing by its progress',
      pending: { servicingInProgress: 1 },
      code: 'reboot-pending-servicing',
    },
    {
      name: 'servicing, at work again',
      pending: { servicing: true, servicingInProgress: 2 },
      code: 'reboot-pending-servicing',
    },
    {
      name: 'Windows Update',
      pending: { windowsUpdate: true },
      code: 'reboot-pending-windows-update',
    },
    {
      name: 'the hotfix itself',
      pending: { servicing: true },
      state: 'install-pending',
      code: null,
    },
    {
      name: 'its removal',
      pending: { servicing: true },
      state: 'uninstall-pending',
      code: 'reboot-pending-servicing',
    },
  ])('a reboot pending for $name is answered by the policy', ({ pending, state, code }) => {
    const facts = host(pending, state);
    expect(beforeInstall(facts, {})).toEqual({ next: 'go' });
    expect(beforeInstall(facts, { pendingReboot: 'refuse' })).toMatchObject(
      code === null
        ? { next: 'go' }
        : { next: 'end', end: { outcome: 'failed', available: true, reason: { code } } },
    );
    expect(beforeInstall(facts, { pendingReboot: 'reboot-first' })).toMatchObject(
      code === null ? { next: 'go' } : { next: 'reboot-first', reason: { code } },
    );
  });

  it.each(['refuse', 'reboot-first'] as const)(
    'blocks under %s when nobody can tell whether one is pending',
    (pendingReboot) => {
      const facts = factsOf({ facts: { pendingReboot: unknown('reg failed') } });
      expect(beforeInstall(facts, { pendingReboot })).toMatchObject({
        next: 'end',
        end: { outcome: 'failed', available: true, reason: { code: 'pending-reboot-unknown' } },
      });
    },
  );

  it('a rollback goes on from what the removal itself waits for', () => {
    const facts = host({ servicing: true }, 'uninstall-pending');
    expect(beforeInstall(facts, { pendingReboot: 'refuse' }, 'rollback')).toEqual({ next: 'go' });
  });
});
