import { decodeText } from '../process/code-pages';
import { findLabel } from './batch-labels';
import { modifyPath } from './command-text';
import { expandPercent, type PercentRules } from './expand-percent';
import { parseLine } from './parse';
import {
  BatchExit,
  type BatchFrame,
  Jump,
  lookupOf,
  outputOf,
  type Shell,
  type Streams,
} from './shell-state';
import { IncompleteGroup, type Node, SyntaxProblem } from './syntax';

/** Runs a batch file in the cmd that met its name. Without `call` cmd does not come back; one line of commands hides that. */
export async function runBatch(
  path: string,
  tail: string,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  const bytes = shell.context.host.files.read(path);
  if (bytes === null) {
    outputOf(shell, streams.stderr).line('The system cannot find the file specified.');
    return 1;
  }
  const lines = decodeText(bytes, shell.codePage).split(/\r?\n/);
  const args = [path, ...splitBatchArguments(tail)];
  return runFrame({ path, args, lines, position: 0, saved: [] }, shell, streams);
}

/** `call :label a b`: the same file from a label on, with arguments of its own. */
export async function callLabel(
  label: string,
  tail: string,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  const { batch } = shell;
  if (batch === null) {
    outputOf(shell, streams.stderr).line(
      'Invalid attempt to call batch label outside of batch script.',
    );
    return 1;
  }
  const position = findLabel(batch.lines, label);
  if (position === null) {
    outputOf(shell, streams.stderr).line(
      `The system cannot find the batch label specified - ${label.replace(/^:/, '')}`,
    );
    return 1;
  }
  return runFrame(
    { ...batch, args: [label, ...splitBatchArguments(tail)], position, saved: [] },
    shell,
    streams,
  );
}

async function runFrame(frame: BatchFrame, shell: Shell, streams: Streams): Promise<number> {
  const outer = shell.batch;
  shell.batch = frame;
  let code = 0;
  try {
    while (frame.position < frame.lines.length) {
      shell.context.control.check();
      code = await runNextLine(frame, shell, streams, code);
    }
    return code;
  } catch (error) {
    if (!(error instanceof BatchExit)) throw error;
    return error.code;
  } finally {
    const [first] = frame.saved;
    if (first !== undefined) restore(shell, first);
    shell.batch = outer;
  }
}

async function runNextLine(
  frame: BatchFrame,
  shell: Shell,
  streams: Streams,
  before: number,
): Promise<number> {
  const next = readCommand(frame, shell);
  if (next === null) return before;
  if (next.problem !== null) {
    outputOf(shell, streams.stderr).line(next.problem);
    throw new BatchExit(255);
  }
  if (next.node === null) return before;
  if (shell.isEchoOn && !next.isSilent)
    outputOf(shell, streams.stdout).text(`\r\n${shell.workingDirectory}>${next.text.trim()} \r\n`);
  try {
    return await shell.engine.evaluate(next.node, shell, streams);
  } catch (error) {
    if (error instanceof Jump) return 0;
    throw error;
  }
}

interface ReadCommand {
  readonly node: Node | null;
  readonly text: string;
  readonly isSilent: boolean;
  readonly problem: string | null;
}

/** Reads one line, or as many as an open bracket reaches over: percent signs in all of them are replaced at once. */
function readCommand(frame: BatchFrame, shell: Shell): ReadCommand | null {
  let text = frame.lines[frame.position] ?? '';
  frame.position += 1;
  if (/^\s*(:|$)/.test(text)) return null;
  const isSilent = /^\s*@/.test(text);
  for (;;) {
    const expanded = expandPercent(text, rulesOf(frame, shell));
    try {
      return { node: parseLine(expanded), text: expanded, isSilent, problem: null };
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      const isOpen = error instanceof IncompleteGroup || text.endsWith('^');
      if (!isOpen || frame.position >= frame.lines.length)
        return { node: null, text: expanded, isSilent, problem: error.message };
      text += `\n${frame.lines[frame.position] ?? ''}`;
      frame.position += 1;
    }
  }
}

function rulesOf(frame: BatchFrame, shell: Shell): PercentRules {
  return {
    lookup: lookupOf(shell),
    batch: { argument: (reference) => argumentAt(reference, frame) },
  };
}

function argumentAt(
  reference: string,
  { args, path }: BatchFrame,
): { text: string; length: number } | null {
  if (reference.startsWith('*')) return { text: args.slice(1).join(' '), length: 1 };
  const match = /^(~[dpnxfs]*)?([0-9])/i.exec(reference);
  if (match === null) return null;
  const index = Number(match[2]);
  const modifiers = match[1];
  // `%~dp0` is the file's own folder, in a subroutine too.
  const value = index === 0 && modifiers !== undefined ? path : (args[index] ?? '');
  return {
    text: modifiers === undefined ? value : modifyPath(value, modifiers.slice(1)),
    length: match[0].length,
  };
}

function splitBatchArguments(tail: string): string[] {
  return tail.match(/(?:"[^"]*"?|[^\s,;="])+/g) ?? [];
}

function restore(shell: Shell, saved: BatchFrame['saved'][number]): void {
  shell.environment = saved.environment;
  shell.isDelayedExpansionOn = saved.isDelayedExpansionOn;
}
