import { Command } from 'commander';
import { addApprovals } from './commands/approve';
import { addAssess } from './commands/assess';
import { addDemo } from './commands/demo';
import { addDev } from './commands/dev';
import { addDoctor } from './commands/doctor';
import { addExplain } from './commands/explain';
import { addFleet } from './commands/fleet';
import { addHotfix } from './commands/hotfix';
import { addLab } from './commands/lab';
import { addLimits } from './commands/limits';
import { addList } from './commands/list';
import { addOperations } from './commands/operate';
import { addPreview } from './commands/preview';
import { addReport } from './commands/report';
import { addSlots } from './commands/slots';
import { addStart } from './commands/start';
import { addStatus } from './commands/status';
import { addWatch } from './commands/watch';
import { addWindow } from './commands/window';
import { addWorker } from './commands/worker';
import { createContext } from './context';
import type { AddCommand } from './context';
import { concludeError } from './errors';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import type { CliIo } from './io';

/** In the order in which they are met: look, ask, carry out, approve, watch, steer, prove; then what runs. */
const commands: readonly AddCommand[] = [
  addAssess,
  addExplain,
  addPreview,
  addStart,
  addApprovals,
  addList,
  addStatus,
  addWatch,
  addOperations,
  addSlots,
  addLimits,
  addWindow,
  addReport,
  addFleet,
  addHotfix,
  addDoctor,
  addWorker,
  addDev,
  addLab,
  addDemo,
];

const exitCodeHelp = `
Exit codes:
  0  every host is fixed, not-affected, already-fixed, not-applicable or skipped
     (of rollout mitigate: mitigated; of rollout rollback: rolled-back)
  1  internal error
  2  bad input, nothing was started
  3  at least one host ended, or stands, otherwise
  4  stopped by the failure budget, a gate or a person, or not approved in time`;

/** Runs one command line and gives its exit code; never throws, never ends the process. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let code: ExitCode = exitCodes.good;
  const context = createContext(io, (concluded) => {
    code = concluded;
  });
  const program = new Command('rollout')
    .description(
      'Carries a Windows hotfix through a fleet of servers that must not all be down at once',
    )
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(add --help for the options of this command)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHasColors: () => io.isTTY && (io.env['NO_COLOR'] ?? '') === '',
      getErrHasColors: () => false,
    });
  for (const add of commands) add(program, context);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return concludeError(error, io);
  }
}
