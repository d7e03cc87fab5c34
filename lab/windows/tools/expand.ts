import { BadCabinet } from '../../cabinet';
import { FileError } from '../files/file-error';
import { resolvePath } from '../files/paths';
import type { Invocation, Program } from '../process/invocation';
import { cabinetOf } from './expand/cabinet-of';
import { readCommandLine, type ExpandCommand } from './expand/command-line';
import { extract, membersMatching } from './expand/extract';
import { matchingFiles } from './matching-files';

/**
 * What expand ends with when anything failed. No document tells the number; it is common knowledge only that it is not
 * 0, so nothing should look for this one.
 */
const failed = 1;

/** `expand -F:* source.msu folder`. Texts of failures are common knowledge, on standard output as all it says. */
export const expand: Program = (invocation) => {
  const { stdout, args } = invocation;
  stdout.line(`Microsoft (R) File Expansion Utility${version(invocation)}`);
  stdout.text('Copyright (c) Microsoft Corporation. All rights reserved.\r\n\r\n');
  const command = readCommandLine(args);
  const problem = command === null ? usage : carryOut(invocation, command);
  if (problem === null) return 0;
  stdout.line(problem);
  return failed;
};

/** From 6.2 on it tells no version any more. */
function version({ host }: Invocation): string {
  const { edition, version: own, servicePack } = host.windows;
  return edition === '2012r2' ? '' : `  Version ${own}.${servicePack === '' ? '16385' : '17514'}`;
}

/** Null when all went well, otherwise what it says. The last of several operands is the destination. */
function carryOut(invocation: Invocation, command: ExpandCommand): string | null {
  const { operands } = command;
  const destination = operands.length > 1 ? operands.slice(-1) : [];
  const typed = operands.slice(0, operands.length - destination.length);
  const sources = typed.flatMap((one) => (isPattern(one) ? namesOf(one, invocation) : [one]));
  for (const source of sources) {
    const problem = carryOutOne(invocation, { ...command, operands: [source, ...destination] });
    if (problem !== null) return problem;
  }
  return null;
}

const isPattern = (typed: string): boolean => /[*?]/.test(typed);

/** A pattern that fits nothing stands for itself, which is no file. */
function namesOf(pattern: string, invocation: Invocation): string[] {
  const found = matchingFiles(pattern, invocation).map(({ shown }) => shown);
  return found.length === 0 ? [pattern] : found;
}

function carryOutOne(invocation: Invocation, command: ExpandCommand): string | null {
  const { host, workingDirectory } = invocation;
  const [source = ''] = command.operands;
  try {
    const members = cabinetOf(host.files, resolvePath(source, workingDirectory));
    if (members === null) return `Can't open input file: ${source}.`;
    if (!command.listsOnly) return extract(invocation, command, members);
    const listed = membersMatching(members, command.pattern ?? '*');
    for (const { name } of listed) invocation.stdout.line(`${source}: ${name}`);
    if (listed.length > 1) invocation.stdout.line(`${listed.length} files total.`);
    return null;
  } catch (error) {
    if (error instanceof BadCabinet) return `Can't read input file: ${source}.`;
    if (error instanceof FileError) return `Can't write output file. ${error.message}`;
    throw error;
  }
}

const usage = [
  'Expands one or more compressed files.',
  '',
  'EXPAND [-R] Source Destination',
  'EXPAND -R Source [Destination]',
  'EXPAND -I Source [Destination]',
  'EXPAND -D Source.cab [-F:Files]',
  'EXPAND Source.cab -F:Files Destination',
].join('\r\n');
