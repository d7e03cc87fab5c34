import { runCli } from '../../../clients/cli/run-cli';
import type { CliIo } from '../../../clients/cli/io';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line, run here: what it printed and the code it ended with. */
export async function rollout(
  argv: readonly string[],
  changes: Partial<Pick<CliIo, 'env' | 'isTTY' | 'signal'>> = {},
  onText: (text: string) => void = () => undefined,
): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    stdout: {
      columns: 120,
      write(text: string) {
        stdout += text;
        onText(text);
      },
    },
    stderr: { write: (text: string) => (stderr += text) },
    env: { ...process.env, ...changes.env },
    isTTY: changes.isTTY ?? false,
    signal: changes.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}
