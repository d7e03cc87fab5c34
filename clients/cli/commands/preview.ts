import { Option } from 'commander';
import type { RolloutAction } from '../../../contracts/plan';
import type { Preview } from '../../../contracts/preview';
import { makeForecast } from '../../forecast/make-forecast';
import { forecastWarnings } from '../../forecast/warnings';
import { assess } from '../../rollouts/assess';
import { seenDurations } from '../../rollouts/seen-durations';
import { assessmentOwner, countLine } from '../assessing';
import type { AddCommand, CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { missingPackage } from '../package-place';
import { preparePlan } from '../prepare';
import { print } from '../print';
import { describePreview, layAssessment } from '../show-preview';

interface Options {
  readonly fleet?: string;
  readonly assess?: boolean;
  readonly json?: boolean;
  readonly action?: RolloutAction;
}

export const addPreview: AddCommand = (program, context) => {
  program
    .command('preview')
    .description('Show what a plan means: hosts in their order, waves, budget, and what is missing')
    .argument('<plan>', 'file of the plan')
    .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
    .option('--assess', 'look at the hosts first, and show which of them would be changed')
    .addOption(
      new Option('--action <action>', 'what would be done to the hosts')
        .choices(['fix', 'mitigate', 'rollback'])
        .default('fix'),
    )
    .option('--json', 'print JSON')
    .action(
      context.action(async (planFile: string, options: Options) => {
        const prepared = await preparePlan(planFile, {
          fleetFile: options.fleet,
          action: options.action,
        });
        const { content } = prepared;
        const missing = await missingPackage(context.config(), prepared);
        const preview = await context.keepPreview(content);
        const looked =
          options.assess === true ? await lookAtHosts(context, preview, options.action) : null;
        const assessment = looked?.assessment ?? null;
        const now = Date.now();
        const found = await makeForecast(preview, {
          verdicts: assessment?.hosts ?? [],
          seenMs: looked?.seenMs ?? [],
          now,
        });
        const warnings = forecastWarnings(content, found, now);
        const laid = assessment === null ? null : layAssessment(content, assessment.hosts);
        const value = { ...preview, missing, assessment, waves: laid, forecast: found, warnings };
        print(context.io, options.json === true, value, () =>
          describePreview(preview, { missing, laid, forecast: found, warnings }, context.colors),
        );
        return missing === null ? exitCodes.good : exitCodes.badInput;
      }),
    );
};

/** With a server at hand, what hosts took in earlier rollouts is read, too. */
const lookAtHosts = (context: CliContext, preview: Preview, action: RolloutAction = 'fix') =>
  context.withTemporal(async (temporal) => ({
    assessment: await assess(temporal, preview, {
      owner: assessmentOwner(preview.content.change),
      signal: context.io.signal,
      onProgress: countLine(context.io),
    }),
    seenMs: await seenDurations(temporal, preview.content.hotfix.id, action),
  }));
