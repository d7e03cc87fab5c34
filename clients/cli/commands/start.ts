import { Failure } from '../../../contracts/failures';
import type { RolloutId } from '../../../contracts/ids';
import type { RolloutAction } from '../../../contracts/plan';
import type { Preview } from '../../../contracts/preview';
import { rolloutName } from '../../rollouts/rollout-name';
import { startRollout } from '../../rollouts/start-rollout';
import { asRolloutId } from '../arguments';
import type { AddCommand, CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { asker } from '../identity';
import { missingPackage } from '../package-place';
import { preparePlan } from '../prepare';
import { print } from '../print';
import { asOption } from '../requests';
import { startedWords } from '../started-words';
import { watchToTheEnd } from '../watch-rollout';

interface Options {
  readonly fleet?: string;
  readonly id?: RolloutId;
  readonly as?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** The three ways to carry a plan out; what they do to a host differs, waves, budgets and all the rest do not. */
const commands: readonly {
  readonly name: string;
  readonly action: RolloutAction;
  readonly description: string;
}[] = [
  {
    name: 'start',
    action: 'fix',
    description: 'Start the rollout of a plan; it goes on when this command has ended',
  },
  {
    name: 'mitigate',
    action: 'mitigate',
    description: 'Carry only the workaround through the hosts of a plan; the hotfix stays owed',
  },
  {
    name: 'rollback',
    action: 'rollback',
    description: 'Remove the hotfix again from those hosts of a plan that have it',
  },
];

export const addStart: AddCommand = (program, context) => {
  for (const { name, action, description } of commands) {
    program
      .command(name)
      .description(description)
      .argument('<plan>', 'file of the plan')
      .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
      .option('--id <id>', 'name of the rollout (default: the change and the time)', asRolloutId)
      .addOption(asOption())
      .option('--wait', 'show the progress until it is done; the exit code tells how it ended')
      .option('--json', 'print JSON')
      .action(
        context.action((planFile: string, options: Options) =>
          carryOut(context, planFile, options, action),
        ),
      );
  }
};

async function carryOut(
  context: CliContext,
  planFile: string,
  options: Options,
  action: RolloutAction,
): Promise<ExitCode> {
  const prepared = await preparePlan(planFile, { fleetFile: options.fleet, action });
  const missing = await missingPackage(context.config(), prepared);
  if (missing !== null) {
    throw new Failure('package-missing', missing, { advice: 'put it there and start again' });
  }
  const rolloutId = options.id ?? rolloutName(prepared.content.change, new Date());
  const json = options.json === true;
  const requester = asker(options.as);
  return context.withTemporal(async (temporal) => {
    const preview = await context.keepPreview(prepared.content);
    const { fleetFile } = prepared;
    await startRollout(temporal, { rolloutId, preview, requestedBy: requester, fleetFile });
    const words = startedWords({ rolloutId, preview, requester, now: Date.now() });
    if (options.wait === true) {
      // Nobody else is told what has to be approved while this command waits for it.
      if (preview.content.approvals !== undefined) context.io.stderr.write(`${words}\n`);
      return watchToTheEnd(context, temporal, rolloutId, { json });
    }
    print(context.io, json, startedValue(rolloutId, preview), () => words);
    return exitCodes.good;
  });
}

const startedValue = (rolloutId: RolloutId, { hash, content }: Preview) => ({
  rolloutId,
  previewHash: hash,
  ...(content.approvals === undefined ? {} : { approvals: content.approvals }),
});
