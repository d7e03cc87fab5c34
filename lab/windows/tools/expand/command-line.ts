export interface ExpandCommand {
  readonly operands: readonly string[];
  /** `-F:` pattern; null when none was given. */
  readonly pattern: string | null;
  readonly listsOnly: boolean;
  /** Files keep the names they have inside. */
  readonly renames: boolean;
}

/** Switches may stand anywhere and begin with - or /. Null for one that expand does not know, and for help. */
export function readCommandLine(args: readonly string[]): ExpandCommand | null {
  const operands: string[] = [];
  let pattern: string | null = null;
  let listsOnly = false;
  let renames = false;
  for (const arg of args) {
    const word = arg.toLowerCase();
    if (!/^[-/]/.test(word)) operands.push(arg);
    else if (/^.f:./.test(word)) pattern = arg.slice(3);
    else if (/^.d$/.test(word)) listsOnly = true;
    else if (/^.[ri]$/.test(word)) renames = true;
    else return null;
  }
  const least = listsOnly || (renames && pattern === null) ? 1 : 2;
  const most = listsOnly ? 1 : Infinity;
  const isComplete = operands.length >= least && operands.length <= most;
  return isComplete ? { operands, pattern, listsOnly, renames } : null;
}
