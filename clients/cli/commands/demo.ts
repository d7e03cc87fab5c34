import { runDemo } from '../../demo/run-demo';
import type { AddCommand } from '../context';

export const addDemo: AddCommand = (program, context) => {
  program
    .command('demo')
    .description('Show the whole way on an emulated fleet of 24 hosts: what `npm start` runs')
    .option('--json', 'print nothing but the result, as JSON')
    .action(
      context.action((options: { json?: boolean }) =>
        runDemo(context, { json: options.json === true }),
      ),
    );
};
