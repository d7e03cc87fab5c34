/** What a command line of dism asks for. */
export interface DismLine {
  readonly command: 'get-packages' | 'get-packageinfo' | 'add-package' | 'remove-package';
  readonly packagePaths: readonly string[];
  readonly packageNames: readonly string[];
  readonly isTable: boolean;
  readonly isQuiet: boolean;
  readonly noRestart: boolean;
}

const commands = ['get-packages', 'get-packageinfo', 'add-package', 'remove-package'] as const;
const flags: ReadonlySet<string> = new Set([
  'online',
  'quiet',
  'norestart',
  'english',
  'ignorecheck',
  'preventpending',
]);
const valued: ReadonlySet<string> = new Set([
  'packagepath',
  'packagename',
  'format',
  'logpath',
  'loglevel',
  'scratchdir',
]);

interface Given {
  readonly flags: ReadonlySet<string>;
  readonly values: readonly (readonly [name: string, value: string])[];
}

/** A text is the option that is wrong, null a line without a command; dism ends with 87 then. */
export function readDismLine(args: readonly string[]): DismLine | string | null {
  const given = readOptions(args);
  if (typeof given === 'string') return given;
  const command = commands.find((name) => given.flags.has(name));
  if (command === undefined || !given.flags.has('online')) return null;
  const format = valuesOf(given, 'format').at(-1)?.toLowerCase();
  if (format !== undefined && format !== 'table' && format !== 'list') return 'format';
  return {
    command,
    packagePaths: valuesOf(given, 'packagepath'),
    packageNames: valuesOf(given, 'packagename'),
    isTable: format === 'table',
    isQuiet: given.flags.has('quiet'),
    noRestart: given.flags.has('norestart'),
  };
}

function valuesOf({ values }: Given, name: string): string[] {
  return values.filter(([key]) => key === name).map(([, value]) => value);
}

function readOptions(args: readonly string[]): Given | string {
  const found = new Set<string>();
  const values: [name: string, value: string][] = [];
  for (const arg of args) {
    const match = /^[/-]([a-z-]+)(?:[:=](.*))?$/is.exec(arg);
    const typed = match?.[1] ?? arg;
    const name = typed.toLowerCase();
    const value = match?.[2];
    if (value === undefined && isFlag(name)) found.add(name);
    else if (value !== undefined && valued.has(name)) values.push([name, value]);
    else return typed;
  }
  return { flags: found, values };
}

function isFlag(name: string): boolean {
  return flags.has(name) || commands.some((command) => command === name);
}
