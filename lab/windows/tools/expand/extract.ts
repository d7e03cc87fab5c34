import type { CabinetFile } from '../../../cabinet';
import { isNameValid, nameOf, parentOf, resolvePath, wildcardToPattern } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import type { ExpandCommand } from './command-line';

interface Job {
  readonly member: CabinetFile;
  readonly target: string;
  readonly shown: string;
}

export function membersMatching(members: readonly CabinetFile[], pattern: string): CabinetFile[] {
  const expression = wildcardToPattern(pattern);
  return members.filter(({ name }) => expression.test(name) || expression.test(nameOf(name)));
}

/** Writes the wanted files; a text is what expand says of why it does not. @throws FileError */
export function extract(
  invocation: Invocation,
  command: ExpandCommand,
  members: readonly CabinetFile[],
): string | null {
  const { host, workingDirectory } = invocation;
  const wanted = membersMatching(members, command.pattern ?? '*');
  const [, destination = '.'] = command.operands;
  const folder = resolvePath(destination, workingDirectory);
  const isFolder = host.files.stat(folder)?.kind === 'folder';
  const problem = whyNot(command, wanted.length, isFolder);
  if (problem !== null) return problem;
  const jobs = wanted.map((member) => jobOf(member, folder, destination, isFolder));
  const stray = jobs.find(({ target }) => !isNameValid(target) || !isInside(target, folder));
  if (stray !== undefined) return `Can't open output file: ${stray.member.name}.`;
  write(invocation, jobs, isFolder);
  return null;
}

function whyNot(command: ExpandCommand, count: number, isFolder: boolean): string | null {
  const [source = '', destination = '.'] = command.operands;
  const isSeveral = count > 1;
  if (count === 0) return `No file of ${source} matches ${command.pattern ?? '*'}.`;
  if (isSeveral && command.pattern === null && !command.renames) {
    return `${source} holds several files: name them with -F:.`;
  }
  const needsFolder = isSeveral || wantsFolder(command);
  return needsFolder && !isFolder ? `Destination is not a directory: ${destination}.` : null;
}

const wantsFolder = ({ pattern, renames }: ExpandCommand): boolean =>
  renames || /[*?]/.test(pattern ?? '');

function write({ stdout, host }: Invocation, jobs: readonly Job[], isFolder: boolean): void {
  for (const { shown } of jobs) stdout.line(`Adding ${shown} to Extraction Queue`);
  stdout.text('\r\nExpanding Files ....\r\n');
  for (const { member, target } of jobs) {
    const parent = parentOf(target);
    // Folders inside the cabinet are made; the destination itself never is.
    if (isFolder && host.files.stat(parent) === null) host.files.makeFolder(parent);
    host.files.write(target, member.bytes);
  }
  stdout.text('\r\nExpanding Files Complete ...\r\n');
  if (jobs.length > 1) stdout.line(`${jobs.length} files total.`);
}

/** A destination that is no folder is the name of the one file. */
function jobOf(member: CabinetFile, folder: string, destination: string, isFolder: boolean): Job {
  if (!isFolder) return { member, target: folder, shown: destination };
  const name = member.name.replaceAll('/', '\\');
  return {
    member,
    target: resolvePath(name, folder),
    shown: `${destination.replace(/\\+$/, '')}\\${name}`,
  };
}

/**
 * Names come from whoever made the cabinet: `..`, a leading backslash or a drive letter would lead out of the
 * destination, where only what was resolved against it tells so.
 */
function isInside(target: string, folder: string): boolean {
  const root = folder.endsWith('\\') ? folder : `${folder}\\`;
  return target === folder || target.toLowerCase().startsWith(root.toLowerCase());
}
