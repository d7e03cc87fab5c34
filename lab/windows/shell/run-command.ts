import { FileError } from '../files/file-error';
import { nameOf } from '../files/paths';
import { createOutput, splitArguments } from '../process/invocation';
import { createProcessControl, ProcessKilled } from '../process/process-control';
import { textFor } from './command-text';
import { internalCommands, keepsErrorLevel } from './internal/commands';
import { type Located, locateProgram } from './locate-program';
import { outputOf, type Shell, type Streams } from './shell-state';

/** Runs one simple command: one of cmd's own, a program, or a batch file. */
export async function runCommand(rawText: string, shell: Shell, streams: Streams): Promise<number> {
  const text = textFor(rawText, shell).trimStart();
  if (text.trim() === '') return 0;
  shell.context.control.check();
  const internal = splitInternal(text);
  await hangWhenTold(internal?.name ?? nameOf(splitExternal(text).name.replaceAll('"', '')), shell);
  try {
    return internal === null
      ? await runExternal(text, shell, streams)
      : await runInternal(internal, shell, streams);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    tellOf(error, shell, streams);
    shell.errorLevel = 1;
    return 1;
  }
}

/** Standard error may be the very file that is full: then there is nobody to tell. */
function tellOf(error: FileError, shell: Shell, streams: Streams): void {
  if (streams.stderr.kind !== 'file') outputOf(shell, streams.stderr).line(error.message);
}

interface SplitCommand {
  readonly name: string;
  readonly tail: string;
}

/** `echo.`, `cd..`, `type"x"`: what follows one of cmd's own names need not be a blank. */
function splitInternal(text: string): SplitCommand | null {
  const drive = /^([a-z]):\s*$/i.exec(text);
  if (drive !== null) return { name: 'cd', tail: ` /d ${drive[1] ?? 'C'}:` };
  const match = /^([a-z]+)(?=$|[\s,;=/.\\:+(["])/i.exec(text);
  const name = match?.[1]?.toLowerCase() ?? '';
  if (!internalCommands.has(name)) return null;
  const tail = text.slice(name.length);
  const isFileName =
    /^[.:\\+(["]/.test(tail) &&
    !(name === 'echo' || (name === 'cd' && /^[.\\]/.test(tail)) || tail.startsWith('"'));
  return isFileName ? null : { name, tail };
}

async function runInternal(
  { name, tail }: SplitCommand,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  const command = internalCommands.get(name);
  if (command === undefined) return 1;
  const code = await command({
    shell,
    tail,
    streams,
    stdout: outputOf(shell, streams.stdout),
    stderr: outputOf(shell, streams.stderr),
  });
  if (!keepsErrorLevel.has(name)) shell.errorLevel = code;
  else if (code !== 0 && name !== 'call' && name !== 'rd' && name !== 'rmdir')
    shell.errorLevel = code;
  return code;
}

/** The name ends at a blank, a comma, a semicolon, an equals sign or a slash, unless it is quoted. */
export function splitExternal(text: string): SplitCommand {
  const match = /^(?:"[^"]*"?|[^\s,;=/"])+/.exec(text);
  const name = match?.[0] ?? text;
  return { name, tail: text.slice(name.length) };
}

export async function runExternal(text: string, shell: Shell, streams: Streams): Promise<number> {
  const { name, tail } = splitExternal(text);
  const found = locateProgram(name, shell);
  if (found.kind === 'missing') {
    outputOf(shell, streams.stderr).text(found.text);
    shell.errorLevel = found.errorLevel;
    // %errorlevel% is 9009, yet cmd itself ends with 1 when this was its last command.
    return 1;
  }
  if (found.kind === 'batch') return shell.engine.runBatch(found.path, tail, shell, streams);
  const code = (await runProgram(found, tail, shell, streams)) | 0;
  shell.errorLevel = code;
  return code;
}

/** A process of its own: it can be seen and ended apart from the cmd that waits for it. */
async function runProgram(
  found: Extract<Located, { kind: 'program' }>,
  tail: string,
  shell: Shell,
  streams: Streams,
): Promise<number> {
  const { codePage } = shell;
  const { host, identity, control: parent } = shell.context;
  const control = createProcessControl();
  const stopFollowing = parent.onKill(() => control.kill());
  const entry = host.processes.add(
    nameOf(found.path),
    `${nameOf(found.path)}${tail}`,
    identity,
    control,
  );
  try {
    return await found.program({
      context: { host, identity, control, codePage },
      host,
      tail,
      args: splitArguments(tail),
      stdin: streams.stdin,
      stdout: createOutput(streams.stdout, codePage),
      stderr: createOutput(streams.stderr, codePage),
      workingDirectory: shell.workingDirectory,
      environment: shell.environment,
      setCodePage(newCodePage) {
        shell.codePage = newCodePage;
      },
    });
  } catch (error) {
    if (error instanceof ProcessKilled && !parent.isKilled) return 1;
    throw error;
  } finally {
    stopFollowing();
    host.processes.remove(entry);
  }
}

async function hangWhenTold(name: string, shell: Shell): Promise<void> {
  const { hang } = shell.context.host.faults;
  if (hang === undefined) return;
  const plain = name.toLowerCase().replace(/\.exe$/, '');
  const hangs = hang.some((word) => word.toLowerCase().replace(/\.exe$/, '') === plain);
  if (hangs) await shell.context.control.race<void>(() => () => undefined);
}
