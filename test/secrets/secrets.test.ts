import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { createActivities } from '../../activities';
import type { Activities } from '../../contracts/activities';
import { Failure } from '../../contracts/failures';
import type { RolloutStatus } from '../../contracts/rollout';
import { readConfig, projectDir } from '../../workers/config';
import { connectClient, connectWorker } from '../../workers/connection';
import type { ClientConnection, WorkerConnection } from '../../workers/connection';
import { workerDependencies } from '../../workers/dependencies';
import type { Engine } from '../../workers/engine';
import { startEngine } from '../../workers/engine';
import { findTemporalExecutable } from '../../workers/temporal-executable';
import type { Workers } from '../../workers/worker';
import { startWorkers } from '../../workers/worker';
import { workflowBundle } from '../../workers/workflow-bundle';
import type * as NtlmSecurityModule from '../../remote/winrm/wire/ntlm/security';
import { rollout } from '../clients/cli/run-in-process';
import type { CliRun } from '../clients/cli/run-in-process';
import { listenToLogs } from './log-traces';
import { randomPassword } from './random-secrets';
import type { SecretFleet } from './secret-fleet';
import { startSecretFleet } from './secret-fleet';
import type { Trace } from './traces';
import { fileTraces, historyTraces, leaksIn, pendingTraces, textTrace } from './traces';

/** What a careless step would say. It is known to no host: only this test ever says it. */
const planted = randomPassword();
const heartbeatSeen = new EventTarget();

/** Exported session keys of every NTLM login, as both ends had them. */
const sessionKeys: Buffer[] = [];

jest.mock('../../remote/winrm/wire/ntlm/security', () => {
  const actual: typeof NtlmSecurityModule = jest.requireActual(
    '../../remote/winrm/wire/ntlm/security',
  );
  return {
    ...actual,
    createNtlmSecurity: (...given: Parameters<typeof actual.createNtlmSecurity>) => {
      sessionKeys.push(Buffer.from(given[0]));
      return actual.createNtlmSecurity(...given);
    },
  };
});

const addressBefore = process.env['TEMPORAL_ADDRESS'];
const logs = listenToLogs();

let stateDir: string;
let fleet: SecretFleet;
let engine: Engine;
let client: ClientConnection;
let workerConnection: WorkerConnection;
let workers: Workers;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'rollout-secrets-'));
  fleet = await startSecretFleet(stateDir);
  const executable = await findTemporalExecutable({ config: readConfig() });
  engine = await startEngine({ executable, dbFile: join(stateDir, 'temporal.db') });
  process.env['TEMPORAL_ADDRESS'] = engine.address;
  client = await connectClient(engine);
  workerConnection = await connectWorker(engine);
  workers = await startWorkers({
    connection: workerConnection.connection,
    namespace: engine.namespace,
    activities: withLeak(createActivities(workerDependencies(fleet.config, client.client))),
    workflowBundle: await workflowBundle(join(projectDir(), '.cache')),
    shutdownGraceMs: 1,
  });
}, 300_000);

afterAll(async () => {
  await workers?.shutdown();
  await workerConnection?.close();
  await client?.close();
  await engine?.stop();
  await fleet?.close();
  if (addressBefore === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = addressBefore;
  await rm(stateDir, { recursive: true, force: true });
}, 300_000);

/** The first look at the host `planted` lets its password slip in every way that a step has. */
function withLeak(activities: Activities): Activities {
  return {
    ...activities,
    async check(input) {
      if (input.hostId !== 'planted') return activities.check(input);
      const { log, heartbeat } = Context.current();
      log.info('login', { answer: { authorization: basic(planted) } });
      const seen = once(heartbeatSeen, 'seen');
      heartbeat({ password: planted });
      await seen;
      throw new Failure('login-refused', `the password ${planted} was refused`, {
        facts: { authorization: basic(planted) },
      });
    },
  };
}

const basic = (password: string): string =>
  `Basic ${Buffer.from(`Administrator:${password}`).toString('base64')}`;

/** A command line as a person of this fleet types it; what it prints is a trace. */
async function typed(...argv: string[]): Promise<{ run: CliRun; trace: Trace }> {
  const run = await rollout(argv, { env: fleet.config.environment });
  return { run, trace: textTrace(`output of ${argv.join(' ')}`, run.stdout + run.stderr) };
}

interface Carried {
  readonly traces: readonly Trace[];
  readonly heartbeats: number;
}

/** Carries a plan out and gathers everything that is left of it, or could be seen while it ran. */
async function carriedOut(planFile: string, id: string): Promise<Carried> {
  const pending: Trace[] = [];
  let heartbeats = 0;
  const ended = new AbortController();
  const looking = (async () => {
    while (!ended.signal.aborted) {
      const now = await pendingTraces(client.client);
      heartbeats += now.heartbeats.length;
      pending.push(...now.heartbeats, ...now.failures);
      if (now.heartbeats.length > 0) heartbeatSeen.dispatchEvent(new Event('seen'));
      // Each look costs the server that carries the rollout; without a pause they took half of the time.
      await pause(100);
    }
  })();
  const shown = await typed('start', planFile, '--id', id, '--wait').finally(() => ended.abort());
  await looking;
  const printed = [
    await typed('status', id),
    await typed('status', id, '--json'),
    await typed('list', '--json'),
    await typed('report', id, '--format', 'json'),
    await typed('report', id, '--format', 'csv'),
    await typed('report', id, '--format', 'html'),
  ];
  return {
    heartbeats,
    traces: [
      ...pending,
      shown.trace,
      ...printed.map(({ trace }) => trace),
      ...(await historyTraces(client.client)),
      ...logs.traces(),
      ...(await fileTraces(stateDir, [fleet.config.secretsDir])),
    ],
  };
}

const kindsOf = (sentences: readonly string[]): string[] =>
  [...new Set(sentences.map((sentence) => sentence.split(':')[0] ?? ''))].toSorted();

describe('a rollout over every way of logging in', () => {
  let kept: Carried;
  beforeAll(async () => {
    kept = await carriedOut(fleet.planFile, 'kept');
  }, 300_000);

  it('uses every secret: some log in, some are refused, some cannot be read', async () => {
    const { run } = await typed('status', 'kept', '--json');
    const status = JSON.parse(run.stdout) as RolloutStatus;
    const ends = status.hosts.map((host) => [host.hostId, host.outcome, host.reason?.code]);
    expect(ends).toEqual([
      ['winrm-https', 'fixed', expect.anything()],
      ['winrm-http', 'fixed', expect.anything()],
      ['ntlm-http', 'fixed', expect.anything()],
      ['ntlm-https', 'fixed', expect.anything()],
      ['ssh-password', 'fixed', expect.anything()],
      ['ssh-key', 'fixed', expect.anything()],
      ['install-fails', 'mitigated', expect.anything()],
      ['ssh-install-fails', 'mitigated', expect.anything()],
      ['winrm-refused', 'unreachable', 'login-refused'],
      ['ssh-refused', 'unreachable', 'login-refused'],
      ['malformed', 'unreachable', 'credential-malformed'],
      ['misshaped', 'unreachable', 'credential-malformed'],
    ]);
    expect(fleet.secrets.length).toBeGreaterThan(25);
  });

  it('leaves traces of every kind to be searched', () => {
    const wheres = kept.traces.map(({ where }) => where);
    expect(wheres).toEqual(
      expect.arrayContaining([
        'history rollout/kept',
        'history assess/kept/1',
        'history host/ssh-key',
        'description host/ssh-key',
        'file ledger.jsonl',
        'file temporal.db',
        'file fleet.yaml',
        expect.stringMatching(/^file previews\/[0-9a-f]{64}\.json$/),
        'output of report kept --format html',
      ]),
    );
    expect(kept.heartbeats).toBeGreaterThan(0);
    expect(wheres.filter((where) => where.startsWith('log entry')).length).toBeGreaterThan(50);
  });

  it('shows none of the secrets in any of them', () => {
    expect(leaksIn(kept.traces, fleet.secrets)).toEqual([]);
  });

  it('shows none of the keys that sealed a session', () => {
    // Two for each login: one at either end.
    expect(sessionKeys.length).toBeGreaterThan(10);
    const keys = sessionKeys.map((value, at) => ({ name: `session key ${at}`, value }));
    expect(leaksIn(kept.traces, keys)).toEqual([]);
  });

  it('nor does the doctor, who reads them himself', async () => {
    const runs = [
      await typed('doctor', fleet.fleetFile),
      await typed('doctor', fleet.fleetFile, '--json'),
    ];
    expect(runs[0]?.run.stdout).toContain('winrm-refused');
    expect(
      leaksIn(
        runs.map(({ trace }) => trace),
        fleet.secrets,
      ),
    ).toEqual([]);
  });
});

describe('a step that lets a password slip', () => {
  let leaks: string[];
  beforeAll(async () => {
    const { traces } = await carriedOut(fleet.plantedPlanFile, 'planted');
    leaks = leaksIn(traces, [{ name: 'planted', value: planted }]);
  }, 300_000);

  it.each([
    { what: 'its heartbeat', leak: /^heartbeat check of host\/planted: planted/ },
    { what: 'the history of its host', leak: /^history host\/planted: planted/ },
    { what: 'the history of the rollout', leak: /^history rollout\/planted: planted/ },
    { what: 'a log line', leak: /^log entry \d+: planted, base64 of UTF-8$/ },
    { what: 'the progress', leak: /^output of start .*: planted/ },
    { what: 'the status', leak: /^output of status planted --json: planted/ },
    { what: 'the report as JSON', leak: /^output of report planted --format json: planted/ },
    { what: 'the report as CSV', leak: /^output of report planted --format csv: planted/ },
    { what: 'the report as HTML', leak: /^output of report planted --format html: planted/ },
    { what: 'the database of the server', leak: /^file temporal\.db(-wal)?: planted/ },
  ])('is found in $what', ({ leak }) => {
    expect(leaks).toContainEqual(expect.stringMatching(leak));
  });

  it('is found in nothing that has no part in it', () => {
    expect(kindsOf(leaks).filter((where) => /kept|ledger|fleet|previews/.test(where))).toEqual([]);
  });
});
