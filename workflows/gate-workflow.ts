import {
  continueAsNew,
  isCancellation,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { GateAnswer, GateWorkflowInput, Measurement } from '../contracts/gate';
import { addMeasurement, callOffGate, emptyRecord, judgeGate } from '../domain/gate';
import { measureOptions } from './activity-options';
import { stepFailureOf } from './step-failure';

/** Asks a gate until it has an answer. A cancellation is an answer too, at any time: it was not asked to its end. */
export async function gateWorkflow(input: GateWorkflowInput): Promise<GateAnswer> {
  const { gate } = input;
  let record = input.record ?? emptyRecord;
  try {
    for (;;) {
      const judged = judgeGate(gate, record);
      if (judged.done) return judged.answer;
      if (judged.nextInMs > 0) await sleep(judged.nextInMs);
      record = addMeasurement(record, await measured(input));
      if (isFull(input)) await continueAsNew<typeof gateWorkflow>({ ...input, record });
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return callOffGate(gate, record);
  }
}

function isFull({ historyEvents = Infinity }: GateWorkflowInput): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= historyEvents;
}

async function measured({
  owner,
  previewHash,
  gate,
  hostId,
}: GateWorkflowInput): Promise<Measurement> {
  const { measure } = proxyActivities<Activities>(measureOptions(gate));
  try {
    return await measure({ owner, previewHash, gate, hostId });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = stepFailureOf(error);
    return { phase: 'error', message, at: new Date().toISOString() };
  }
}
