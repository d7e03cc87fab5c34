import type { AssessedHost } from '../../../contracts/rollout';
import { assess } from '../../rollouts/assess';
import type { AddCommand, CliContext } from '../context';
import { exitCodeOfAssessment } from '../exit-codes';
import { assessmentOwner, countLine } from '../assessing';
import { preparePlan } from '../prepare';
import { print, table } from '../print';
import { paintState } from '../show-state';

interface Options {
  readonly fleet?: string;
  readonly json?: boolean;
}

export const addAssess: AddCommand = (program, context) => {
  program
    .command('assess')
    .description('Look at the hosts of a plan, without changing anything')
    .argument('<plan>', 'file of the plan')
    .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
    .option('--json', 'print JSON')
    .action(
      context.action(async (planFile: string, options: Options) => {
        const { content } = await preparePlan(planFile, { fleetFile: options.fleet });
        const preview = await context.keepPreview(content);
        const assessment = await context.withTemporal((temporal) =>
          assess(temporal, preview, {
            owner: assessmentOwner(content.change),
            signal: context.io.signal,
            onProgress: countLine(context.io),
          }),
        );
        print(context.io, options.json === true, assessment, () =>
          shown(assessment.hosts, context),
        );
        return exitCodeOfAssessment(assessment.hosts.map((host) => host.state));
      }),
    );
};

const shown = (hosts: readonly AssessedHost[], { colors, io }: CliContext): string =>
  table(
    ['HOST', 'STATE', 'SERVICES', 'WHY'],
    hosts.map((host) => [
      host.hostId,
      paintState(colors, host.state),
      host.health,
      host.reason.message,
    ]),
    io.stdout.columns,
  );
