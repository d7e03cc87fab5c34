export interface PingCommand {
  readonly target: string;
  /** Infinity for `-t`. */
  readonly count: number;
  readonly bytes: number;
  readonly timeoutMs: number;
}

const ranges: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['n', [1, 4_294_967_295]],
  ['l', [0, 65_500]],
  ['w', [0, 4_294_967_295]],
  ['i', [1, 255]],
]);

/** A text is what ping tells of a bad command line. */
export function readCommandLine(args: readonly string[]): PingCommand | string {
  const values = new Map<string, number>();
  let target = '';
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const name = /^[-/](.+)$/.exec(arg)?.[1]?.toLowerCase();
    if (name === undefined) target = arg;
    else if (ranges.has(name)) {
      at += 1;
      const problem = readNumber(name, args[at], values);
      if (problem !== null) return problem;
    } else if (name === 't') values.set('n', Infinity);
    else if (!/^[a46f]$/.test(name)) return `Bad option ${arg}.`;
  }
  return target === '' ? 'IP address must be specified.' : commandOf(target, values);
}

function commandOf(target: string, values: ReadonlyMap<string, number>): PingCommand {
  const { n: count = 4, l: bytes = 32, w: timeoutMs = 4000 } = Object.fromEntries(values);
  return { target, count, bytes, timeoutMs };
}

function readNumber(
  name: string,
  text: string | undefined,
  values: Map<string, number>,
): string | null {
  const [least, most] = ranges.get(name) ?? [0, 0];
  if (text === undefined) return `Value must be supplied for option -${name}.`;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    return `Bad value for option -${name}, valid range is from ${least} to ${most}.`;
  }
  values.set(name, value);
  return null;
}
