import type { InternalCommand } from '../shell-state';
import { call, endLocal, exit, goTo, setLocal, shift } from './control-flow';
import { copy, move } from './copy-move';
import { del, ren } from './del-ren';
import { changeFolder, dir, makeFolder, removeFolder } from './folders';
import { echo, type } from './echo-type';
import { set } from './set';

const nothing: InternalCommand = () => 0;

/** The commands cmd.exe has in itself. */
export const internalCommands: ReadonlyMap<string, InternalCommand> = new Map<
  string,
  InternalCommand
>([
  ['call', call],
  ['cd', changeFolder],
  ['chdir', changeFolder],
  ['cls', ({ stdout }) => (stdout.text('\f'), 0)],
  ['copy', copy],
  ['del', del],
  ['dir', dir],
  ['echo', echo],
  ['endlocal', endLocal],
  ['erase', del],
  ['exit', exit],
  ['goto', goTo],
  ['md', makeFolder],
  ['mkdir', makeFolder],
  ['move', move],
  ['rd', removeFolder],
  ['rem', nothing],
  ['ren', ren],
  ['rename', ren],
  ['rmdir', removeFolder],
  ['set', set],
  ['setlocal', setLocal],
  ['shift', shift],
  ['title', nothing],
  ['type', type],
  ['ver', version],
  ['verify', ({ stdout }) => (stdout.line('VERIFY is off.'), 0)],
]);

/** A success of these leaves `%errorlevel%` as it was. */
export const keepsErrorLevel: ReadonlySet<string> = new Set([
  'call',
  'cls',
  'echo',
  'endlocal',
  'exit',
  'goto',
  'rd',
  'rem',
  'rmdir',
  'set',
  'shift',
  'title',
]);

function version({ shell, stdout }: Parameters<InternalCommand>[0]): number {
  stdout.text(`\r\nMicrosoft Windows [Version ${shell.context.host.windows.version}]\r\n`);
  return 0;
}
