import { asPort } from '../arguments';
import type { AddCommand } from '../context';
import { runDev } from '../run-dev';

interface Options {
  readonly fleet?: string;
  readonly port: number;
  readonly ui?: boolean;
  readonly json?: boolean;
}

export const addDev: AddCommand = (program, context) => {
  program
    .command('dev')
    .description(
      'Run everything on this machine until Ctrl-C: Temporal server, database and worker',
    )
    .argument('[plans...]', 'plans whose packages are put into the package folder')
    .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside each plan)')
    .option('--port <number>', 'port of the Temporal server', asPort, 7233)
    .option('--ui', "serve Temporal's own web pages too")
    .option('--json', 'print JSON')
    .action(
      context.action((plans: readonly string[], options: Options) =>
        runDev(context, {
          plans,
          fleetFile: options.fleet,
          port: options.port,
          ui: options.ui === true,
          json: options.json === true,
        }),
      ),
    );
};
