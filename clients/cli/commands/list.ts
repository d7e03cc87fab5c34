import { listRollouts, withReasons } from '../../rollouts/list-rollouts';
import type { ListedRollout } from '../../rollouts/list-rollouts';
import { brief, utcTime } from '../../report/words';
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
        const rollouts = await context.withTemporal(async (temporal) =>
          withReasons(temporal, await listRollouts(temporal, { openOnly: options.open === true })),
        );
        const width = context.io.stdout.columns;
        print(context.io, options.json === true, rollouts, () => shownRollouts(rollouts, width));
      }),
    );
};

/** The column of what is waited for is there only where something waits. */
export function shownRollouts(rollouts: readonly ListedRollout[], width?: number): string {
  if (rollouts.length === 0) return 'no rollouts; begin one with `rollout start PLAN`';
  const head = ['ROLLOUT', 'CHANGE', 'HOTFIX', 'HOSTS', 'PHASE', 'STARTED (UTC)', 'BY'];
  const rows = rollouts.map((rollout) => [
    rollout.rolloutId,
    rollout.change,
    rollout.hotfixId,
    String(rollout.hosts ?? '–'),
    rollout.phase,
    utcTime(rollout.startedAt),
    rollout.requestedBy,
  ]);
  if (rollouts.every(({ reason }) => reason === undefined)) return table(head, rows);
  const reasons = rollouts.map(({ reason = '' }) => brief(reason));
  return table(
    [...head, 'WHY'],
    rows.map((row, index) => [...row, reasons[index] ?? '']),
    width,
  );
}
