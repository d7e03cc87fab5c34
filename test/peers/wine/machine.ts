import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Windows itself, as far as Wine is it: one prefix, which is booted and shut down. */
export interface Machine {
  readonly prefix: string;
  readonly driveC: string;
  /** Environment in which Wine's programs belong to this machine. */
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the session: wineserver, the service manager and the services that start by themselves. */
  boot(): Promise<void>;
  /** Ends everything that runs in it, and waits until it is gone. */
  shutDown(): Promise<void>;
  /** Runs a command line with Wine's cmd.exe, past sshd. */
  run(commandLine: string): Promise<{ readonly exitCode: number; readonly out: Buffer }>;
}

export const launcherPath = 'C:\\windows\\launcher.exe';

export function createMachine(prefix: string): Machine {
  const driveC = join(prefix, 'drive_c');
  const environment = wineEnvironment(prefix);
  const options = { env: environment, cwd: driveC };
  const server = (flag: string): Promise<void> =>
    new Promise((resolve, reject) => {
      // Ignored, for the server that goes on would keep our end of a pipe open.
      const child = spawn('wineserver', [flag], { ...options, stdio: 'ignore' });
      child.once('error', reject);
      // It ends with 1 when there is nothing to end or to wait for.
      child.once('exit', () => resolve());
    });
  const run: Machine['run'] = (commandLine) =>
    new Promise((resolve, reject) => {
      const child = spawn('wine', [launcherPath, 'tell'], {
        ...options,
        env: { ...environment, ROLLOUT_LINE: commandLine },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const parts: Buffer[] = [];
      child.stdout.on('data', (part: Buffer) => parts.push(part));
      child.once('error', reject);
      child.once('close', () => {
        const all = Buffer.concat(parts);
        const at = all.lastIndexOf('exit ');
        const code = /^exit (\d+)\r\n$/.exec(all.toString('latin1', at < 0 ? all.length : at))?.[1];
        if (code === undefined) reject(new Error(`Wine ended before ${commandLine} had`));
        else resolve({ exitCode: Number(code), out: all.subarray(0, at) });
      });
    });
  return {
    prefix,
    driveC,
    environment,
    run,
    async boot() {
      // -p: else the service manager is ended whenever no session has a program running.
      await server('-p');
      await run('ver');
    },
    async shutDown() {
      await server('-k');
      await server('-w');
    },
  };
}

function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  const { DISPLAY: _display, ...environment } = process.env;
  return {
    ...environment,
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}
