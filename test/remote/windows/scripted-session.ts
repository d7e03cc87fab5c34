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
}

export interface ScriptedSession extends Session {
  readonly lines: string[];
}

/** A session whose host answers composite lines from a table, as cmd.exe would print them. */
export function scriptedSession(script: Script | ((line: string) => Script)): ScriptedSession {
  const lines: string[] = [];
  return {
    lines,
    run: (line: string, _options?: RunOptions): Promise<CommandResult> => {
      lines.push(line);
      const current = typeof script === 'function' ? script(line) : script;
      const whole = current.raw ?? reply(line, current);
      const cut = current.cutAfter !== undefined && current.cutAfter < whole.length;
      return Promise.resolve({
        exitCode: current.timedOut === true ? null : 0,
        stdout: cut ? whole.subarray(0, current.cutAfter) : whole,
        stderr: Buffer.alloc(0),
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
