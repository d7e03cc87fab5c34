import type { RolloutId } from '../../../contracts/ids';
import { asRolloutId } from '../arguments';
import type { AddCommand } from '../context';
import { watchToTheEnd } from '../watch-rollout';

export const addWatch: AddCommand = (program, context) => {
  program
    .command('watch')
    .description('Show the progress of a rollout until it is done; Ctrl-C only ends the watching')
    .argument('<id>', 'name of the rollout', asRolloutId)
    .option('--json', 'print nothing but the last status, as JSON')
    .action(
      context.action((id: RolloutId, options: { json?: boolean }) =>
        context.withTemporal((temporal) =>
          watchToTheEnd(context, temporal, id, { json: options.json === true }),
        ),
      ),
    );
};
