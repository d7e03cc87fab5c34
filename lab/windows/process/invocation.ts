import type { Host } from '../host';
import { encodeText } from './code-pages';
import type { Environment } from './environment';
import type { ProcessControl } from './process-control';
import type { Sink, Source } from './streams';

/** Whose token a process has: the network logon of a session, or the local system of a scheduled task. */
export type Identity = 'administrator' | 'system';

/** What a process inherits from the one that started it. */
export interface ProcessContext {
  readonly host: Host;
  readonly control: ProcessControl;
  readonly identity: Identity;
  readonly codePage: number;
}

export interface Output {
  readonly sink: Sink;
  /** Writes text in the console's code page. */
  text(text: string): void;
  /** Writes a line, CR LF at its end. */
  line(text?: string): void;
  bytes(bytes: Buffer): void;
}

/** One start of a program. */
export interface Invocation {
  readonly context: ProcessContext;
  readonly host: Host;
  /** Everything behind the program's name, as cmd passes it on. */
  readonly tail: string;
  /** The same, split as the C runtime does it. */
  readonly args: readonly string[];
  readonly stdin: Source;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly workingDirectory: string;
  readonly environment: Environment;
  /** What `chcp` changes: the console, for what runs after it. */
  readonly setCodePage: (codePage: number) => void;
}

/** Returns the exit code, signed or unsigned. */
export type Program = (invocation: Invocation) => number | Promise<number>;

export function createOutput(sink: Sink, codePage: number): Output {
  const bytes = (chunk: Buffer): void => {
    if (chunk.length > 0) sink.write(chunk);
  };
  return {
    sink,
    bytes,
    text: (text) => bytes(encodeText(text, codePage)),
    line: (text = '') => bytes(encodeText(`${text}\r\n`, codePage)),
  };
}

/** Splits a command line as CommandLineToArgvW does: `\"` is a quote, `""` within quotes too. */
export function splitArguments(tail: string): string[] {
  const args: string[] = [];
  const pattern = /\s*((?:"(?:\\"|""|[^"])*(?:"|$)|\\"|[^\s"])+)/y;
  for (let match = pattern.exec(tail); match !== null; match = pattern.exec(tail)) {
    args.push(unquote(match[1] ?? ''));
  }
  return args;
}

function unquote(word: string): string {
  let text = '';
  let quoted = false;
  for (let at = 0; at < word.length; at += 1) {
    const char = word.charAt(at);
    const next = word.charAt(at + 1);
    if (char === '\\' && next === '"') {
      // `dir\` as the last thing in quotes is meant as a backslash far more often than as an escaped quote, but the
      // runtime reads it as a quote; tools that take `C:\x\"` get what Windows gives them.
      text += '"';
      at += 1;
    } else if (char === '"' && quoted && next === '"') {
      text += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else text += char;
  }
  return text;
}
