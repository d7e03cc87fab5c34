import type { LedgerEntry } from '../../lab/types';
import type { Activities } from '../../contracts/activities';

/** A moment of a host's way, as the ledger shows it. */
export interface Moment {
  readonly name: string;
  readonly isNow: (entry: LedgerEntry, ledger: readonly LedgerEntry[]) => boolean;
  /** What can be at work then; `decision` is the workflow between two steps. */
  readonly cuts: readonly (keyof Activities | 'decision')[];
  /** Host's own time; longer than a dead worker goes unnoticed, so that whoever goes on meets the installer at work. */
  readonly installMs?: number;
}

const at =
  (effect: LedgerEntry['effect']): Moment['isNow'] =>
  (entry) =>
    entry.effect === effect;

/** Of all that asks the host after its reboot, only verification asks for the packages. */
const isVerifying: Moment['isNow'] = ({ host, effect, detail }, ledger) =>
  effect === 'command' &&
  String(detail['commandLine']).includes('/get-packages') &&
  ledger.some((earlier) => earlier.host === host && earlier.effect === 'booted');

export const moments: readonly Moment[] = [
  { name: 'task started', isNow: at('task-started'), cuts: ['apply'], installMs: 720_000 },
  { name: 'result written', isNow: at('result-written'), cuts: ['apply'] },
  { name: 'shutdown accepted', isNow: at('shutdown-accepted'), cuts: ['reboot'] },
  {
    name: 'port closed',
    isNow: at('port-closed'),
    cuts: ['reboot', 'decision', 'waitBack'],
  },
  { name: 'first verify command', isNow: isVerifying, cuts: ['verify'] },
];

export const momentOf = (name: string): Moment => {
  const found = moments.find((moment) => moment.name === name);
  if (found === undefined) throw new RangeError(`no moment is called ${name}`);
  return found;
};
