import { randomUUID } from 'node:crypto';
import type { AssessmentProgress } from '../../contracts/assessment';
import { assessWorkflowId } from '../../contracts/ids';
import { messages, rolloutQueue, workflowTypes } from '../../contracts/names';
import type { AssessWorkflowInput, AssessWorkflowResult } from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { FakeWorld } from './fake-world';
import { createFakeWorld } from './fake-world';
import { hosts, rolloutInput } from './samples';

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

async function assess(input: Partial<AssessWorkflowInput>) {
  const owner = `a-${randomUUID()}`;
  const { previewHash, hotfix } = rolloutInput({ id: 'r', hosts: [] });
  const handle = await engine.client.workflow.start(workflowTypes.assess, {
    workflowId: assessWorkflowId(owner),
    taskQueue: rolloutQueue,
    args: [{ owner, previewHash, hotfix, hosts: [], ...input }],
  });
  return {
    result: () => handle.result() as Promise<AssessWorkflowResult>,
    piece: (index: number) =>
      handle.query<HostAssessment[], [number]>(messages.assessmentPiece, index),
    progress: () => handle.query<AssessmentProgress>(messages.assessmentProgress),
  };
}

it('asks 60 hosts in batches of 25 and answers in their order, facts in pieces', async () => {
  const all = hosts(60, 'asked');
  world.behave(all[30]!, { state: 'suspect' });
  const assessment = await assess({ hosts: all });
  const { hosts: answered, pieces } = await assessment.result();
  expect(answered.map(({ hostId }) => hostId)).toEqual(all);
  expect(answered[30]).toMatchObject({ state: 'suspect', reason: { code: 'sample-suspect' } });
  expect(world.calls.toSorted()).toEqual(['assess 10', 'assess 25', 'assess 25']);
  expect(pieces).toBe(3);
  // One after another: a worker without a cache answers two queries of one run at the same time with silence.
  const facts = [
    ...(await assessment.piece(0)),
    ...(await assessment.piece(1)),
    ...(await assessment.piece(2)),
  ];
  expect(facts.map(({ hostId }) => hostId)).toEqual(all);
  expect(facts[0]).toMatchObject({ reached: true, facts: { os: { known: true } } });
  expect(await assessment.piece(3)).toEqual([]);
  expect(await assessment.progress()).toMatchObject({ done: 60, total: 60 });
});

it('loses no host of a batch that fails: they could not be asked, the others are unharmed', async () => {
  const all = hosts(60, 'lost');
  world.failBatchOf(all[25]!, 'preview-missing');
  const { hosts: answered } = await (await assess({ hosts: all, parallel: 1 })).result();
  expect(answered.map(({ hostId }) => hostId)).toEqual(all);
  expect(answered.filter(({ state }) => state === null).map(({ hostId }) => hostId)).toEqual(
    all.slice(25, 50),
  );
  expect(answered[25]).toEqual({
    hostId: all[25],
    state: null,
    applicable: 'unknown',
    health: 'unknown',
    package: null,
    reason: { code: 'preview-missing', message: 'the batch failed' },
  });
});

it('fails with the code of the refusal when no worker has the preview', async () => {
  world.refuseAdmission('preview-changed');
  const assessment = await assess({ hosts: hosts(1, 'refused') });
  await expect(assessment.result()).rejects.toMatchObject({ cause: { type: 'preview-changed' } });
  expect(world.calls).toEqual([]);
});
