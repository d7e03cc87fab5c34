import { openSession } from '../../../remote/open-session';
import { createCredentialResolver } from '../../../store/credentials';
import { checks } from '../../doctor/diagnose';
import type { Diagnosis, Finding } from '../../doctor/diagnose';
import { examine } from '../../doctor/examine';
import { loadFleet, loadHotfix } from '../../input';
import { resolve, dirname } from 'node:path';
import type { Connection } from '../../../contracts/fleet';
import type { Colors } from '../colors';
import type { AddCommand } from '../context';
import { exitCodes } from '../exit-codes';
import { hotfixDir } from '../prepare';
import { print, table } from '../print';

interface Options {
  readonly hotfix: string;
  readonly json?: boolean;
}

export const addDoctor: AddCommand = (program, context) => {
  program
    .command('doctor')
    .description('Look whether each host of a fleet can be worked with, and say what to do')
    .argument('<fleet>', 'file of the fleet')
    .option('--hotfix <id>', 'hotfix whose questions are asked', 'KB3004383')
    .option('--json', 'print JSON')
    .action(
      context.action(async (fleetFile: string, options: Options) => {
        const config = context.config();
        const fleet = await loadFleet(fleetFile);
        const hotfix = await loadHotfix(options.hotfix, hotfixDir());
        const hosts = fleet.value.hosts.map((host) => ({
          ...host,
          connection: withAbsoluteFiles(host.connection, dirname(fleetFile)),
        }));
        const diagnoses = await examine(hosts, {
          hotfix: hotfix.value,
          resolveCredential: createCredentialResolver({
            env: config.environment,
            baseDir: config.secretsDir,
          }),
          openSession,
          now: Date.now,
          signal: context.io.signal,
        });
        print(context.io, options.json === true, diagnoses, () => shown(diagnoses, context.colors));
        const well = diagnoses.every(({ findings }) => findings.every(({ ok }) => ok === true));
        return well ? exitCodes.good : exitCodes.unfinished;
      }),
    );
};

/** As in a preview: files are relative to the fleet that names them. */
const withAbsoluteFiles = (connection: Connection, fleetDir: string): Connection =>
  connection.kind === 'winrm' && connection.caFile !== undefined
    ? { ...connection, caFile: resolve(fleetDir, connection.caFile) }
    : connection;

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
  const conclusion = [
    ...warnings.map((warning) => colors.red(`NOT SAFE: ${warning}`)),
    ...(trouble.length === 0 ? [colors.green('every host can be worked with')] : trouble),
  ].join('\n');
  return `${table(['HOST', ...checks.map((check) => check.toUpperCase())], rows)}\n\n${conclusion}`;
}

function cell({ ok, found, warning }: Finding, colors: Colors): string {
  if (ok === null) return colors.dim('–');
  if (ok) return warning === undefined ? found : colors.red(found);
  return colors.red('no');
}
