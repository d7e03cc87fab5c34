/** Full path of what was typed, seen from a folder: `C:\a\b`, without quotes, `.` and `..`; a root keeps its backslash. */
export function resolvePath(typed: string, workingDirectory: string): string {
  const text = typed
    .replaceAll('"', '')
    .trim()
    .replaceAll('/', '\\')
    .replace(/^\\\\[?.]\\(?=[a-z]:)/i, '');
  const drive = /^([a-z]):/i.exec(text);
  const from =
    drive === null ? workingDirectory.slice(0, 2) : `${(drive[1] ?? 'C').toUpperCase()}:`;
  const rest = drive === null ? text : text.slice(2);
  const isAbsolute =
    rest.startsWith('\\') ||
    (drive !== null && from !== workingDirectory.slice(0, 2).toUpperCase());
  const parts = isAbsolute ? [] : workingDirectory.slice(2).split('\\');
  const kept: string[] = [];
  for (const part of [...parts, ...rest.split('\\')]) {
    if (part === '' || part === '.') continue;
    if (part === '..') kept.pop();
    else kept.push(part);
  }
  return `${from}\\${kept.join('\\')}`;
}

export function keyOf(path: string): string {
  return path.toLowerCase();
}

export function parentOf(path: string): string {
  const cut = path.lastIndexOf('\\');
  return cut <= 2 ? path.slice(0, 3) : path.slice(0, cut);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}

/** Device names are files everywhere: `nul`, `C:\x\NUL`. */
export function isNullDevice(path: string): boolean {
  return /(^|\\)nul:?$/i.test(path);
}

/** Characters no file name may have. */
export function isNameValid(path: string): boolean {
  const rest = path.slice(2);
  return !/[<>"|?*:]/.test(rest) && !rest.split('').some((char) => char < ' ');
}

export function wildcardToPattern(name: string): RegExp {
  const source =
    name === '*.*'
      ? '.*'
      : name
          .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll('*', '.*')
          .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i');
}
