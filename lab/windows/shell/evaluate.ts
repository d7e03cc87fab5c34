import { createProcessControl } from '../process/process-control';
import { createPipe } from '../process/streams';
import { holds } from './evaluate-condition';
import { runFor } from './evaluate-for';
import { openRedirections } from './redirect';
import { runCommand } from './run-command';
import { forkShell, type Shell, ShellExit, BatchExit, type Streams } from './shell-state';
import type { CommandNode, ConditionalNode, IfNode, Node } from './syntax';

/**
 * Runs what a line means. The result is what `&&` and `||` look at, and what cmd ends with when the line is its last;
 * `%errorlevel%` is kept apart because some commands change only one of the two.
 */
export async function evaluate(node: Node, shell: Shell, streams: Streams): Promise<number> {
  switch (node.kind) {
    case 'sequence':
      return runInTurn(node.nodes, shell, streams);
    case 'and':
    case 'or':
      return runConditionally(node, shell, streams);
    case 'pipe':
      return runPipe(node.left, node.right, shell, streams);
    case 'group':
      return withRedirections(node.redirections, shell, streams, (inner) =>
        evaluate(node.body, shell, inner),
      );
    case 'if':
      return runIf(node, shell, streams);
    case 'for':
      return runFor(node, shell, streams);
    case 'command':
      return runSimple(node, shell, streams);
    default:
      return node satisfies never;
  }
}

async function runInTurn(nodes: readonly Node[], shell: Shell, streams: Streams): Promise<number> {
  let code = 0;
  for (const node of nodes) code = await evaluate(node, shell, streams);
  return code;
}

async function runConditionally(
  { kind, left, right }: ConditionalNode,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  const code = await evaluate(left, shell, streams);
  return (code === 0) === (kind === 'and') ? evaluate(right, shell, streams) : code;
}

function runIf(
  { condition, consequence, otherwise }: IfNode,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  if (holds(condition, shell)) return evaluate(consequence, shell, streams);
  return otherwise === null ? Promise.resolve(0) : evaluate(otherwise, shell, streams);
}

function runSimple(node: CommandNode, shell: Shell, streams: Streams): Promise<number> {
  return withRedirections(node.redirections, shell, streams, (inner) =>
    runCommand(node.text, shell, inner),
  );
}

async function withRedirections(
  redirections: CommandNode['redirections'],
  shell: Shell,
  streams: Streams,
  run: (streams: Streams) => Promise<number>,
): Promise<number> {
  if (redirections.length === 0) return run(streams);
  const opened = openRedirections(redirections, shell, streams);
  if (opened === null) {
    shell.errorLevel = 1;
    return 1;
  }
  try {
    return await run(opened.streams);
  } finally {
    opened.close();
  }
}

/** Both sides run at the same time in a cmd of their own; the exit code is the right one's. */
async function runPipe(left: Node, right: Node, shell: Shell, streams: Streams): Promise<number> {
  const pipe = createPipe();
  const leftControl = createProcessControl(shell.context.control);
  const leftShell = { ...forkShell(shell), context: { ...shell.context, control: leftControl } };
  const writing = side(left, leftShell, { ...streams, stdout: pipe.sink }).finally(() =>
    pipe.sink.close(),
  );
  const reading = side(right, forkShell(shell), { ...streams, stdin: pipe.source });
  const [, code] = await Promise.all([writing, reading]);
  shell.errorLevel = code;
  return code;
}

async function side(node: Node, shell: Shell, streams: Streams): Promise<number> {
  try {
    return await evaluate(node, shell, streams);
  } catch (error) {
    if (error instanceof ShellExit || error instanceof BatchExit) return error.code;
    throw error;
  }
}
