import type { Invocation, Program } from '../../process/invocation';
import { parseArguments } from './arguments';
import type { Print, WevtutilCommand } from './commands/command';
import { clearLog, enumLogs, getLog, getLogInfo } from './commands/logs';
import { queryEvents } from './commands/query-events';
import { badParameter, unsupported, WevtutilError } from './usage-error';

const commands: ReadonlyMap<string, WevtutilCommand> = new Map([
  ['el', enumLogs],
  ['enum-logs', enumLogs],
  ['gl', getLog],
  ['get-log', getLog],
  ['gli', getLogInfo],
  ['get-log-info', getLogInfo],
  ['qe', queryEvents],
  ['query-events', queryEvents],
  ['cl', clearLog],
  ['clear-log', clearLog],
]);

/** Commands of the real tool that need files or publishers of a kind this machine has not. */
const refused: ReadonlySet<string> = new Set(
  (
    'sl set-log ep enum-publishers gp get-publisher im install-manifest um uninstall-manifest ' +
    'epl export-log al archive-log'
  ).split(' '),
);

const usage = [
  'Windows Events Command Line Utility.',
  '',
  'Usage: wevtutil COMMAND [ARGUMENT [ARGUMENT] ...] [/OPTION:VALUE [/OPTION:VALUE] ...]',
  '',
  'el  | enum-logs          List log names.',
  'gl  | get-log            Get log configuration information.',
  'gli | get-log-info       Get log status information.',
  'qe  | query-events       Query events from a log.',
  'cl  | clear-log          Clear a log.',
  '',
].join('\r\n');

/** wevtutil.exe: reads and clears the event log. */
export const wevtutil: Program = (invocation) => {
  const [name, ...words] = invocation.args;
  if (name === undefined || name === '/?' || name === '-?' || words.includes('/?')) {
    invocation.stdout.text(usage);
    return 0;
  }
  try {
    run(name, words, invocation);
    return 0;
  } catch (error) {
    if (!(error instanceof WevtutilError)) throw error;
    invocation.stderr.line(error.message);
    return error.exitCode;
  }
};

function run(name: string, words: readonly string[], invocation: Invocation): void {
  const command = commands.get(name.toLowerCase());
  if (command === undefined) {
    if (refused.has(name.toLowerCase()))
      throw unsupported(`Command ${name} is not available here.`);
    throw badParameter(`Command ${name} is not supported.`);
  }
  const given = parseArguments(words, command.options, command.operands);
  refuseOtherMachine(given.options.get('remote'), invocation);
  command.run(given, invocation, printerFor(given.options.get('unicode'), invocation));
}

function refuseOtherMachine(remote: string | undefined, { host }: Invocation): void {
  const own = [host.windows.computerName, host.windows.fqdn, 'localhost'];
  if (remote === undefined || own.some((name) => name.toLowerCase() === remote.toLowerCase()))
    return;
  throw new WevtutilError('The RPC server is unavailable.', 1722);
}

function printerFor(unicode: string | undefined, { stdout }: Invocation): Print {
  if (!/^true$/i.test(unicode ?? 'false')) return (text) => stdout.text(text);
  return (text) => stdout.bytes(Buffer.from(text, 'utf16le'));
}
