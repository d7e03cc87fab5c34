import { randomUUID } from 'node:crypto';
import type { MachineProcess, StartOptions } from '../machine';
import { createShellCommand } from './command';
import type { ShellCommand } from './command';
import type { WinRmLimits } from './limits';
import type { Refusal } from './refusals';

export interface LabShell {
  readonly id: string;
  /** Lower case: the quota is the user's. */
  readonly user: string;
  readonly start: StartOptions;
  readonly clientAddress: string;
  readonly idleTimeoutMs: number;
  readonly createdAt: number;
  /** When somebody last asked it for something. */
  usedAt: number;
  readonly commands: Map<string, ShellCommand>;
}

/** The shells of one machine, within the quotas of its users. */
export interface LabShells {
  count(): number;
  list(user: string): readonly LabShell[];
  /** Commands of the user that count towards the quota of operations. */
  operations(user: string): number;
  create(owner: ShellOwner, start: StartOptions, idleTimeoutMs: number | null): LabShell | Refusal;
  /** Also tells the shell that it is not idle. */
  find(user: string, shellId: string): LabShell | 'no-such-shell';
  /** Id of the command. */
  run(shell: LabShell, start: () => MachineProcess): { readonly commandId: string } | Refusal;
  delete(shell: LabShell): void;
  deleteAll(): void;
}

export interface ShellOwner {
  readonly user: string;
  readonly clientAddress: string;
}

export function createLabShells(limits: WinRmLimits): LabShells {
  const shells = new Map<string, LabShell>();
  // One timer per open shell, none on a machine that nobody uses.
  const idleTimers = new Map<string, NodeJS.Timeout>();

  const ofUser = (user: string): LabShell[] =>
    [...shells.values()].filter((shell) => shell.user === user);

  const operations = (user: string): number =>
    ofUser(user)
      .flatMap((shell) => [...shell.commands.values()])
      .filter((command) => limits.keepsEndedCommands || command.isRunning()).length;

  const remove = (shell: LabShell): void => {
    shells.delete(shell.id);
    clearTimeout(idleTimers.get(shell.id));
    idleTimers.delete(shell.id);
    for (const command of shell.commands.values()) command.terminate();
  };

  return {
    count: () => shells.size,
    list: ofUser,
    operations,
    create: ({ user, clientAddress }, start, idleTimeoutMs) => {
      if (ofUser(user).length >= limits.maxShellsPerUser) return 'too-many-shells';
      const shell: LabShell = {
        id: randomUUID().toUpperCase(),
        user,
        start,
        clientAddress,
        createdAt: Date.now(),
        usedAt: Date.now(),
        idleTimeoutMs: Math.min(idleTimeoutMs ?? limits.shellIdleMs, limits.shellIdleMs),
        commands: new Map(),
      };
      shells.set(shell.id, shell);
      idleTimers.set(shell.id, setTimeout(() => remove(shell), shell.idleTimeoutMs).unref());
      return shell;
    },
    find: (user, shellId) => {
      const shell = shells.get(shellId.toUpperCase());
      if (shell === undefined || shell.user !== user) return 'no-such-shell';
      idleTimers.get(shell.id)?.refresh();
      shell.usedAt = Date.now();
      return shell;
    },
    run: (shell, start) => {
      if (operations(shell.user) >= limits.maxOperationsPerUser) return 'too-many-operations';
      const commandId = randomUUID().toUpperCase();
      shell.commands.set(commandId, createShellCommand(start()));
      return { commandId };
    },
    delete: remove,
    deleteAll: () => [...shells.values()].forEach(remove),
  };
}
