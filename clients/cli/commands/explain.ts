import { nearestOf } from '../../../contracts/fields.schema';
import { Failure } from '../../../contracts/failures';
import type { HostId } from '../../../contracts/ids';
import { findAssessed } from '../../rollouts/find-assessments';
import { asHostId } from '../arguments';
import type { AddCommand } from '../context';
import { exitCodes } from '../exit-codes';
import { describeAssessed } from '../show-explanation';
import { print, widthOf } from '../print';

interface Options {
  readonly of?: string;
  readonly json?: boolean;
}

export const addExplain: AddCommand = (program, context) => {
  program
    .command('explain')
    .description('Tell step by step how the verdict on a host was come by')
    .argument('<host>', 'host of an assessment or a rollout', asHostId)
    .option('--of <owner>', 'a rollout or an assessment (default: the newest that has the host)')
    .option('--json', 'print JSON: verdict, steps and facts')
    .action(
      context.action(async (hostId: HostId, options: Options) => {
        const hosts = new Set<string>();
        const found = await context.withTemporal((temporal) =>
          findAssessed(temporal, hostId, { owner: options.of, hosts }),
        );
        if (found === null) throw notAssessed(hostId, options.of, hosts);
        print(context.io, options.json === true, found, () =>
          describeAssessed(found, context.colors, widthOf(context.io)),
        );
        return exitCodes.good;
      }),
    );
};

function notAssessed(hostId: HostId, owner: string | undefined, hosts: Set<string>): Failure {
  const where = owner === undefined ? 'no assessment' : `no assessment of ${owner}`;
  const nearest = nearestOf(hostId, [...hosts]);
  const advice =
    nearest !== null
      ? `did you mean ${nearest}?`
      : 'run rollout assess PLAN with a plan that has the host; old assessments end with the history that the server keeps';
  return new Failure('bad-request', `${where} has the host ${hostId}`, { advice });
}
