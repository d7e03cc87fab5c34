import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createNotify } from '../../activities/notify';
import { noticeWorkflowId } from '../../contracts/ids';
import { rolloutQueue, workflowTypes } from '../../contracts/names';
import type { NotifyInput } from '../../contracts/notification';
import type { Preview } from '../../contracts/preview';
import type { Workers } from '../../workers/worker';
import type { Receiver } from '../activities/notice-receivers';
import { startReceiver } from '../activities/notice-receivers';
import { noticeTo, webhookTo } from '../activities/notify-scene';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import { createFakeWorld } from './fake-world';

let engine: TestEngine;
let workers: Workers;
let receiver: Receiver;
let answers: readonly number[];

beforeAll(async () => {
  engine = await startTestEngine();
  receiver = await startReceiver((response, count) => {
    const status = answers[Math.min(count, answers.length) - 1] ?? 200;
    response.writeHead(status, status === 429 ? { 'retry-after': '3' } : {}).end();
  });
  const preview = { content: { notify: [webhookTo(receiver.url)] } } as unknown as Preview;
  const notify = createNotify({
    previews: { read: () => Promise.resolve(preview) },
    resolveCredential: () => Promise.reject(new Error('nothing is asked for')),
    now: Date.now,
  });
  workers = await engine.startDeciders({ ...createFakeWorld().activities, notify });
});
afterAll(async () => {
  await workers.shutdown();
  await receiver.close();
  await engine.stop();
});

const carry = (input: NotifyInput): Promise<void> =>
  engine.client.workflow.execute(workflowTypes.notice, {
    workflowId: noticeWorkflowId(input.noticeId),
    taskQueue: rolloutQueue,
    args: [input],
  });

it('a receiver that is busy at first is left alone as long as it says, and then told the same', async () => {
  answers = [429, 200];
  const noticeId = randomUUID();
  await carry(noticeTo(webhookTo(receiver.url), { noticeId }));
  const [first, second, ...more] = receiver.received;
  expect(more).toEqual([]);
  expect([first, second].map((one) => one?.headers['x-rollout-notice'])).toEqual([
    noticeId,
    noticeId,
  ]);
  expect(second?.body).toBe(first?.body);
  const [refusedAt = 0, toldAt = 0] = receiver.received.map(({ headers }) =>
    Number(headers['x-rollout-timestamp']),
  );
  // The retry policy alone would have waited for one second.
  expect(toldAt - refusedAt).toBeGreaterThanOrEqual(3);
});

it('a receiver that wants none of it is asked once, and the workflow fails with what it said', async () => {
  answers = [410];
  const begun = receiver.received.length;
  const error: unknown = await carry(
    noticeTo(webhookTo(receiver.url), { noticeId: randomUUID() }),
  ).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  expect(cause).toMatchObject({
    type: 'notice-refused',
    message: 'channel night-shift: the server answered 410',
  });
  expect(receiver.received.length - begun).toBe(1);
});
