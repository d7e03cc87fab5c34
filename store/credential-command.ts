import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { Failure } from '../contracts/failures';

export interface CommandSurroundings {
  /** Inherited by the program, which may need what the worker has to reach a vault. */
  readonly env: { readonly [name: string]: string | undefined };
  /** The secrets folder: programs outside of it are not run. */
  readonly baseDir: string;
}

/** A vault that does not answer must not hold up a host for longer. */
const timeoutMs = 30_000;
const maxBytes = 256 * 1024;

/**
 * Runs `PROGRAM ARGUMENT …` without a shell and gives back what it prints. The program must lie in the secrets folder:
 * a fleet is written by people who may not run programs as the worker, and whoever fills that folder may.
 *
 * @throws Failure credential-missing, credential-malformed; neither names anything that the program printed
 */
export async function runCredentialCommand(
  command: string,
  surroundings: CommandSurroundings,
): Promise<string> {
  const [name = '', ...words] = command.trim().split(/[ \t]+/);
  const ref = `command:${command}`;
  const odd = words.find((word) => !/^[A-Za-z0-9@%_+=:,./\\-]+$/.test(word));
  if (odd !== undefined) {
    throw refused(
      'credential-malformed',
      ref,
      'has an argument that a shell might read otherwise',
      {
        advice: 'use letters, digits and @%_+=:,./\\- in arguments; put the rest into the program',
      },
    );
  }
  const program = await findProgram(name, ref, surroundings.baseDir);
  return run(program, words, ref, surroundings.env);
}

async function findProgram(name: string, ref: string, baseDir: string): Promise<string> {
  const wanted = resolve(baseDir, name);
  const program = await realpath(wanted).catch(() => null);
  const folder = await realpath(baseDir).catch(() => resolve(baseDir));
  if (program === null) {
    throw refused('credential-missing', ref, `: ${wanted} is not there`, {
      advice: `put the program into ${folder}`,
    });
  }
  if (!program.startsWith(`${folder}${sep}`)) {
    throw refused('credential-malformed', ref, 'leads out of the secrets folder of the worker', {
      advice: `put the program itself, no link, into ${folder}`,
    });
  }
  const { mode } = await stat(program);
  if (process.platform !== 'win32' && (mode & 0o022) !== 0) {
    const what = `leads to ${program}, which others may change (mode ${(mode & 0o777).toString(8)})`;
    throw refused('credential-malformed', ref, what, { advice: `chmod go-w ${program}` });
  }
  return program;
}

function run(
  program: string,
  words: readonly string[],
  ref: string,
  env: CommandSurroundings['env'],
): Promise<string> {
  return new Promise((done, fail) => {
    const options = {
      env: { ...env },
      timeout: timeoutMs,
      maxBuffer: maxBytes,
      killSignal: 'SIGKILL',
    } as const;
    const child = execFile(program, [...words], options, (error, stdout) => {
      if (error === null) return done(stdout);
      fail(
        refused('credential-missing', ref, whatHappened(error), { advice: adviceToTry(program) }),
      );
    });
    child.stdin?.end();
  });
}

function whatHappened(error: { code?: unknown; killed?: boolean | undefined }): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `printed more than ${maxBytes} bytes`;
  if (error.killed === true) return `was not done within ${timeoutMs} ms`;
  return typeof error.code === 'number'
    ? `ended with exit code ${error.code}`
    : `could not be run (${String(error.code)})`;
}

const adviceToTry = (program: string): string =>
  `run ${program} by hand as the user of the worker; it must print JSON with username and password and end with 0`;

function refused(
  code: 'credential-missing' | 'credential-malformed',
  ref: string,
  what: string,
  { advice }: { advice: string },
): Failure {
  const gap = what.startsWith(':') ? '' : ' ';
  return new Failure(code, `the credential ${ref}${gap}${what}`, {
    facts: { credentialRef: ref },
    advice,
  });
}
