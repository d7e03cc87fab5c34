import { execFile, spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const projectRoot = join(__dirname, '..', '..');

/** Interpreter of the private virtual environment that `npm test` fills with third-party clients. */
export const judgePython = join(projectRoot, '.cache', 'judges', 'venv', 'bin', 'python');

/** Whether that interpreter is there and finds all the modules. */
export function hasPythonModules(...modules: readonly string[]): boolean {
  if (!existsSync(judgePython)) return false;
  const code =
    'import sys, importlib.util as u; sys.exit(not all(u.find_spec(m) for m in sys.argv[1:]))';
  return spawnSync(judgePython, ['-c', code, ...modules]).status === 0;
}

/**
 * A test whose verdict is that of a client we did not write. Without that client it is skipped and listed under its
 * name; with CI=true it fails, since there a missing judge would go unnoticed.
 */
export function judgeTest(name: string, available: boolean, judge: () => Promise<void>): void {
  if (available) {
    test(name, judge);
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error('the judge of this test is missing; `npm test` fetches it');
    });
  } else {
    // oxlint-disable-next-line jest/no-disabled-tests -- listing it as skipped is what is wanted
    test.skip(`${name} (its judge is missing)`, judge);
  }
}

/** Runs a judge's script with JSON on its standard input and gives back the JSON that it prints. */
export function runPythonJudge(script: string, question: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      judgePython,
      [join(__dirname, script)],
      { encoding: 'utf8', timeout: 50_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout));
        else reject(new Error(`${script} failed: ${stderr || error.message}`));
      },
    );
    child.stdin?.end(JSON.stringify(question));
  });
}

/** Starts a script of that interpreter, given by its whole path, for a talk over standard input and output. */
export function startPython(
  script: string,
  environment: { readonly [name: string]: string } = {},
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(judgePython, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
  });
}
