import { keyOf, parentOf, resolvePath } from '../files/paths';
import type { Program } from '../process/invocation';
import type { Shell } from './shell-state';

export type Located =
  | { readonly kind: 'program'; readonly path: string; readonly program: Program }
  | { readonly kind: 'batch'; readonly path: string }
  | { readonly kind: 'missing'; readonly text: string; readonly errorLevel: number };

const extensions = ['.com', '.exe', '.bat', '.cmd'];

/** Looks where cmd looks: the current folder, then the folders of PATH, each extension of PATHEXT in turn. */
export function locateProgram(typed: string, shell: Shell): Located {
  const name = typed.replaceAll('"', '');
  const isPath = /[\\:]/.test(name);
  const folders = isPath
    ? [shell.workingDirectory]
    : [shell.workingDirectory, ...(shell.environment.get('PATH') ?? '').split(';')];
  for (const folder of folders) {
    if (folder === '') continue;
    const found = locateFile(resolvePath(name, resolvePath(folder, shell.workingDirectory)), shell);
    if (found !== null) return found;
  }
  return isPath ? missingPath(name, typed, shell) : notRecognized(typed);
}

function locateFile(path: string, shell: Shell): Located | null {
  const { files, programs } = shell.context.host;
  const candidates = /\.[a-z0-9]{1,4}$/i.test(path)
    ? [path, ...extensions.map((end) => path + end)]
    : extensions.map((end) => path + end);
  for (const candidate of candidates) {
    if (files.stat(candidate)?.kind !== 'file') continue;
    if (/\.(cmd|bat)$/i.test(candidate)) return { kind: 'batch', path: candidate };
    const program = programs.get(keyOf(candidate));
    if (program !== undefined) return { kind: 'program', path: candidate, program };
    return {
      kind: 'missing',
      text: 'The system cannot execute the specified program.\r\n',
      errorLevel: 9020,
    };
  }
  return null;
}

function missingPath(name: string, typed: string, shell: Shell): Located {
  const folder = parentOf(resolvePath(name, shell.workingDirectory));
  if (shell.context.host.files.stat(folder)?.kind === 'folder') return notRecognized(typed);
  return { kind: 'missing', text: 'The system cannot find the path specified.\r\n', errorLevel: 3 };
}

function notRecognized(name: string): Located {
  const text = `'${name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`;
  return { kind: 'missing', text, errorLevel: 9009 };
}
