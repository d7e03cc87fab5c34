import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { hostId, hostWorkflowId, rolloutId } from '../../contracts/ids';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { FakeWorld } from './fake-world';
import { createFakeWorld } from './fake-world';
import { hosts, rolloutInput } from './samples';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';

let engine: TestEngine;
let world: FakeWorld;
let workers: Workers;

beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  world = createFakeWorld();
  workers = await engine.startWorkers(world.activities);
});
afterEach(() => workers.shutdown());

let number = 0;
const newId = () => `r${++number}`;
/** Names of hosts are the ids of workflows: no two tests share one. */
const someHosts = (count: number) => hosts(count, `t${number + 1}`);

describe('a rollout', () => {
  it('changes the canary first, then the others, and ends completed', async () => {
    const [canary, ...others] = someHosts(4);
    const all = [canary!, ...others];
    const rollout = await startRollout(engine, rolloutInput({ id: newId(), hosts: all }));
    const status = await rollout.result();
    expect(status).toMatchObject({ phase: 'done', result: 'completed', wave: 2 });
    expect(new Set(Object.values(outcomesOf(status)))).toEqual(new Set(['fixed']));
    const canaryEnds = world.calls.indexOf(`cleanUp ${canary}`);
    for (const other of others) {
      expect(world.calls.indexOf(`check ${other}`)).toBeGreaterThan(canaryEnds);
    }
  });

  it('starts no other host when the canary fails, and says which rule stopped it', async () => {
    const all = someHosts(5);
    world.behave(all[0]!, { applies: [{ exitCode: 1603, package: absent }] });
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: all, hostPolicy: { fallback: { when: [] } } }),
    );
    const status = await rollout.result();
    expect(status).toMatchObject({ result: 'stopped-by-budget', phase: 'done' });
    expect(outcomesOf(status)).toEqual({
      [all[0]!]: 'failed',
      ...Object.fromEntries(all.slice(1).map((host) => [host, 'not-started'])),
    });
    expect(world.calls.filter((call) => call.startsWith('check'))).toEqual([`check ${all[0]}`]);
  });

  it('gives hosts that need no change their outcome without starting a workflow for them', async () => {
    const [fixed, healthy, owed] = someHosts(3);
    world.behave(fixed!, { state: 'already-fixed' });
    world.behave(healthy!, { state: 'not-affected' });
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: [fixed!, healthy!, owed!] }),
    );
    const status = await rollout.result();
    expect(Object.values(outcomesOf(status))).toEqual(['already-fixed', 'not-affected', 'fixed']);
    expect(hostOf(status, fixed)).toMatchObject({ runId: null, attempts: 0 });
    expect(hostOf(status, owed).runId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('fails with the code of the refusal when no worker has the preview', async () => {
    world.refuseAdmission('preview-missing');
    const rollout = await startRollout(engine, rolloutInput({ id: newId(), hosts: someHosts(1) }));
    const error: unknown = await rollout.result().catch((thrown: unknown) => thrown);
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({
      type: 'preview-missing',
      message: 'the preview is not here',
    });
    expect(world.calls).toEqual([]);
  });
});

describe('an operator', () => {
  it('pauses: what is in flight finishes, nothing else starts until it is resumed', async () => {
    const [first, second] = someHosts(2);
    const gate = world.hold('apply', first!);
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: [first!, second!] }),
    );
    await gate.reached;
    expect((await rollout.operate({ operation: 'pause' })).phase).toBe('paused');
    gate.open();
    await untilStatus(rollout, (status) => hostOf(status, first).outcome === 'fixed');
    expect(await rollout.status()).toMatchObject({
      phase: 'paused',
      operations: [{ operation: 'pause', author: 'ada', reason: 'because' }],
    });
    expect(world.callsOf(second!)).toEqual([]);
    await rollout.operate({ operation: 'resume' });
    expect(Object.values(outcomesOf(await rollout.result()))).toEqual(['fixed', 'fixed']);
  });

  it('aborts: a host before its change is not started, one in its change is finished', async () => {
    const [canary, changing, checking, queued] = someHosts(4);
    const applying = world.hold('apply', changing!);
    const looking = world.hold('stage', checking!);
    const rollout = await startRollout(
      engine,
      rolloutInput({
        id: newId(),
        hosts: [canary!, changing!, checking!, queued!],
        policy: { maxConcurrency: 2 },
      }),
    );
    await Promise.all([applying.reached, looking.reached]);
    expect((await rollout.operate({ operation: 'abort' })).phase).toBe('aborting');
    await untilStatus(rollout, (seen) => hostOf(seen, checking).outcome === 'not-started');
    applying.open();
    const status = await rollout.result();
    expect(status.result).toBe('aborted');
    expect(Object.values(outcomesOf(status))).toEqual([
      'fixed',
      'fixed',
      'not-started',
      'not-started',
    ]);
    expect(hostOf(status, checking).reason?.code).toBe('cancelled-before-change');
    expect(world.callsOf(queued!)).toEqual([]);
  });

  it('aborts by cancelling the workflow with a tool of Temporal, just as safely', async () => {
    const [first, second] = someHosts(2);
    const gate = world.hold('apply', first!);
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: [first!, second!] }),
    );
    await gate.reached;
    await rollout.handle.cancel();
    await untilStatus(rollout, (status) => status.phase === 'aborting');
    gate.open();
    const status = await rollout.result();
    expect(status.result).toBe('aborted');
    expect(Object.values(outcomesOf(status))).toEqual(['fixed', 'not-started']);
    expect(status.operations).toMatchObject([{ operation: 'abort', author: 'temporal' }]);
  });

  it('skips a queued host, and retries one that failed', async () => {
    const [first, second, third] = someHosts(3);
    world.behave(first!, { fails: { stage: { code: 'disk-full', times: 1 } } });
    const gate = world.hold('check', second!);
    const rollout = await startRollout(
      engine,
      rolloutInput({
        id: newId(),
        hosts: [first!, second!, third!],
        policy: { serial: ['100%'], maxConcurrency: 1, maxErrors: 1 },
      }),
    );
    await gate.reached;
    expect(hostOf(await rollout.status(), first)).toMatchObject({ outcome: 'failed', attempts: 1 });
    await rollout.operate({ operation: 'skip', hostId: third! });
    await rollout.operate({ operation: 'retry', hostId: first! });
    gate.open();
    const status = await rollout.result();
    expect(Object.values(outcomesOf(status))).toEqual(['fixed', 'fixed', 'skipped']);
    expect(hostOf(status, first).attempts).toBe(2);
  });

  it('gets the same answer for the same update id, and nothing happens twice', async () => {
    const [first, second] = someHosts(2);
    const gate = world.hold('apply', first!);
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: [first!, second!] }),
    );
    await gate.reached;
    const once = await rollout.operate({ operation: 'pause' }, 'the-same');
    const again = await rollout.operate({ operation: 'pause' }, 'the-same');
    expect(again).toEqual(once);
    expect((await rollout.status()).operations).toHaveLength(1);
    gate.open();
    await rollout.operate({ operation: 'abort' });
    await rollout.result();
  });

  it('is refused what makes no sense, before it enters the history', async () => {
    const [first, second] = someHosts(2);
    const gate = world.hold('apply', first!);
    const rollout = await startRollout(
      engine,
      rolloutInput({ id: newId(), hosts: [first!, second!] }),
    );
    await gate.reached;
    const stranger = hostId('stranger');
    expect(await rollout.refusalOf({ operation: 'resume' })).toBe('not-paused');
    expect(await rollout.refusalOf({ operation: 'pause', author: ' ' })).toBe('author-missing');
    expect(await rollout.refusalOf({ operation: 'pause', reason: '' })).toBe('reason-missing');
    expect(await rollout.refusalOf({ operation: 'skip', hostId: stranger })).toBe('not-in-plan');
    expect(await rollout.refusalOf({ operation: 'skip', hostId: first! })).toBe('cannot-skip');
    expect(await rollout.refusalOf({ operation: 'retry', hostId: first! })).toBe('cannot-retry');
    await rollout.operate({ operation: 'pause' });
    expect(await rollout.refusalOf({ operation: 'pause' })).toBe('already-paused');
    await rollout.operate({ operation: 'abort' });
    expect(await rollout.refusalOf({ operation: 'resume' })).toBe('already-stopping');
    const accepted = (await rollout.handle.fetchHistory()).events?.filter(
      (event) => event.workflowExecutionUpdateAcceptedEventAttributes != null,
    );
    expect(accepted).toHaveLength(2);
    gate.open();
    await rollout.result();
  });
});

describe('the workflow of a host', () => {
  it('that was terminated makes the host failed; a retry fixes it', async () => {
    const [first, second] = someHosts(2);
    const gate = world.hold('apply', first!);
    const waiting = world.hold('apply', second!);
    const rollout = await startRollout(
      engine,
      rolloutInput({
        id: newId(),
        hosts: [first!, second!],
        policy: { serial: ['100%'], maxErrors: 1 },
      }),
    );
    await Promise.all([gate.reached, waiting.reached]);
    await engine.client.workflow.getHandle(hostWorkflowId(first!)).terminate('by hand');
    await untilStatus(rollout, (status) => hostOf(status, first).outcome === 'failed');
    expect(hostOf(await rollout.status(), first).reason?.code).toBe('workflow-terminated');
    gate.open();
    await rollout.operate({ operation: 'retry', hostId: first! });
    waiting.open();
    const status = await rollout.result();
    expect(Object.values(outcomesOf(status))).toEqual(['fixed', 'fixed']);
    expect(hostOf(status, first).attempts).toBe(2);
  });

  it('belongs to one rollout: another one waits, is told by whom, and goes on when it is free', async () => {
    const [shared, own] = someHosts(2);
    const gate = world.hold('apply', shared!);
    const ownerId = newId();
    const owner = await startRollout(engine, rolloutInput({ id: ownerId, hosts: [shared!] }));
    await gate.reached;
    world.setHolder(rolloutId(ownerId));
    const other = await startRollout(
      engine,
      rolloutInput({
        id: newId(),
        hosts: [shared!, own!],
        policy: { serial: ['100%'], takenRetryMs: 300 },
      }),
    );
    await untilStatus(
      other,
      (status) =>
        hostOf(status, own).outcome === 'fixed' && hostOf(status, shared).standing === 'taken',
    );
    expect(hostOf(await other.status(), shared).reason).toMatchObject({
      code: 'held-by',
      facts: { by: ownerId },
    });
    gate.open();
    expect(Object.values(outcomesOf(await owner.result()))).toEqual(['fixed']);
    const status = await other.result();
    expect(status.result).toBe('completed');
    expect(Object.values(outcomesOf(status))).toEqual(['already-fixed', 'fixed']);
    expect(status.budget.errors).toBe(0);
  });
});

const absent = { state: 'absent', identity: null } as const;
