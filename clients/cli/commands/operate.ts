import type { HostId, RolloutId } from '../../../contracts/ids';
import type { OperatorRequest } from '../../../contracts/rollout';
import { operate } from '../../rollouts/operate';
import { asHostId, asRolloutId } from '../arguments';
import { author } from '../context';
import type { AddCommand, CliContext } from '../context';
import { print } from '../print';

interface Options {
  readonly reason: string;
  readonly json?: boolean;
}

const ofRollouts = {
  pause: 'Start no further host until resumed; hosts in flight are finished',
  resume: 'Go on after a pause or a hold',
  abort:
    'End a rollout: hosts in flight are finished or brought to a safe place, no other is started',
} as const;

const ofHosts = {
  skip: 'Leave a host out of a rollout',
  retry: 'Try a host once more',
} as const;

/** The five requests of an operator; all take a reason, which is kept with who asked and when. */
export const addOperations: AddCommand = (program, context) => {
  for (const operation of ['pause', 'resume', 'abort'] as const) {
    program
      .command(operation)
      .description(ofRollouts[operation])
      .argument('<id>', 'name of the rollout', asRolloutId)
      .requiredOption('--reason <text>', 'why; kept with the rollout')
      .option('--json', 'print JSON')
      .action(
        context.action((id: RolloutId, options: Options) =>
          carryOut(context, id, options, {
            operation,
            author: author(),
            reason: options.reason,
          }),
        ),
      );
  }
  for (const operation of ['skip', 'retry'] as const) {
    program
      .command(operation)
      .description(ofHosts[operation])
      .argument('<id>', 'name of the rollout', asRolloutId)
      .argument('<host>', 'name of the host', asHostId)
      .requiredOption('--reason <text>', 'why; kept with the rollout')
      .option('--json', 'print JSON')
      .action(
        context.action((id: RolloutId, host: HostId, options: Options) =>
          carryOut(context, id, options, {
            operation,
            author: author(),
            reason: options.reason,
            hostId: host,
          }),
        ),
      );
  }
};

async function carryOut(
  context: CliContext,
  id: RolloutId,
  options: Options,
  request: OperatorRequest,
): Promise<void> {
  const answer = await context.withTemporal((temporal) => operate(temporal, id, request));
  print(
    context.io,
    options.json === true,
    answer,
    () => `${id}: ${answer.message} (${answer.phase})`,
  );
}
