import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../clients/cli/run-cli';

/** `rollout dev` in this process, and what other commands need in order to find it. */
export interface Dev {
  /** Also holds the state folder; what a test writes beside it goes with it. */
  readonly folder: string;
  readonly env: { readonly [name: string]: string };
  stop(): Promise<void>;
}

/**
 * @param plansIn writes the plans whose packages the worker is given into the folder, and names them
 */
export async function startDev(plansIn: (folder: string) => Promise<string[]>): Promise<Dev> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-dev-'));
  const plans = await plansIn(folder);
  const env = {
    ROLLOUT_STATE_DIR: join(folder, 'state'),
    ROLLOUT_PACE: '0.01',
    FLEET: JSON.stringify({ username: 'Administrator', password: 'a secret of the lab' }),
  };
  const ctrlC = new AbortController();
  const port = String(await freePort());
  const addressBefore = process.env['TEMPORAL_ADDRESS'];
  let printed = '';
  let dev: Promise<number> = Promise.resolve(0);
  const address = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      printed += text;
      const found = /TEMPORAL_ADDRESS=(\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    dev = runCli(['dev', ...plans, '--port', port], {
      stdout: { write: read },
      stderr: { write: read },
      env: { ...process.env, ...env },
      isTTY: false,
      signal: ctrlC.signal,
    });
    dev.then((code) => reject(new Error(`rollout dev ended with ${code}: ${printed}`)), reject);
  });
  process.env['TEMPORAL_ADDRESS'] = address;
  return {
    folder,
    env,
    async stop() {
      if (addressBefore === undefined) delete process.env['TEMPORAL_ADDRESS'];
      else process.env['TEMPORAL_ADDRESS'] = addressBefore;
      ctrlC.abort(new DOMException('interrupted', 'AbortError'));
      await dev;
      await rm(folder, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
