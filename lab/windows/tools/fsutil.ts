import type { Invocation, Program } from '../process/invocation';

/** Size of the drive, the same that wmic tells of it, unless the lab's options leave more than that free. */
const driveBytes = 100 * 1024 ** 3;

type Operation = (invocation: Invocation, operands: readonly string[]) => number;

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['volume diskfree', diskFree],
  ['fsinfo drives', ({ stdout }) => (stdout.text('\r\nDrives: C:\\ \r\n'), 0)],
  ['dirty query', dirtyQuery],
]);

const groups = new Set([...operations.keys()].map((name) => name.split(' ')[0]));

export const fsutil: Program = (invocation) => {
  const { args, stdout } = invocation;
  const [group = '', verb = '', ...operands] = args;
  const operation = operations.get(`${group} ${verb}`.toLowerCase());
  if (operation !== undefined) return operation(invocation, operands);
  const wrong = groups.has(group.toLowerCase()) ? verb : group;
  if (wrong !== '') stdout.line(`${wrong} is an invalid parameter.`);
  stdout.text('---- Commands Supported ----\r\n\r\n');
  for (const name of operations.keys()) stdout.line(name);
  return 1;
};

function diskFree(invocation: Invocation, [drive, more]: readonly string[]): number {
  const { stdout, host } = invocation;
  if (drive === undefined || more !== undefined) {
    stdout.line('Usage : fsutil volume diskfree <volume pathname>');
    stdout.line('   Eg : fsutil volume diskfree C:');
    return 1;
  }
  if (!isSystemDrive(drive)) return noSuchDrive(invocation);
  const free = host.files.freeBytes();
  stdout.line(`Total # of free bytes        : ${free}`);
  stdout.line(`Total # of bytes             : ${Math.max(driveBytes, free)}`);
  stdout.line(`Total # of avail free bytes  : ${free}`);
  return 0;
}

function dirtyQuery(invocation: Invocation, [drive = '']: readonly string[]): number {
  if (!isSystemDrive(drive)) return noSuchDrive(invocation);
  invocation.stdout.line(`Volume - ${drive} is NOT Dirty`);
  return 0;
}

const isSystemDrive = (drive: string): boolean => /^c:\\?$/i.test(drive);

function noSuchDrive({ stdout }: Invocation): number {
  stdout.line('Error:  The system cannot find the path specified.');
  return 1;
}
