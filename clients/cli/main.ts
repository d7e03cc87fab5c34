import type { ExitCode } from './exit-codes';
import { runCli } from './run-cli';

const forcedExitMs = 1000;

/** The command line on the real process: Ctrl-C once asks to end, twice ends at once. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new DOMException('interrupted', 'AbortError'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  // A reader that went away (`rollout list | head`) is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const code = await runCli(argv, {
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      isTTY: process.stdout.isTTY,
      signal: interrupted.signal,
    });
    // A step that does not let go of a worker must not keep who pressed Ctrl-C waiting.
    if (interrupted.signal.aborted) setTimeout(() => process.exit(code), forcedExitMs).unref();
    return code;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}
