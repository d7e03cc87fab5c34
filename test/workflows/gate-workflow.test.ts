import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../contracts/activities';
import type {
  Gate,
  GateAnswer,
  GateWorkflowInput,
  Measurement,
  MeasureInput,
} from '../../contracts/gate';
import { gateWorkflowId } from '../../contracts/ids';
import { rolloutQueue, workflowTypes } from '../../contracts/names';
import { measurementOf, sampleGate } from '../domain/gate/sample-gate';
import { hash } from '../activities/run-step';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import { createFakeWorld } from './fake-world';

let engine: TestEngine;
let workers: Workers;
/** What is measured for one owner, so that all share one worker. */
const measures = new Map<string, Activities['measure']>();

beforeAll(async () => {
  engine = await startTestEngine();
  const measure = (input: MeasureInput) =>
    measures.get(input.owner)?.(input) ?? Promise.reject(new Error('nobody asks for that'));
  workers = await engine.startWorkers({ ...createFakeWorld().activities, measure });
});
afterAll(async () => {
  await workers.shutdown();
  await engine.stop();
});

const quick: Gate = { ...sampleGate, initialDelayMs: 1, intervalMs: 1 };

async function started(
  gate: Partial<Gate>,
  measure: Activities['measure'],
  more: Partial<GateWorkflowInput> = {},
) {
  const owner = `r-${randomUUID()}`;
  measures.set(owner, measure);
  const input: GateWorkflowInput = {
    owner,
    previewHash: hash,
    gate: { ...quick, ...gate },
    hostId: null,
    ...more,
  };
  const handle = await engine.client.workflow.start(workflowTypes.gate, {
    workflowId: gateWorkflowId(owner, 1),
    taskQueue: rolloutQueue,
    args: [input],
  });
  return { owner, handle, answer: () => handle.result() as Promise<GateAnswer> };
}

/** Measurements one after the other; the last one repeats. */
function scripted(...phases: readonly Measurement['phase'][]) {
  const asked: MeasureInput[] = [];
  const measure = async (input: MeasureInput): Promise<Measurement> => {
    const phase = phases[Math.min(asked.length, phases.length - 1)] ?? 'error';
    asked.push(input);
    return measurementOf(phase, `answer ${asked.length}`);
  };
  return { asked, measure };
}

it('measures until the count is reached, each time the gate as it is', async () => {
  const { asked, measure } = scripted('successful', 'error', 'failed', 'successful');
  const gate = { ...quick, count: 3, failureLimit: 1 };
  const { owner, answer } = await started(gate, measure);
  const { phase, measurements } = await answer();
  expect(phase).toBe('successful');
  expect(measurements.map(({ message }) => message)).toEqual([
    'answer 1',
    'answer 2',
    'answer 3',
    'answer 4',
  ]);
  expect(asked).toHaveLength(4);
  expect(asked[3]).toEqual({ owner, previewHash: hash, gate, hostId: null });
});

it('stops at the measurement that closes it', async () => {
  const { asked, measure } = scripted('successful', 'failed', 'successful');
  const { answer } = await started({ count: 5 }, measure);
  expect(await answer()).toMatchObject({ phase: 'failed', reason: { code: 'gate-closed' } });
  expect(asked).toHaveLength(2);
});

it('goes on from what an earlier run has measured', async () => {
  const { asked, measure } = scripted('successful');
  const record = {
    successful: 8,
    failed: 0,
    inconclusive: 0,
    errors: 3,
    consecutiveErrors: 0,
    last: [measurementOf('successful', 'before')],
  };
  const { answer } = await started({ count: 9 }, measure, { record });
  const { phase, reason, measurements } = await answer();
  expect(phase).toBe('successful');
  expect(reason.facts).toMatchObject({ successful: 9, errors: 3 });
  expect(measurements.map(({ message }) => message)).toEqual(['before', 'answer 1']);
  expect(asked).toHaveLength(1);
});

it('goes on in a new run when its history is full, and forgets nothing', async () => {
  const { asked, measure } = scripted('successful', 'error', 'successful', 'successful', 'failed');
  const gate = { count: 5, failureLimit: 1, intervalMs: 1 };
  const { handle, answer } = await started(gate, measure, { historyEvents: 20 });
  const { phase, reason, measurements } = await answer();
  expect(phase).toBe('failed');
  expect(reason.facts).toMatchObject({ successful: 3, failed: 2, errors: 1 });
  expect(measurements).toHaveLength(asked.length);
  const { runId } = await handle.describe();
  expect(runId).not.toBe(handle.firstExecutionRunId);
});

it('takes a worker that fails for a measurement that could not be taken', async () => {
  const measure = () =>
    Promise.reject(
      ApplicationFailure.nonRetryable('the disk of the worker is full', 'unexpected-output'),
    );
  const { answer } = await started({ consecutiveErrorLimit: 1 }, measure);
  expect(await answer()).toMatchObject({
    phase: 'error',
    reason: { code: 'gate-not-asked', message: expect.stringContaining('the disk of the worker') },
    measurements: [{ phase: 'error' }, { phase: 'error' }],
  });
});

it.each([
  { while: 'it waits for its first measurement', gate: { initialDelayMs: 3_600_000 } },
  { while: 'it waits between two', gate: { count: 2, intervalMs: 3_600_000 } },
])('that is called off while $while has no answer', async ({ gate }) => {
  const { asked, measure } = scripted('successful');
  const { handle, answer } = await started(gate, measure);
  const wanted = 'initialDelayMs' in gate ? 0 : 1;
  // Each question is answered by a worker, so that this waits for events, not for time.
  while ((await handle.fetchHistory()).events?.filter(isTimer).length !== 1 + wanted);
  await handle.cancel();
  expect(await answer()).toMatchObject({
    phase: 'inconclusive',
    reason: { code: 'gate-called-off', facts: { successful: wanted } },
  });
  expect(asked).toHaveLength(wanted);
});

it('that is called off while a measurement is taken does not wait for it', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isTaken: () => void = () => undefined;
  const taken = new Promise<void>((resolve) => {
    isTaken = resolve;
  });
  const { handle, answer } = await started({}, async () => {
    isTaken();
    await held;
    return measurementOf('successful');
  });
  await taken;
  await handle.cancel();
  const { phase, reason } = await answer();
  release();
  expect(phase).toBe('inconclusive');
  expect(reason.code).toBe('gate-called-off');
});

const isTimer = ({
  timerStartedEventAttributes,
}: object & { timerStartedEventAttributes?: unknown }) =>
  timerStartedEventAttributes !== undefined && timerStartedEventAttributes !== null;
