import type { Invocation, Program } from '../process/invocation';
import type { Runspace } from './powershell/command';
import { runStatement } from './powershell/evaluate';
import { parseScript } from './powershell/parse';
import type { Statement } from './powershell/syntax';
import { ParserError } from './powershell/tokens';
import { StatementError, textOf } from './powershell/values';

const flags = /^-(?:noprofile|nop|noninteractive|noni|nologo)$/i;

/**
 * PowerShell 2.0 of a host with the Exchange management tools: `-Command` with the few statements that hooks around a
 * database availability group are made of. What else there is of PowerShell it does not know, and says so as PowerShell
 * says it of what is unknown to it: with an error and exit code 1.
 */
export const powershell: Program = (invocation) => {
  const { args, stderr } = invocation;
  const at = args.findIndex((arg) => !flags.test(arg));
  const first = args[at] ?? '';
  if (!/^-c(?:ommand)?$/i.test(first)) {
    stderr.line('The lab runs PowerShell only with -Command.');
    return 1;
  }
  try {
    return runAll(parseScript(args.slice(at + 1).join(' ')), invocation);
  } catch (error) {
    if (!(error instanceof ParserError)) throw error;
    // Nothing of a script runs that cannot be parsed.
    printError(
      invocation,
      error.message,
      'ParserError: (:) [], ParentContainsErrorRecordException',
      'ParserError',
    );
    return 1;
  }
};

/** With `$ErrorActionPreference = 'Stop'` the first error ends it; else only the last statement decides. */
function runAll(statements: readonly Statement[], invocation: Invocation): number {
  const space: Runspace = { invocation, variables: new Map(), hasExchange: false };
  let code = 0;
  for (const statement of statements) {
    try {
      for (const value of runStatement(statement, space)) invocation.stdout.line(textOf(value));
      code = 0;
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      printError(invocation, error.message, error.category, error.id);
      code = 1;
      const [preference = ''] = space.variables.get('erroractionpreference') ?? [];
      if (textOf(preference).toLowerCase() === 'stop') break;
    }
  }
  return code;
}

function printError({ stderr }: Invocation, message: string, category: string, id: string): void {
  stderr.line(message);
  stderr.line(`    + CategoryInfo          : ${category}`);
  stderr.line(`    + FullyQualifiedErrorId : ${id}`);
  stderr.line(' ');
}
