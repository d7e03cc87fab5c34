import type { HostId } from '../../../contracts/ids';
import type { SlotsStatus } from '../../../contracts/slots';
import { releaseHost } from '../../rollouts/release';
import { readSlotsOf } from '../../rollouts/slots';
import { utcTime } from '../../report/words';
import { asHostId, asSetName } from '../arguments';
import type { AddCommand } from '../context';
import { asker } from '../identity';
import { print, table, widthOf } from '../print';
import { asReason } from '../request-arguments';
import { asOption } from '../requests';
import type { RequestOptions } from '../requests';
import type { CliIo } from '../io';

/** Slots of availability sets, which all rollouts share: who has them, who waits, and how a person frees one. */
export const addSlots: AddCommand = (program, context) => {
  program
    .command('slots')
    .description('Show which hosts count as down in their availability sets, why, and who waits')
    .argument('[set]', 'name of one availability set', asSetName)
    .option('--json', 'print JSON')
    .action(
      context.action(async (set: string | undefined, options: { json?: boolean }) => {
        const sets = await context.withTemporal((temporal) => readSlotsOf(temporal, set));
        print(context.io, options.json === true, sets, () => shown(sets, context.io, set));
      }),
    );
  program
    .command('release')
    .description('Free the slot of a host that counts as down, after a look at it')
    .argument('<host>', 'name of the host', asHostId)
    .requiredOption('--reason <text>', 'why; kept with the availability set', asReason)
    .addOption(asOption())
    .option('--set <name>', 'only in this availability set (default: in all)', asSetName)
    .option('--json', 'print JSON')
    .action(
      context.action(async (host: HostId, options: RequestOptions & { readonly set?: string }) => {
        const { name: author, source } = asker(options.as);
        const request = { hostId: host, author, source, reason: options.reason };
        const released = await context.withTemporal((temporal) =>
          releaseHost(temporal, request, options.set),
        );
        print(context.io, options.json === true, released, () =>
          [...released.sets, ...released.rollouts].map(({ message }) => message).join('\n'),
        );
      }),
    );
};

function shown(sets: readonly SlotsStatus[], io: CliIo, asked: string | undefined): string {
  const taken = sets.filter(({ leases, waiting }) => leases.length + waiting.length > 0);
  if (taken.length > 0) return taken.map((set) => shownSet(set, io)).join('\n\n');
  return asked === undefined
    ? 'no host counts as down in any availability set, and none waits'
    : `no host counts as down in ${asked}, and none waits`;
}

function shownSet({ set, maxUnavailable, leases, waiting }: SlotsStatus, io: CliIo): string {
  // Only plans that are at work, or want to be, say how many hosts may be missing.
  const limit = maxUnavailable === null ? '' : ` of ${String(maxUnavailable)}`;
  const isOne = (maxUnavailable ?? leases.length) === 1;
  const rows = [
    ...leases.map(({ hostId, cause, owner, since, why }) => [hostId, cause, owner, since, why]),
    ...waiting.map(({ hostId, owner, since }) => [hostId, 'waits', owner, since, '']),
  ];
  return [
    `${set}: ${String(leases.length)}${limit} ${isOne ? 'slot' : 'slots'} taken`,
    table(
      ['HOST', 'STANDING', 'ROLLOUT', 'SINCE (UTC)', 'WHY'],
      rows.map(([host = '', standing = '', owner = '', since = '', why = '']) => [
        host,
        standing,
        owner,
        utcTime(since),
        why,
      ]),
      widthOf(io),
    ),
  ].join('\n');
}
