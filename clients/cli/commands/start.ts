import { Failure } from '../../../contracts/failures';
import type { RolloutId } from '../../../contracts/ids';
import { rolloutName } from '../../rollouts/rollout-name';
import { startRollout } from '../../rollouts/start-rollout';
import { asRolloutId } from '../arguments';
import { author } from '../context';
import type { AddCommand } from '../context';
import { exitCodes } from '../exit-codes';
import { missingPackage } from '../package-place';
import { preparePlan } from '../prepare';
import { print } from '../print';
import { watchToTheEnd } from '../watch-rollout';

interface Options {
  readonly fleet?: string;
  readonly id?: RolloutId;
  readonly wait?: boolean;
  readonly json?: boolean;
}

export const addStart: AddCommand = (program, context) => {
  program
    .command('start')
    .description('Start the rollout of a plan; it goes on when this command has ended')
    .argument('<plan>', 'file of the plan')
    .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
    .option('--id <id>', 'name of the rollout (default: the change and the time)', asRolloutId)
    .option('--wait', 'show the progress until it is done; the exit code tells how it ended')
    .option('--json', 'print JSON')
    .action(
      context.action(async (planFile: string, options: Options) => {
        const prepared = await preparePlan(planFile, { fleetFile: options.fleet });
        const missing = await missingPackage(context.config(), prepared);
        if (missing !== null) {
          throw new Failure('package-missing', missing, { advice: 'put it there and start again' });
        }
        const rolloutId = options.id ?? rolloutName(prepared.content.change, new Date());
        const json = options.json === true;
        return context.withTemporal(async (temporal) => {
          const preview = await context.keepPreview(prepared.content);
          await startRollout(temporal, { rolloutId, preview, requestedBy: author() });
          if (options.wait === true) return watchToTheEnd(context, temporal, rolloutId, { json });
          print(context.io, json, { rolloutId, previewHash: preview.hash }, () =>
            [`started ${rolloutId}`, `watch it with: rollout watch ${rolloutId}`].join('\n'),
          );
          return exitCodes.good;
        });
      }),
    );
};
