import { openSession } from '../../../remote/open-session';
import { createCredentialResolver } from '../../../store/credentials';
import { checks } from '../../doctor/diagnose';
import type { Diagnosis, Finding } from '../../doctor/diagnose';
import { examine } from '../../doctor/examine';
import { loadFleet, loadHotfix } from '../../input';
import type { Colors } from '../colors';
import { recordHostKeys, requireNewFile, writeRecord } from '../../doctor/record-host-keys';
import type { AddCommand, CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { hotfixDir } from '../prepare';
import { print, table } from '../print';
import { shownRecording } from '../show-recording';

interface Options {
  readonly hotfix: string;
  readonly json?: boolean;
  readonly recordHostKeys?: string;
}

export const addDoctor: AddCommand = (program, context) => {
  program
    .command('doctor')
    .description('Look whether each host of a fleet can be worked with, and say what to do')
    .argument('<fleet>', 'file of the fleet')
    .option('--hotfix <id>', 'hotfix whose questions are asked', 'KB3004383')
    .option(
      '--record-host-keys <file>',
      'ask the SSH servers for their keys and write them to a new known_hosts file, to be compared; no login',
    )
    .option('--json', 'print JSON')
    .action(
      context.action(async (fleetFile: string, options: Options) => {
        const { recordHostKeys: file } = options;
        return file === undefined
          ? examineFleet(context, fleetFile, options)
          : recordFleet(context, fleetFile, file, options);
      }),
    );
};

const resolverOf = ({ environment, secretsDir }: ReturnType<CliContext['config']>) =>
  createCredentialResolver({ env: environment, baseDir: secretsDir });

async function examineFleet(
  context: CliContext,
  fleetFile: string,
  options: Options,
): Promise<ExitCode> {
  const config = context.config();
  const fleet = await loadFleet(fleetFile);
  const hotfix = await loadHotfix(options.hotfix, hotfixDir());
  const diagnoses = await examine(fleet.value.hosts, {
    hotfix: hotfix.value,
    resolveCredential: resolverOf(config),
    openSession,
    now: Date.now,
    signal: context.io.signal,
  });
  print(context.io, options.json === true, diagnoses, () => shown(diagnoses, context.colors));
  const well = diagnoses.every(({ findings }) => findings.every(({ ok }) => ok === true));
  return well ? exitCodes.good : exitCodes.unfinished;
}

async function recordFleet(
  context: CliContext,
  fleetFile: string,
  file: string,
  options: Options,
): Promise<ExitCode> {
  const config = context.config();
  const fleet = await loadFleet(fleetFile);
  await requireNewFile(file);
  const recording = await recordHostKeys(fleet.value.hosts, {
    resolveCredential: resolverOf(config),
    signal: context.io.signal,
  });
  if (recording.keys.length > 0) await writeRecord(file, recording);
  print(context.io, options.json === true, recording, () =>
    shownRecording(recording, file, context.colors),
  );
  return recording.unreached.length === 0 ? exitCodes.good : exitCodes.unfinished;
}

function shown(diagnoses: readonly Diagnosis[], colors: Colors): string {
  const rows = diagnoses.map(({ hostId, findings }) => [
    hostId,
    ...findings.map((finding) => cell(finding, colors)),
  ]);
  const trouble = diagnoses.flatMap(({ hostId, findings }) =>
    findings
      .filter(({ ok }) => ok === false)
      .map(({ check, found, advice }) => `${hostId}, ${check}: ${found}; ${advice ?? ''}`),
  );
  const warnings = diagnoses.flatMap(({ hostId, findings }) =>
    findings.flatMap(({ warning }) => (warning === undefined ? [] : [`${hostId} ${warning}`])),
  );
  const notes = diagnoses.flatMap(({ findings }) => findings.flatMap(({ note }) => note ?? []));
  const conclusion = [
    ...warnings.map((warning) => colors.red(`NOT SAFE: ${warning}`)),
    ...(trouble.length === 0 ? [colors.green('every host can be worked with')] : trouble),
    ...[...new Set(notes)].map((note) => colors.dim(`Note: ${note}`)),
  ].join('\n');
  return `${table(['HOST', ...checks.map((check) => check.toUpperCase())], rows)}\n\n${conclusion}`;
}

function cell({ ok, found, warning }: Finding, colors: Colors): string {
  if (ok === null) return colors.dim('–');
  if (ok) return warning === undefined ? found : colors.red(found);
  return colors.red('no');
}
