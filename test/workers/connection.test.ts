import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { connectClient, connectWorker } from '../../workers/connection';
import { readConfig } from '../../workers/config';
import type { Engine } from '../../workers/engine';
import { startEngine } from '../../workers/engine';
import { installRuntime } from '../../workers/runtime';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';

let engine: Engine;
beforeAll(async () => {
  installRuntime({ logLevel: 'ERROR' });
  const executable = await findTemporalExecutable({ config: readConfig() });
  engine = await startEngine({ executable, dbFile: null });
});
afterAll(() => engine.stop());

/** A port that nobody listens on: it was free a moment ago. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

describe('connecting', () => {
  it('without a server says where none answers and how to start one', async () => {
    const address = await deadAddress();
    for (const connect of [connectClient, connectWorker]) {
      await expect(connect({ address, namespace: 'default' })).rejects.toMatchObject({
        code: 'bad-request',
        message: `no Temporal server answers at ${address}`,
        advice: expect.stringContaining('rollout dev'),
      });
    }
  });

  it('to an unknown namespace names it and the command that creates it', async () => {
    await expect(
      connectClient({ address: engine.address, namespace: 'prod' }),
    ).rejects.toMatchObject({
      message: 'the Temporal server has no namespace "prod"',
      advice: expect.stringContaining('temporal operator namespace create --namespace prod'),
    });
  });

  it('to a namespace without the search attributes names them and the command', async () => {
    const connection = await Connection.connect({ address: engine.address });
    await connection.workflowService.registerNamespace({
      namespace: 'bare',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const bare = { address: engine.address, namespace: 'bare' };
    const error = await refusal(bare);
    expect(error).toMatchObject({
      message:
        'namespace "bare" lacks the search attributes RolloutId, Hotfix, RolloutPhase, HostId',
      advice: expect.stringContaining(
        'temporal operator search-attribute create --namespace bare --name RolloutId --type Keyword',
      ),
    });
    await connection.close();
  });

  it('to the engine works, for clients and workers', async () => {
    const client = await connectClient(engine);
    const worker = await connectWorker(engine);
    expect(client.namespace).toBe('default');
    await worker.close();
    await client.close();
  });
});

/** A namespace is known everywhere a moment after it was made. */
async function refusal(server: { address: string; namespace: string }): Promise<unknown> {
  for (;;) {
    const error: unknown = await connectClient(server).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!String(error).includes('no namespace')) return error;
  }
}
