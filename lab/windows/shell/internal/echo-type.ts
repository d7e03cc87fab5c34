import { resolvePath, wildcardToPattern, nameOf, parentOf, isNullDevice } from '../../files/paths';
import type { InternalCommand } from '../shell-state';
import { operandsOf } from './operands';

export const echo: InternalCommand = ({ shell, tail, stdout }) => {
  const word = tail.trim().toLowerCase();
  if (tail === '' || /^\s*$/.test(tail)) stdout.line(`ECHO is ${shell.isEchoOn ? 'on' : 'off'}.`);
  else if (/^\s/.test(tail) && (word === 'on' || word === 'off')) shell.isEchoOn = word === 'on';
  // The one character behind the name is not printed, whatever it is: `echo.`, `echo(`, `echo `.
  else stdout.line(tail.startsWith('"') ? tail : tail.slice(1));
  return 0;
};

/** Bytes as they are, but a Unicode file is turned into the console's code page. */
export const type: InternalCommand = ({ shell, tail, stdout, stderr }) => {
  const { files } = shell.context.host;
  const { names } = operandsOf(tail);
  if (names.length === 0) {
    stderr.line('The syntax of the command is incorrect.');
    return 1;
  }
  const paths = names.flatMap((name) => expand(resolvePath(name, shell.workingDirectory)));
  let code = 0;
  for (const path of paths) {
    if (isNullDevice(path)) continue;
    if (paths.length > 1) stderr.text(`\r\n${path}\r\n\r\n\r\n`);
    const bytes = files.read(path);
    if (bytes === null) {
      code = 1;
      stderr.line(files.stat(path)?.kind === 'folder' ? 'Access is denied.' : missingText(path));
    } else if (bytes[0] === 0xff && bytes[1] === 0xfe)
      stdout.text(bytes.subarray(2).toString('utf16le'));
    else stdout.bytes(bytes);
  }
  return code;

  function expand(path: string): string[] {
    if (!/[*?]/.test(path)) return [path];
    const pattern = wildcardToPattern(nameOf(path));
    const found = (files.list(parentOf(path)) ?? [])
      .filter((name) => pattern.test(name))
      .map((name) => resolvePath(name, parentOf(path)));
    return found.length > 0 ? found : [path];
  }
  function missingText(path: string): string {
    return files.stat(parentOf(path)) === null
      ? 'The system cannot find the path specified.'
      : 'The system cannot find the file specified.';
  }
};
