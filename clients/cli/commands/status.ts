import type { RolloutId } from '../../../contracts/ids';
import { withEstimate } from '../../rollouts/read-estimate';
import { readView } from '../../rollouts/read-status';
import { asRolloutId } from '../arguments';
import type { AddCommand } from '../context';
import { exitCodeOfRollout } from '../exit-codes';
import { print } from '../print';
import { showStatus } from '../show-status';

export const addStatus: AddCommand = (program, context) => {
  program
    .command('status')
    .description('Show where a rollout stands, host by host')
    .argument('<id>', 'name of the rollout', asRolloutId)
    .option('--json', 'print JSON')
    .action(
      context.action(async (id: RolloutId, options: { json?: boolean }) => {
        const view = await context.withTemporal(async (temporal) => {
          const seen = await readView(temporal, id);
          return { ...seen, status: await withEstimate(temporal, seen.status) };
        });
        const { status } = view;
        const value = { ...status, inFlight: Object.fromEntries(view.inFlight) };
        print(context.io, options.json === true, value, () =>
          showStatus(view, context.colors, Date.now(), context.io.stdout.columns),
        );
        return exitCodeOfRollout(
          status.result,
          status.hosts.map((host) => host.outcome),
          status.action,
        );
      }),
    );
};
