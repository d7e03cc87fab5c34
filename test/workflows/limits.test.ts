import { join } from 'node:path';
import { loadHotfix } from '../../clients/input';
import type { HostId } from '../../contracts/ids';
import type { RolloutInput, RolloutStatus } from '../../contracts/rollout';
import { projectDir } from '../../workers/config';
import type { Workers } from '../../workers/worker';
import { startWorkers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { MeasuredRun } from './limits-history';
import { measureRuns } from './limits-history';
import { createLargeWorld } from './limits-world';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { startRollout } from './scene';

/** The server's own: past them it ends an execution or refuses a message. */
const serverLimits = {
  events: 51_200,
  bytes: 50 * 1024 * 1024,
  payloadBytes: 2 * 1024 * 1024,
  pendingChildren: 2000,
};
/** From so many events on the server warns; a run moves on before. */
const warnedEvents = 10_240;

const all = hosts(5000, 'exchange-frankfurt');
/** One for the canary and 2,000 for the wave after it, scattered over the fleet. */
const affected = new Set<HostId>(all.filter((_, index) => index % 5 < 2).concat(all[4]!));

let engine: TestEngine;
let workers: Workers;
let rollout: RunningRollout;
/** Asked for whenever another 200 hosts had the package. */
const looks: Promise<RolloutStatus>[] = [];
let end: RolloutStatus;
let runs: MeasuredRun[];

beforeAll(async () => {
  engine = await startTestEngine();
  workers = await startWorkers({
    connection: engine.workerConnection.connection,
    namespace: engine.engine.namespace,
    activities: createLargeWorld({
      isAffected: (host) => affected.has(host),
      onInstalled: (count) => {
        if (count % 200 === 0) looks.push(rollout.status());
      },
    }),
    workflowBundle: engine.bundle,
    shutdownGraceMs: 1,
    failOnWorkflowError: true,
  });
  rollout = await startRollout(engine, await largeInput());
  end = await rollout.result();
  runs = await measureRuns(
    engine.client,
    rollout.handle.workflowId,
    rollout.handle.firstExecutionRunId,
  );
}, 1_200_000);

afterAll(async () => {
  await workers?.shutdown();
  await engine?.stop();
}, 300_000);

/** With the hotfix as it is shipped, which every host's workflow is given whole. */
async function largeInput(): Promise<RolloutInput> {
  const { value: hotfix } = await loadHotfix('KB3004383', join(projectDir(), 'hotfixes'));
  const input = rolloutInput({
    id: 'limits',
    hosts: all,
    policy: { serial: [1, '100%'], maxConcurrency: 1000 },
    // The definition would watch each host for 20 minutes.
    hostPolicy: { quietForMs: 0 },
  });
  return {
    ...input,
    hotfix: {
      ...hotfix,
      install: { ...hotfix.install, reboot: 'none' },
      // The hosts of this world have a package and no files.
      verification: { ...hotfix.verification, files: [] },
    },
  };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const countOf = (outcome: string): number =>
  end.hosts.filter((host) => host.outcome === outcome).length;

describe('a rollout over 5,000 hosts with a wave of 2,000', () => {
  it('completes: 2,001 hosts are fixed, the others are not affected', () => {
    expect(end.result).toBe('completed');
    expect(countOf('fixed')).toBe(2001);
    expect(countOf('not-affected')).toBe(2999);
    expect(end.hosts.filter((host) => host.wave === 2)).toHaveLength(2000);
    expect(end.hosts.filter((host) => host.wave !== null && !affected.has(host.hostId))).toEqual(
      [],
    );
  });

  it('goes on in a new run before the server warns, and only with no host in flight', () => {
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.slice(0, -1).every((run) => run.goesOn)).toBe(true);
    for (const run of runs) {
      expect(run.events).toBeLessThan(warnedEvents);
      expect(run.childrenLeft).toBe(0);
    }
  });

  it('stays below every limit of the server', () => {
    for (const run of runs) {
      expect(run.events).toBeLessThan(serverLimits.events);
      expect(run.bytes).toBeLessThan(serverLimits.bytes / 2);
      expect(run.mostChildren).toBeLessThanOrEqual(serverLimits.pendingChildren / 2);
      expect(run.largestPayloadBytes).toBeLessThan(serverLimits.payloadBytes);
    }
  });

  it('tells where it stands all the time, in answers that fit into one payload', async () => {
    const answers = await Promise.all(looks);
    expect(answers).toHaveLength(10);
    for (const answer of answers) {
      expect(answer.hosts).toHaveLength(5000);
      expect(bytesOf(answer)).toBeLessThan(serverLimits.payloadBytes);
    }
    const fixed = answers.map(
      ({ hosts: each }) => each.filter((host) => host.outcome === 'fixed').length,
    );
    expect(Math.max(...fixed)).toBeGreaterThan(1500);
    expect(answers.some(({ phase }) => phase === 'progressing')).toBe(true);
  });
});
