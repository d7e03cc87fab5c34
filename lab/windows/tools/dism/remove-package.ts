import { resolvePath } from '../../files/paths';
import { servicingEvents } from '../../log/servicing-events';
import type { Invocation } from '../../process/invocation';
import { readPackageFile } from '../../servicing/package-file';
import { kbOf } from '../../servicing/package-state';
import { askForRestart } from './add-package';
import type { DismLine } from './command-line';
import { endAsTold, fail, succeed } from './result';

const defaultRemoveMs = 20_000;
const restartRequired = 3010;

/** `/remove-package`, by name or by file; what needed a reboot to come is gone only after one. */
export async function removePackages(line: DismLine, invocation: Invocation): Promise<number> {
  const { host } = invocation;
  const identities = [...line.packageNames, ...identitiesOf(line.packagePaths, invocation)];
  if (identities.length === 0)
    return fail(87, invocation, ['The remove-package command requires a package name or path.']);
  const operation = host.servicing.begin();
  if (operation === null) return fail(0x800f0902, invocation);
  const named = identities.join(' ');
  host.record('removal-started', { package: named });
  let code = 1;
  try {
    code = await removeAll(identities, invocation);
  } finally {
    // As with an installation: the log of effects has to say when it was cut off.
    operation.end();
    host.record('removal-ended', { package: named, exitCode: code >>> 0 });
  }
  return code === restartRequired ? askForRestart(line, invocation) : code;
}

async function removeAll(identities: readonly string[], invocation: Invocation): Promise<number> {
  const { host, stdout, context } = invocation;
  const { removeExitCode, installMs = defaultRemoveMs } = host.faults;
  let isWaiting = false;
  for (const [index, identity] of identities.entries()) {
    stdout.text(
      `Processing ${index + 1} of ${identities.length} - Removing package ${identity}\r\n`,
    );
    const found = host.servicing.find(identity);
    if (found === null) return fail(0x800f0805, invocation);
    // What is pending itself may be called off; anything else has to wait for the reboot.
    if (host.servicing.isPending && found.state === 'Installed') {
      return fail(0x800f0806, invocation);
    }
    await host.clock.sleep(installMs, context.control);
    if (removeExitCode !== undefined) return endAsTold(removeExitCode, invocation);
    isWaiting = remove(found.identity, invocation) || isWaiting;
    stdout.text('[==========================100.0%==========================]\r\n');
  }
  succeed(invocation);
  return isWaiting ? restartRequired : 0;
}

/** Whether it waits for a reboot. */
function remove(identity: string, { host }: Invocation): boolean {
  const isWaiting = host.servicing.stageRemoval(identity);
  host.record('package-removed', { package: identity });
  const kb = kbOf(identity) ?? identity;
  const setup = host.logs.log('Setup');
  if (isWaiting) setup.append(servicingEvents.rebootNeeded(kb, 'absent'));
  else setup.append(servicingEvents.done(kb, 'absent'));
  return isWaiting;
}

/** A file that cannot be read as a package names none that is there. */
function identitiesOf(paths: readonly string[], { host, workingDirectory }: Invocation): string[] {
  return paths.map((path) => {
    const bytes = host.files.read(resolvePath(path, workingDirectory));
    return bytes === null ? path : (readPackageFile(bytes)?.identity ?? path);
  });
}
