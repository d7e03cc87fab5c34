import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { rolloutId } from '../../contracts/ids';
import { readConfig } from '../../workers/config';
import { connectClient } from '../../workers/connection';
import { holderOf } from '../../workers/dependencies';
import { startEngine } from '../../workers/engine';
import { keeperProgram } from '../../workers/engine-keeper';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import { hosts } from '../workflows/samples';

let dir: string;
let executable: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'engine-'));
  executable = await findTemporalExecutable({ config: readConfig() });
});
afterAll(() => rm(dir, { recursive: true }));

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Waits for the operating system to take a process away; nothing announces that. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isRunning(pid); tries++) await pause(50);
  return !isRunning(pid);
}

describe('the embedded engine', () => {
  it('has all that rollouts need, and what was in it is there when it is started again', async () => {
    const dbFile = join(dir, 'state', 'temporal.db');
    const [host] = hosts(1);
    const first = await startEngine({ executable, dbFile });
    const client = await connectClient(first);
    await client.client.workflow.start('hostWorkflow', {
      workflowId: `host/${host}`,
      taskQueue: 'nobody',
      memo: { rolloutId: 'r1' },
    });
    expect(await holderOf(client.client, host!)).toBe(rolloutId('r1'));
    await client.close();
    await first.stop();
    expect(await gone(first.pid)).toBe(true);
    expect(existsSync(dbFile)).toBe(true);

    const second = await startEngine({ executable, dbFile, synchronous: 'FULL' });
    const again = await connectClient(second);
    expect(await holderOf(again.client, host!)).toBe('r1');
    await again.client.workflow.getHandle(`host/${host}`).terminate();
    expect(await holderOf(again.client, host!)).toBeNull();
    await again.close();
    await second.stop();
  });

  it('that does not start says what the server said', async () => {
    const notADatabase = join(dir, 'not-a-database');
    await writeFile(notADatabase, 'x'.repeat(5000));
    await expect(startEngine({ executable, dbFile: notADatabase })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(/did not start: .*database/s),
    });
  });

  it('that is no program at all says so', async () => {
    await expect(startEngine({ executable: join(dir, 'nothing'), dbFile: null })).rejects.toThrow(
      /did not start: .*ENOENT/s,
    );
  });

  it('ends with the process that started it, also when that is killed', async () => {
    const owner = spawn(process.execPath, ['-e', ownerProgram, keeperProgram, 'sleep', '1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(/pid (\d+)/.exec(line.toString())?.[1]);
    expect(isRunning(pid)).toBe(true);
    owner.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  });
});

/** Starts a keeper as the engine does, and passes on what it says. */
const ownerProgram = `
const { spawn } = require('node:child_process');
const keeper = spawn(process.execPath, ['-e', ...process.argv.slice(1)], {
  stdio: ['pipe', 'pipe', 'inherit'],
  detached: true,
});
keeper.stdout.on('data', (chunk) => process.stdout.write(chunk));
`;
