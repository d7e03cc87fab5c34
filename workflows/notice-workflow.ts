import { ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { NotifyInput } from '../contracts/notification';
import { notifyOptions } from './activity-options';
import { stepFailureOf } from './step-failure';

const { notify } = proxyActivities<Pick<Activities, 'notify'>>(notifyOptions);

/**
 * Carries one notice to one channel. It is a workflow of its own, which nobody waits for: a mail server that is away for
 * a night delays neither a rollout nor its end. Whether it arrived is seen in its history, and nowhere else.
 */
export async function noticeWorkflow(input: NotifyInput): Promise<void> {
  try {
    await notify(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { code, message, advice } = stepFailureOf(error);
    throw ApplicationFailure.create({
      type: code,
      message,
      nonRetryable: true,
      details: advice === undefined ? [] : [{ advice }],
    });
  }
}
