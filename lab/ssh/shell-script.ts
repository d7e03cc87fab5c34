import type { Machine, MachineProcess, StartOptions } from '../machine';

/** What a shell that is not cmd.exe does with a line, in order. */
export type ShellStep =
  | { readonly kind: 'print'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** A program of Windows; its words as they reach it. */
  | {
      readonly kind: 'program';
      readonly commandLine: string;
      readonly environment: { readonly [name: string]: string };
    }
  /** Ends the shell; `last` is the code of the last program. */
  | { readonly kind: 'exit'; readonly code: number | 'last' };

export interface ShellScript {
  readonly steps: readonly ShellStep[];
  /** What the shell ends with when its last step was not an exit. */
  readonly codeAtEnd: 'last' | 0 | 1;
}

type Stream = 'stdout' | 'stderr';

/** Runs the steps; one program after the other has standard input. */
export function startScript(
  machine: Machine,
  script: ShellScript,
  options: StartOptions,
): MachineProcess {
  const listeners: ((stream: Stream, bytes: Buffer) => void)[] = [];
  const input = heldInput();
  let current: MachineProcess | null = null;
  let isKilled = false;
  const say = (stream: Stream, bytes: Buffer) => {
    for (const listener of listeners) listener(stream, bytes);
  };
  const runProgram = async (step: Extract<ShellStep, { kind: 'program' }>): Promise<number> => {
    const started = machine.start(escapeForCmd(step.commandLine), {
      ...options,
      environment: { ...options.environment, ...step.environment },
    });
    current = started;
    started.onOutput(say);
    input.giveTo(started);
    return started.exited;
  };
  const run = async (): Promise<number> => {
    // Nobody listens before the process has been handed over.
    await Promise.resolve();
    let last = 0;
    for (const step of script.steps) {
      if (isKilled) return 1;
      if (step.kind === 'print') say(step.stream, Buffer.from(step.text, 'utf8'));
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what a script is
      else if (step.kind === 'program') last = await runProgram(step);
      else return step.code === 'last' ? last : step.code;
    }
    return script.codeAtEnd === 'last' ? last : script.codeAtEnd;
  };
  return {
    stdin: { write: input.write, end: input.end },
    onOutput: (listener) => listeners.push(listener),
    exited: run(),
    kill: () => {
      isKilled = true;
      current?.kill();
    },
  };
}

/** Input that came before the program was there that reads it. */
function heldInput() {
  const held: Uint8Array[] = [];
  let reader: MachineProcess | null = null;
  let hasEnded = false;
  return {
    write: (bytes: Uint8Array): void => {
      if (reader === null) held.push(bytes);
      else reader.stdin.write(bytes);
    },
    end: (): void => {
      hasEnded = true;
      reader?.stdin.end();
    },
    giveTo: (process: MachineProcess): void => {
      reader = process;
      for (const bytes of held.splice(0)) process.stdin.write(bytes);
      if (hasEnded) process.stdin.end();
    },
  };
}

/** A machine starts what it is given by a cmd.exe; these shells start programs without one, so that it must see nothing. */
const escapeForCmd = (commandLine: string): string =>
  commandLine.replace(/[&|<>()^"!%]/g, (char) => `^${char}`);
