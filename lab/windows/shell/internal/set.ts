import { readAll } from '../../process/streams';
import { evaluateArithmetic } from './arithmetic';
import type { InternalCommand, InternalRun } from '../shell-state';

export const set: InternalCommand = (run) => {
  const text = run.tail.replace(/^[\s,;=]+/, '');
  if (/^\/a\b/i.test(text)) return setArithmetic(text.slice(2), run);
  if (/^\/p\b/i.test(text)) return setPrompted(text.slice(2), run);
  const assignment = unquoteAssignment(text);
  const equals = assignment.indexOf('=');
  if (equals <= 0) return list(assignment.trim(), run);
  run.shell.environment.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  return 0;
};

/** `set "NAME=value"`: the quotes go, and with them whatever stands behind the last one. */
function unquoteAssignment(text: string): string {
  if (!text.startsWith('"')) return text;
  const last = text.lastIndexOf('"');
  return last === 0 ? text.slice(1) : text.slice(1, last);
}

function list(prefix: string, { shell, stdout, stderr }: InternalRun): number {
  const found = shell.environment
    .entries()
    .filter(([name]) => name.toUpperCase().startsWith(prefix.toUpperCase()));
  for (const [name, value] of found) stdout.line(`${name}=${value}`);
  if (found.length > 0 || prefix === '') return 0;
  stderr.line(`Environment variable ${prefix} not defined`);
  return 1;
}

function setArithmetic(text: string, { shell, stdout, stderr }: InternalRun): number {
  const result = evaluateArithmetic(text.replaceAll('"', ''), {
    get: (name) => Number.parseInt(shell.environment.get(name) ?? '0', 10) || 0,
    set: (name, value) => shell.environment.set(name, String(value)),
  });
  if (typeof result === 'string') {
    stderr.line(result);
    return 1_073_750_988;
  }
  // On a command line the value is printed, without a line end; in a batch file it is not.
  if (shell.batch === null) stdout.text(String(result));
  return 0;
}

async function setPrompted(text: string, { shell, stdout, streams }: InternalRun): Promise<number> {
  const assignment = unquoteAssignment(text.trimStart());
  const equals = assignment.indexOf('=');
  const name = equals === -1 ? assignment.trim() : assignment.slice(0, equals);
  if (equals !== -1) stdout.text(assignment.slice(equals + 1));
  const bytes = await readAll(streams.stdin, shell.context.control);
  const answer = bytes.toString('latin1').split(/\r?\n/, 1)[0] ?? '';
  if (answer === '') return 1;
  shell.environment.set(name, answer);
  return 0;
}
