import { listRollouts } from '../../rollouts/list-rollouts';
import type { ListedRollout } from '../../rollouts/list-rollouts';
import { utcTime } from '../../report/words';
import type { AddCommand } from '../context';
import { print, table } from '../print';

export const addList: AddCommand = (program, context) => {
  program
    .command('list')
    .description('List rollouts, newest first')
    .option('--open', 'only those that are not done')
    .option('--json', 'print JSON')
    .action(
      context.action(async (options: { open?: boolean; json?: boolean }) => {
        const rollouts = await context.withTemporal((temporal) =>
          listRollouts(temporal, { openOnly: options.open === true }),
        );
        print(context.io, options.json === true, rollouts, () => shown(rollouts));
      }),
    );
};

function shown(rollouts: readonly ListedRollout[]): string {
  if (rollouts.length === 0) return 'no rollouts; begin one with `rollout start PLAN`';
  return table(
    ['ROLLOUT', 'CHANGE', 'HOTFIX', 'HOSTS', 'PHASE', 'STARTED (UTC)', 'BY'],
    rollouts.map((rollout) => [
      rollout.rolloutId,
      rollout.change,
      rollout.hotfixId,
      String(rollout.hosts ?? '–'),
      rollout.phase,
      utcTime(rollout.startedAt),
      rollout.requestedBy,
    ]),
  );
}
