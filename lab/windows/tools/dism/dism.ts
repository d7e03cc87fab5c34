import type { Invocation, Program } from '../../process/invocation';
import { addPackages } from './add-package';
import { type DismLine, readDismLine } from './command-line';
import { showPackage } from './package-info';
import { showPackages } from './packages';
import { removePackages } from './remove-package';
import { fail, printBanner, printImageVersion } from './result';

/** dism.exe: what it says goes to standard output, errors too. Exit codes are Win32's or HRESULTs. */
export const dism: Program = (invocation) => {
  const line = readDismLine(invocation.args);
  printBanner(invocation);
  if (typeof line === 'string') {
    return fail(87, invocation, [
      `The ${line} option is unknown.`,
      'For more information, refer to the help by running DISM.exe /?.',
    ]);
  }
  if (line === null) {
    const detail =
      invocation.args.length === 0
        ? []
        : [
            "DISM doesn't recognize the command-line option.",
            'For more information, refer to the help by running DISM.exe /?.',
          ];
    return detail.length === 0 ? 0 : fail(87, invocation, detail);
  }
  printImageVersion(invocation);
  return run(line, invocation);
};

function run(line: DismLine, invocation: Invocation): number | Promise<number> {
  switch (line.command) {
    case 'get-packages':
      return showPackages(line, invocation);
    case 'get-packageinfo':
      return showPackage(line, invocation);
    case 'add-package':
      return addPackages(line, invocation);
    case 'remove-package':
      return removePackages(line, invocation);
    default:
      return line.command satisfies never;
  }
}
