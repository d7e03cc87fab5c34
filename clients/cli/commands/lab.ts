import type { AddCommand } from '../context';
import { runLab } from '../run-lab';

interface Options {
  readonly scenario?: string;
  readonly ledger?: string;
  readonly json?: boolean;
}

export const addLab: AddCommand = (program, context) => {
  program
    .command('lab')
    .description('Emulate the hosts of a fleet on this machine until Ctrl-C, to rehearse on')
    .argument('<fleet>', 'file of the fleet; its addresses must be of this machine')
    .option(
      '--scenario <file>',
      'what is wrong with the hosts (default: lab.yaml beside the fleet)',
    )
    .option('--ledger <file>', 'write every side effect on a host into this file, as JSON lines')
    .option('--json', 'print JSON')
    .action(
      context.action((fleetFile: string, options: Options) =>
        runLab(context, {
          fleetFile,
          scenarioFile: options.scenario ?? null,
          ledgerFile: options.ledger ?? null,
          json: options.json === true,
        }),
      ),
    );
};
