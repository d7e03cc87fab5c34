import { resolvePath } from '../../files/paths';
import { servicingEvents } from '../../log/servicing-events';
import type { Invocation } from '../../process/invocation';
import { readPackageFile } from '../../servicing/package-file';
import { kbOf } from '../../servicing/servicing';
import { askForRestart } from './add-package';
import type { DismLine } from './command-line';
import { fail, succeed } from './result';

const defaultRemoveMs = 20_000;

/** `/remove-package`, by name or by file; gone only after a reboot. */
export async function removePackages(line: DismLine, invocation: Invocation): Promise<number> {
  const { host, stdout, context } = invocation;
  const identities = [...line.packageNames, ...identitiesOf(line.packagePaths, invocation)];
  if (identities.length === 0)
    return fail(87, invocation, ['The remove-package command requires a package name or path.']);
  const operation = host.servicing.begin();
  if (operation === null) return fail(0x800f0902, invocation);
  try {
    for (const [index, identity] of identities.entries()) {
      stdout.text(
        `Processing ${index + 1} of ${identities.length} - Removing package ${identity}\r\n`,
      );
      const found = host.servicing.find(identity);
      if (found === null) return fail(0x800f0805, invocation);
      if (host.servicing.isPending && found.state === 'Installed')
        return fail(0x800f0806, invocation);
      await host.clock.sleep(host.faults.installMs ?? defaultRemoveMs, context.control);
      host.servicing.stageRemoval(identity);
      host.record('package-removed', { package: identity });
      host.logs
        .log('Setup')
        .append(servicingEvents.rebootNeeded(kbOf(identity) ?? identity, 'absent'));
      stdout.text('[==========================100.0%==========================]\r\n');
    }
  } finally {
    operation.end();
  }
  succeed(invocation);
  return askForRestart(line, invocation);
}

/** A file that cannot be read as a package names none that is there. */
function identitiesOf(paths: readonly string[], { host, workingDirectory }: Invocation): string[] {
  return paths.map((path) => {
    const bytes = host.files.read(resolvePath(path, workingDirectory));
    return bytes === null ? path : (readPackageFile(bytes)?.identity ?? path);
  });
}
