import { ApplicationFailure, isCancellation, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { AdmitInput } from '../contracts/steps';
import { admissionOptions } from './activity-options';
import { stepFailureOf } from './step-failure';

const { admit } = proxyLocalActivities<Pick<Activities, 'admit'>>(admissionOptions);

/**
 * The first thing a workflow does: anyone with Temporal's own tools can start one past the client, so that the worker
 * looks again. What it refuses fails the workflow with the code and the sentence of the refusal.
 */
export async function admission(input: AdmitInput): Promise<void> {
  try {
    await admit(input);
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
