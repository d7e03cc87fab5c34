import type { CommandResult, RunOptions, Session } from '../../../remote/session';

export interface ScriptedAnswer {
  readonly text?: string | Buffer;
  readonly succeeded?: boolean;
}

export interface Script {
  /** Answers by the name of the question; one without is empty and succeeded. */
  readonly answers?: { readonly [name: string]: ScriptedAnswer | undefined };
  /** Bytes after which the reply ends. */
  readonly cutAfter?: number;
  readonly timedOut?: boolean;
  /** In place of all that. */
  readonly raw?: Buffer;
  readonly stderr?: Buffer;
  /** Of the whole line. @default 0 */
  readonly exitCode?: number;
  readonly failure?: Error;
}

export interface ScriptedSession extends Session {
  readonly lines: string[];
  /** How each line was to be run. */
  readonly options: RunOptions[];
}

/** A session whose host answers composite lines from a table, as cmd.exe would print them. */
export function scriptedSession(script: Script | ((line: string) => Script)): ScriptedSession {
  const lines: string[] = [];
  const options: RunOptions[] = [];
  return {
    lines,
    options,
    run: (line: string, given: RunOptions = {}): Promise<CommandResult> => {
      lines.push(line);
      options.push(given);
      const current = typeof script === 'function' ? script(line) : script;
      if (current.failure !== undefined) return Promise.reject(current.failure);
      const whole = current.raw ?? reply(line, current);
      const cut = current.cutAfter !== undefined && current.cutAfter < whole.length;
      return Promise.resolve({
        exitCode: current.timedOut === true ? null : (current.exitCode ?? 0),
        stdout: cut ? whole.subarray(0, current.cutAfter) : whole,
        stderr: current.stderr ?? Buffer.alloc(0),
        truncated: cut,
        timedOut: current.timedOut === true,
        durationMs: 1,
      });
    },
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    close: () => Promise.resolve(),
  };
}

function reply(line: string, { answers = {} }: Script): Buffer {
  const parts: Buffer[] = [];
  for (const [, marker = '', name = ''] of line.matchAll(
    /echo (#[0-9a-f]{16})\.([a-z0-9-]+)\.1\|\|/g,
  )) {
    const answer =
      answers[name] ?? (name === 'code-page' ? { text: 'Active code page: 437\r\n' } : {});
    const { text = '', succeeded = true } = answer;
    parts.push(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
    parts.push(Buffer.from(`${marker}.${name}.${succeeded ? 1 : 0} \r\n`, 'latin1'));
  }
  return Buffer.concat(parts);
}
