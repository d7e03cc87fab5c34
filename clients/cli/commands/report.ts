import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { Failure } from '../../../contracts/failures';
import type { RolloutId } from '../../../contracts/ids';
import { assembleReport } from '../../report/assemble-report';
import { formats } from '../../report/formats';
import type { ReportFormat } from '../../report/formats';
import { asRolloutId } from '../arguments';
import type { AddCommand } from '../context';

interface Options {
  readonly format: ReportFormat;
  readonly output?: string;
  readonly json?: boolean;
}

export const addReport: AddCommand = (program, context) => {
  program
    .command('report')
    .description('Write what was done to every host, with its evidence')
    .argument('<id>', 'name of the rollout', asRolloutId)
    .addOption(
      new Option('--format <format>', 'how it is written')
        .choices(Object.keys(formats))
        .default('json'),
    )
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write into this file in place of standard output')
    .action(
      context.action(async (id: RolloutId, options: Options) => {
        const report = await context.withTemporal((temporal) => assembleReport(temporal, id));
        const text = formats[options.json === true ? 'json' : options.format](report);
        for (const gap of report.gaps) context.io.stderr.write(`note: ${gap}\n`);
        if (options.output === undefined) context.io.stdout.write(text);
        else await save(resolve(options.output), text);
      }),
    );
};

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('bad-request', `the report cannot be written to ${file}: ${why}`, {
      advice: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}
