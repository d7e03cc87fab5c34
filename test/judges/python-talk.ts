import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startPython } from './judge';

/** A judge's script that goes on: a question and its answer are a line of JSON each. */
export interface PythonTalk {
  /** @throws Error with what the script said of its failure */
  ask(question: unknown): Promise<unknown>;
  end(): Promise<void>;
}

/** One process for many questions: to start Python and its packages takes longer than most of the answers. */
export function startTalk(script: string): PythonTalk {
  const child = startPython(join(__dirname, script));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as { readonly error?: string };
    if (answer.error === undefined) waiting.shift()?.resolve(answer);
    else waiting.shift()?.reject(new Error(`${script} failed: ${answer.error}`));
  });
  child.once('exit', () => {
    for (const one of waiting) one.reject(new Error(`${script} ended too early`));
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}
