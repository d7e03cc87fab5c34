import { relative } from 'node:path';
import type { CliContext } from '../cli/context';
import { showStatus } from '../cli/show-status';
import type { PlayedRollout } from './play-rollout';

/** Summary table of each rollout, where the reports are, and whether everything went as scripted. */
export function closingWords(
  played: readonly PlayedRollout[],
  took: string,
  { colors, io }: CliContext,
): string {
  const tables = played.map(({ status }) =>
    showStatus({ status, inFlight: new Map() }, colors, Date.now(), io.stdout.columns),
  );
  const wrong = played.flatMap(({ wrong: sentences }) => sentences);
  const hosts = played.reduce((sum, { status }) => sum + status.hosts.length, 0);
  const verdict =
    wrong.length === 0
      ? colors.green(`all ${String(hosts)} hosts ended as scripted, in ${took}`)
      : colors.red(
          `not as scripted, after ${took}:\n${wrong.map((line) => `  ${line}`).join('\n')}`,
        );
  const files = played.flatMap((rollout) => rollout.files.map((file) => `  ${near(file)}`));
  return ['', ...tables.flatMap((text) => [text, '']), 'reports:', ...files, '', verdict].join(
    '\n',
  );
}

/** Short where it is below the current folder. */
function near(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
}
