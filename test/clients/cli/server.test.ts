import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { refuseBroken } from '../../../clients/rollouts/read-status';
import { rolloutId } from '../../../contracts/ids';
import { rolloutQueue, searchAttributes, workflowTypes } from '../../../contracts/names';
import { readConfig } from '../../../workers/config';
import { startEngine } from '../../../workers/engine';
import type { Engine } from '../../../workers/engine';
import { findTemporalExecutable } from '../../../workers/temporal-executable';
import { rollout } from './run-in-process';

let engine: Engine;
let folder: string;
let connection: Connection;
let client: Client;
const before = {
  TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
  TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollout-cli-'));
  const executable = await findTemporalExecutable({ config: readConfig() });
  engine = await startEngine({ executable, dbFile: null });
  process.env['TEMPORAL_ADDRESS'] = engine.address;
  connection = await Connection.connect({ address: engine.address });
  client = new Client({ connection });
  // A rollout that nobody works on: the input does not matter.
  await client.workflow.start(workflowTypes.rollout, {
    workflowId: 'rollout/waiting',
    taskQueue: rolloutQueue,
    searchAttributes: {
      [searchAttributes.hotfix]: ['KB3004383'],
      [searchAttributes.rolloutPhase]: ['assessing'],
    },
    memo: { change: 'CHG7', requestedBy: 'kim', hosts: 3 },
  });
}, 300_000);

afterAll(async () => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await connection.close();
  await engine.stop();
  await rm(folder, { recursive: true });
});

describe('with a server but no worker', () => {
  it('lists rollouts all the same', async () => {
    const { code, stdout } = await rollout(['list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        rolloutId: 'waiting',
        change: 'CHG7',
        hotfixId: 'KB3004383',
        hosts: 3,
        phase: 'assessing',
        requestedBy: 'kim',
      }),
    ]);
  });

  it.each([
    { argv: ['status', 'nobody'] },
    { argv: ['watch', 'nobody'] },
    { argv: ['report', 'nobody'] },
    { argv: ['abort', 'nobody', '--reason', 'typo'] },
  ])('$argv: an unknown rollout is bad input', async ({ argv }) => {
    const { code, stderr } = await rollout(argv);
    expect(stderr).toContain('there is no rollout nobody');
    expect(stderr).toContain('rollout list');
    expect(code).toBe(2);
  });

  it('what needs a worker gives up after 15 s and says how to start one', async () => {
    const begun = Date.now();
    const runs = await Promise.all(
      [
        ['status', 'waiting'],
        ['watch', 'waiting'],
        ['pause', 'waiting', '--reason', 'lunch'],
        ['report', 'waiting'],
      ].map((argv) => rollout(argv)),
    );
    for (const { code, stderr } of runs) {
      expect(stderr).toContain(`no worker is polling queue ${rolloutQueue}`);
      expect(stderr).toContain('start one with `rollout worker`');
      expect(code).toBe(2);
    }
    expect(Date.now() - begun).toBeGreaterThan(13_000);
    expect(Date.now() - begun).toBeLessThan(18_000);
  }, 180_000);

  it('a request that nobody took is not carried out later', async () => {
    const history = await client.workflow.getHandle('rollout/waiting').fetchHistory();
    const kinds = (history.events ?? []).map((event) => event.eventType);
    expect(kinds).toHaveLength(2);
  });

  it('a terminated rollout ends the watching with what happened', async () => {
    await client.workflow.start(workflowTypes.rollout, {
      workflowId: 'rollout/cut',
      taskQueue: rolloutQueue,
    });
    await client.workflow.getHandle('rollout/cut').terminate('by mistake');
    await expect(
      refuseBroken({ client, namespace: 'default', where: engine.address }, rolloutId('cut')),
    ).rejects.toThrow(/cut ended without a result \(terminated\).*by mistake/);
  });

  it('a namespace that does not exist is named with the command that creates it', async () => {
    process.env['TEMPORAL_NAMESPACE'] = 'elsewhere';
    try {
      const { code, stderr } = await rollout(['list']);
      expect(stderr).toContain('elsewhere');
      expect(stderr).toContain('temporal operator namespace create');
      expect(code).toBe(2);
    } finally {
      delete process.env['TEMPORAL_NAMESPACE'];
    }
  });
});
