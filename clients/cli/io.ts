import type { Terminal } from '../progress/screen';

/** What a command may touch of the process; given in, so that commands run in tests as they run in a shell. */
export interface CliIo {
  readonly stdout: Terminal;
  readonly stderr: { write(text: string): unknown };
  readonly env: { readonly [name: string]: string | undefined };
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
