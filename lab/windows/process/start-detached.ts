import { nameOf, resolvePath } from '../files/paths';
import type { Host } from '../host';
import { createShell } from '../shell/create-shell';
import { locateProgram } from '../shell/locate-program';
import { runExternal, splitExternal } from '../shell/run-command';
import { administratorEnvironment } from './base-environment';
import { createProcessControl } from './process-control';
import { emptySource, nullSink } from './streams';

const systemFolder = 'C:\\Windows\\system32';

/**
 * A process with no cmd around it, no session that could end it, and nobody who reads what it prints, as
 * Win32_Process.Create starts one. Gives its id; null when there is no such program or folder.
 */
export function startDetached(
  host: Host,
  commandLine: string,
  folder: string | null,
): number | null {
  const workingDirectory = folder === null ? systemFolder : resolvePath(folder, systemFolder);
  if (host.files.stat(workingDirectory)?.kind !== 'folder') return null;
  const { codePage } = host.windows;
  const control = createProcessControl();
  const shell = createShell({
    context: { host, control, identity: 'administrator', codePage },
    environment: administratorEnvironment(host.windows),
    workingDirectory,
    isDelayedExpansionOn: false,
    codePage,
  });
  const line = commandLine.trim();
  const found = locateProgram(splitExternal(line).name, shell);
  if (found.kind === 'missing') return null;
  // CreateProcess has a batch file run by a cmd of its own.
  const text = found.kind === 'batch' ? `cmd.exe /c "${line}"` : line;
  const before = new Set(host.processes.list());
  const streams = { stdin: emptySource, stdout: nullSink, stderr: nullSink };
  // However it ends, there is nobody left to be told.
  runExternal(text, shell, streams).catch(() => undefined);
  const image = found.kind === 'batch' ? 'cmd.exe' : nameOf(found.path);
  const started = host.processes
    .list()
    .find((entry) => !before.has(entry) && entry.image.toLowerCase() === image.toLowerCase());
  return started?.pid ?? null;
}
