import { startLabOf } from '../../lab/start-lab';
import type { CreateLabMachine } from '../../lab/start-lab';
import type { Lab, LabEffect, LabHostOptions, LedgerEntry } from '../../lab/types';
import { createMachine } from '../../lab/windows/machine';

/** Fast enough for a test, slow enough that a shutdown's delay is longer than a decision takes. */
const timeScale = 20;

/** A lab whose ledger tells commands, too: a command that only asks has no other effect. */
export const startWatchedLab = (hosts: readonly LabHostOptions[]): Promise<Lab> =>
  startLabOf(createListeningMachine, { hosts, timeScale });

const createListeningMachine: CreateLabMachine = (host, surroundings) => {
  const machine = createMachine(host, surroundings);
  const start = machine.start.bind(machine);
  return Object.assign(machine, {
    start(...[commandLine, options]: Parameters<typeof start>) {
      surroundings.ledger.record(host.id, 'command', { commandLine });
      return start(commandLine, options);
    },
  });
};

/** Resolves with the first entry of the host that is so, after `act` was carried out in the same moment. */
export function atEntry(
  lab: Lab,
  host: string,
  isSo: (entry: LedgerEntry, before: readonly LedgerEntry[]) => boolean,
  act: () => void,
): Promise<LedgerEntry> {
  return new Promise((resolve) => {
    const stop = lab.onEffect((entry) => {
      if (entry.host !== host || !isSo(entry, lab.ledger)) return;
      stop();
      act();
      resolve(entry);
    });
  });
}

export const countOf = (lab: Lab, host: string, effect: LabEffect): number =>
  lab.ledger.filter((entry) => entry.host === host && entry.effect === effect).length;
