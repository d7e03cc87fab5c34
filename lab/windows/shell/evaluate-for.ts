import { nameOf, parentOf, resolvePath, wildcardToPattern } from '../files/paths';
import { decodeText } from '../process/code-pages';
import { createPipe, readAll } from '../process/streams';
import { textFor } from './command-text';
import { parseLine } from './parse';
import { forkShell, outputOf, type Shell, type Streams } from './shell-state';
import type { ForNode } from './syntax';

export async function runFor(node: ForNode, shell: Shell, streams: Streams): Promise<number> {
  const rounds = await roundsOf(node, shell, streams);
  if (rounds === null) return 1;
  const outer = shell.loopVariables;
  let code = 0;
  try {
    for (const values of rounds) {
      shell.loopVariables = new Map([...outer, ...values]);
      code = await shell.engine.evaluate(node.body, shell, streams);
    }
  } finally {
    shell.loopVariables = outer;
  }
  return code;
}

type Round = readonly (readonly [name: string, value: string])[];

async function roundsOf(
  node: ForNode,
  shell: Shell,
  streams: Streams,
): Promise<readonly Round[] | null> {
  const set = textFor(node.set, shell);
  if (node.mode === 'items') {
    return itemsOf(set)
      .flatMap((item) => filesOf(item, shell))
      .map((item) => [[node.variable, item] as const]);
  }
  if (node.mode === 'numbers')
    return numbersOf(set).map((value) => [[node.variable, String(value)] as const]);
  const options = readLineOptions(node.options);
  const lines = await linesOf(set, options, shell, streams);
  if (lines === null) return null;
  return lines.slice(options.skip).flatMap((line) => {
    const round = splitLine(line, options, node.variable);
    return round === null ? [] : [round];
  });
}

function itemsOf(set: string): string[] {
  return set.match(/"[^"]*"|[^\s,;=]+/g) ?? [];
}

/** A wildcard stands for the files it meets, each behind the folder as it was typed and without quotes. */
function filesOf(item: string, shell: Shell): string[] {
  const typed = item.replaceAll('"', '');
  if (!/[*?]/.test(typed)) return [item];
  const { files } = shell.context.host;
  const path = resolvePath(typed, shell.workingDirectory);
  const pattern = wildcardToPattern(nameOf(path));
  const folder = typed.slice(0, typed.length - nameOf(typed.replaceAll('/', '\\')).length);
  return (files.list(parentOf(path)) ?? [])
    .filter(
      (name) =>
        pattern.test(name) && files.stat(resolvePath(name, parentOf(path)))?.kind === 'file',
    )
    .map((name) => folder + name);
}

function numbersOf(set: string): number[] {
  const [from = 0, step = 1, to = 0] = itemsOf(set).map((item) => Number.parseInt(item, 10) || 0);
  const values: number[] = [];
  if (step === 0) return values;
  for (let value = from; step > 0 ? value <= to : value >= to; value += step) values.push(value);
  return values;
}

interface LineOptions {
  readonly tokens: readonly (number | '*')[];
  readonly delimiters: string;
  readonly skip: number;
  readonly endOfLine: string;
  readonly useBackQuotes: boolean;
}

function readLineOptions(text: string): LineOptions {
  const delimiters = /delims=(.*?)(?=\s+(?:tokens|skip|eol|usebackq)|$)/i.exec(text)?.[1];
  const tokens = /tokens=(\S+)/i.exec(text)?.[1] ?? '1';
  return {
    tokens: tokens
      .split(/,|(?=\*)/)
      .filter((token) => token !== '')
      .flatMap(tokenRange),
    delimiters: delimiters ?? ' \t',
    skip: Number(/skip=(\d+)/i.exec(text)?.[1] ?? 0),
    endOfLine: /eol=(.)/i.exec(text)?.[1] ?? ';',
    useBackQuotes: /usebackq/i.test(text),
  };
}

function tokenRange(token: string): (number | '*')[] {
  if (token === '*') return ['*'];
  const [from = 1, to = from] = token.split('-').map(Number);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

async function linesOf(
  set: string,
  options: LineOptions,
  shell: Shell,
  streams: Streams,
): Promise<string[] | null> {
  const text = set.trim();
  const commandQuote = options.useBackQuotes ? '`' : "'";
  const textQuote = options.useBackQuotes ? "'" : '"';
  if (text.length >= 2 && text.startsWith(commandQuote) && text.endsWith(commandQuote)) {
    return splitLines(await outputOfCommand(text.slice(1, -1), shell, streams));
  }
  if (text.length >= 2 && text.startsWith(textQuote) && text.endsWith(textQuote))
    return [text.slice(1, -1)];
  const bytes = shell.context.host.files.read(resolvePath(text, shell.workingDirectory));
  if (bytes !== null) return splitLines(decodeText(bytes, shell.codePage));
  outputOf(shell, streams.stderr).line(`The system cannot find the file ${text}.`);
  return null;
}

async function outputOfCommand(command: string, shell: Shell, streams: Streams): Promise<string> {
  const node = parseLine(command);
  if (node === null) return '';
  const pipe = createPipe();
  const running = shell.engine
    .evaluate(node, forkShell(shell), { ...streams, stdout: pipe.sink })
    .finally(() => pipe.sink.close());
  const [, bytes] = await Promise.all([running, readAll(pipe.source, shell.context.control)]);
  return decodeText(bytes, shell.codePage);
}

/** A carriage return that is not part of the line end stays: the well-known trouble of `for /f` with wmic's CR CR LF. */
function splitLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
}

function splitLine(line: string, options: LineOptions, variable: string): Round | null {
  if (line.startsWith(options.endOfLine)) return null;
  const parts: { readonly text: string; readonly at: number }[] = [];
  let at = 0;
  while (at < line.length) {
    while (at < line.length && options.delimiters.includes(line.charAt(at))) at += 1;
    const start = at;
    while (at < line.length && !options.delimiters.includes(line.charAt(at))) at += 1;
    if (at > start) parts.push({ text: line.slice(start, at), at: start });
  }
  let last = 0;
  const values = options.tokens.map((token) => {
    if (token === '*') return line.slice(parts[last]?.at ?? line.length);
    last = token;
    return parts[token - 1]?.text ?? '';
  });
  if (values.every((value) => value === '')) return null;
  return values.map((value, index) => [String.fromCharCode(variable.charCodeAt(0) + index), value]);
}
