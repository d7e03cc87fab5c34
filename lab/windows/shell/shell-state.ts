import type { Environment } from '../process/environment';
import { createOutput, type Output, type ProcessContext } from '../process/invocation';
import type { Sink, Source } from '../process/streams';
import type { VariableLookup } from './expand-percent';
import type { Node } from './syntax';

/** One running cmd.exe. */
export interface Shell {
  readonly context: ProcessContext;
  environment: Environment;
  workingDirectory: string;
  /** What `%errorlevel%` and `if errorlevel` see; not always what `&&` sees. */
  errorLevel: number;
  isEchoOn: boolean;
  isDelayedExpansionOn: boolean;
  /** `%i` of the loops around the command. */
  loopVariables: ReadonlyMap<string, string>;
  batch: BatchFrame | null;
  codePage: number;
  readonly engine: ShellEngine;
}

/** What runs in a shell can run more in it: `call` a command, a batch file the lines of it. */
export interface ShellEngine {
  evaluate(node: Node, shell: Shell, streams: Streams): Promise<number>;
  runCommand(text: string, shell: Shell, streams: Streams): Promise<number>;
  runBatch(path: string, tail: string, shell: Shell, streams: Streams): Promise<number>;
  callLabel(label: string, tail: string, shell: Shell, streams: Streams): Promise<number>;
}

export interface BatchFrame {
  readonly path: string;
  readonly args: readonly string[];
  readonly lines: readonly string[];
  /** Next line to read. */
  position: number;
  /** What `endlocal` and the end of the file bring back. */
  readonly saved: { readonly environment: Environment; readonly isDelayedExpansionOn: boolean }[];
}

export interface Streams {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** One start of a command that cmd has in itself. */
export interface InternalRun {
  readonly shell: Shell;
  /** Everything behind the name, the character that ended the name included. */
  readonly tail: string;
  readonly streams: Streams;
  readonly stdout: Output;
  readonly stderr: Output;
}

export type InternalCommand = (run: InternalRun) => number | Promise<number>;

export function outputOf(shell: Shell, sink: Sink): Output {
  return createOutput(sink, shell.codePage);
}

export function lookupOf(shell: Shell): VariableLookup {
  return (name) => shell.environment.get(name) ?? dynamicVariable(shell, name.toUpperCase());
}

function dynamicVariable(shell: Shell, name: string): string | undefined {
  if (name === 'ERRORLEVEL') return String(shell.errorLevel | 0);
  if (name === 'CD') return shell.workingDirectory;
  if (name === 'CMDEXTVERSION') return '2';
  if (name === 'RANDOM') return String(Math.floor(Math.random() * 32_768));
  return undefined;
}

/** A copy for the side of a pipe: what is set there is not seen here. */
export function forkShell(shell: Shell): Shell {
  return {
    ...shell,
    environment: shell.environment.copy(),
    batch: shell.batch === null ? null : { ...shell.batch },
  };
}

/** `exit`: ends this cmd.exe. */
export class ShellExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

/** `exit /b` and `goto :eof`: ends the batch file or subroutine. */
export class BatchExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit /b');
    this.code = code;
  }
}

/** `goto`: what follows in this line is not run any more. */
export class Jump extends Error {}
