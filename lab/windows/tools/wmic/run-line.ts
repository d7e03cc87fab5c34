import { FileError } from '../../files/file-error';
import type { Invocation } from '../../process/invocation';
import { type GlobalSwitches, parseCommandLine, type Subject } from './command-line';
import { openReport, type Report } from './report';
import { classOf, selectInstances } from './selection';
import { callMethod, isStaticCall } from './verbs/call';
import { render, showFor } from './verbs/show';
import { exitCodes, wmiFailure, WmicError } from './wmic-error';

const usage = [
  '',
  '[global switches] <command>',
  '',
  'Global switches: /NODE /NAMESPACE /OUTPUT /APPEND /INTERACTIVE /FAILFAST ...',
  'Command: ALIAS or PATH CLASS [WHERE condition] [GET | LIST | CALL ...] [/VALUE | /FORMAT:name]',
  '',
].join('\r\n');

/** Carries out one command line of wmic; null when it names nothing to be done. */
export async function runLine(line: string, invocation: Invocation): Promise<number | null> {
  try {
    const { global, subject } = parseCommandLine(line);
    if (global.wantsHelp) {
      invocation.stdout.text(usage);
      return 0;
    }
    refuseOtherMachines(global, invocation);
    return subject === null ? null : await runSubject(subject, global, invocation);
  } catch (error) {
    if (!(error instanceof WmicError)) throw error;
    tell(error.message, invocation);
    return error.exitCode;
  }
}

async function runSubject(
  subject: Subject,
  global: GlobalSwitches,
  invocation: Invocation,
): Promise<number> {
  const { host } = invocation;
  const wmi = classOf(subject, host);
  if (subject.verb === 'call') {
    const isStatic = isStaticCall(subject, wmi);
    const instances = isStatic ? [] : selectInstances(subject, wmi, host);
    if (instances.length === 0 && !isStatic) return tellNone(invocation);
    const lines = await callMethod(subject, wmi, instances, host);
    invocation.context.control.check();
    return write(global, invocation, ({ lineEnd }) => lines.map((one) => one + lineEnd).join(''));
  }
  if (subject.verb !== null && subject.verb !== 'get' && subject.verb !== 'list') {
    throw new WmicError(`${subject.verb} - Invalid alias verb.`, exitCodes.badAliasVerb);
  }
  // What is wrong with the answer's form is told before anything is asked.
  const show = showFor(subject, wmi, host.windows.computerName);
  const instances = selectInstances(subject, wmi, host);
  if (instances.length === 0) return tellNone(invocation);
  return write(global, invocation, (lines) => render(show, instances, lines));
}

function write(
  global: GlobalSwitches,
  invocation: Invocation,
  textFor: (report: Report) => string,
): number {
  try {
    const report = openReport(global, invocation);
    report.write(textFor(report));
    report.close();
    return 0;
  } catch (error) {
    if (!(error instanceof FileError) || global.output === null) throw error;
    throw new WmicError('Invalid file name.', exitCodes.badGlobalSwitch);
  }
}

function tellNone(invocation: Invocation): number {
  tell('No Instance(s) Available.', invocation);
  return 0;
}

function tell(text: string, { stderr }: Invocation): void {
  stderr.text(`${text}\r\r\n\r\r\n`);
}

function refuseOtherMachines({ nodes }: GlobalSwitches, { host }: Invocation): void {
  const { computerName, fqdn } = host.windows;
  const own = new Set(
    [computerName, fqdn, 'localhost', '127.0.0.1', '.'].map((name) => name.toLowerCase()),
  );
  const other = nodes.find((node) => !own.has(node.toLowerCase()));
  if (other !== undefined) throw wmiFailure(other.toUpperCase(), 0x800706ba);
}
