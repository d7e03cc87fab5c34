import { assessmentCsv } from '../../assessment/assessment-csv';
import { assess, readPieces } from '../../rollouts/assess';
import type { AddCommand, CliContext } from '../context';
import { exitCodeOfAssessment } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { assessmentOwner, countLine } from '../assessing';
import { preparePlan } from '../prepare';
import { print, widthOf } from '../print';
import { refuseUnwritable, writeResult } from '../result-file';
import { describeAssessment } from '../show-assessment';

interface Options {
  readonly fleet?: string;
  readonly json?: boolean;
  readonly csv?: string;
  readonly last?: boolean;
}

export const addAssess: AddCommand = (program, context) => {
  program
    .command('assess')
    .description('Look at the hosts of a plan, without changing anything')
    .argument('<plan>', 'file of the plan')
    .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
    .option('--last', 'show the newest assessment of this plan and ask no host')
    .option('--csv <file>', 'write a line per host with all reasons and the evidence; - prints it')
    .option('--json', 'print JSON, evidence included')
    .addHelpText(
      'after',
      '\nWhen it is cut it goes on by itself: the same command takes it up again while it runs, --last shows\nwhat came of it, rollout explain HOST tells step by step how a verdict was come by.',
    )
    .action(context.action((plan: string, options: Options) => run(context, plan, options)));
};

async function run(context: CliContext, planFile: string, options: Options): Promise<ExitCode> {
  const { csv, json = false, last = false } = options;
  // Asking a thousand hosts takes minutes: what cannot be written is said before.
  if (csv !== undefined) await refuseUnwritable(csv, json);
  const { content } = await preparePlan(planFile, {
    fleetFile: options.fleet,
    // Whoever only looks needs no package.
    action: 'mitigate',
  });
  const preview = await context.keepPreview(content);
  const { assessment, evidence } = await context.withTemporal(async (temporal) => {
    const found = await assess(temporal, preview, {
      owner: assessmentOwner(content.change),
      signal: context.io.signal,
      onProgress: countLine(context.io),
      takeUp: last ? 'newest' : 'open',
    }).catch((error: unknown) => {
      if (context.io.signal.aborted) {
        context.io.stderr.write(
          'the assessment goes on; the same command takes it up again, with --last also when it is done\n',
        );
      }
      throw error;
    });
    const pieces = await readPieces(temporal, found.workflowId, found.pieces);
    return { assessment: found, evidence: new Map(pieces.map((one) => [one.hostId, one])) };
  });
  const { hosts } = assessment;
  if (csv !== undefined) await writeResult(context.io, csv, assessmentCsv(hosts, evidence));
  if (csv !== '-') {
    const value = { ...assessment, evidence: [...evidence.values()] };
    print(context.io, json, value, () =>
      describeAssessment(hosts, evidence, context.colors, widthOf(context.io)),
    );
  }
  return exitCodeOfAssessment(hosts.map((host) => host.state));
}
