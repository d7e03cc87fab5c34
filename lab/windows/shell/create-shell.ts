import { callLabel, runBatch } from './batch';
import { evaluate } from './evaluate';
import { runCommand } from './run-command';
import type { Shell, ShellEngine } from './shell-state';

export type ShellOptions = Pick<
  Shell,
  'context' | 'environment' | 'workingDirectory' | 'isDelayedExpansionOn' | 'codePage'
>;

const engine: ShellEngine = { evaluate, runCommand, runBatch, callLabel };

/** A cmd.exe that has run nothing yet. */
export function createShell(options: ShellOptions): Shell {
  return {
    ...options,
    errorLevel: 0,
    isEchoOn: true,
    loopVariables: new Map(),
    batch: null,
    engine,
  };
}
