import { loadFleet } from '../../input';
import { asHostId } from '../arguments';
import type { AddCommand } from '../context';
import { print } from '../print';
import { describeFleet, describeHost, fleetView } from '../show-fleet';

interface ShowOptions {
  readonly host?: string;
  readonly json?: boolean;
}

export const addFleet: AddCommand = (program, context) => {
  const fleet = program
    .command('fleet')
    .description('Look at a fleet and at the inventories that it includes');
  fleet
    .command('show')
    .description('Show the hosts of a fleet as they are reached, and where each value was written')
    .argument('<fleet>', 'file of the fleet')
    .option('--host <host>', 'show one host, with the place of every value', asHostId)
    .option('--json', 'print JSON, with the place of every value')
    .action(
      context.action(async (file: string, options: ShowOptions) => {
        const view = fleetView(await loadFleet(file), options.host);
        print(context.io, options.json === true, view, () => {
          const [only] = view.hosts;
          return options.host === undefined || only === undefined
            ? describeFleet(view, context.colors, context.io.stdout.columns)
            : describeHost(only, context.colors);
        });
      }),
    );
};
