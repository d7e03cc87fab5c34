import { defineQuery, isCancellation, patched, setHandler } from '@temporalio/workflow';
import { currentHotfix } from '../contracts/earlier-hotfix';
import { messages } from '../contracts/names';
import type { RolloutAction } from '../contracts/plan';
import type { HostProgress, HostResult } from '../contracts/rollout';
import type { HostWorkflowInput } from '../contracts/steps';
import type { HostEnd } from '../domain/host';
import { cancelledBeforeChange, onlyRestored } from '../domain/host';
import { fix } from './host/fix';
import type { Host } from './host/host';
import { payBack } from './host/host';
import { createLedger } from './host/ledger';
import { mitigate } from './host/mitigate';
import { createRecorder } from './host/recorder';
import { rollBack } from './host/roll-back';
import { createSlots } from './host/slots';
import { createSteps } from './host/steps';
import { createWaits } from './host/waits';

export const hostStatus = defineQuery<HostProgress>(messages.hostStatus);

const ways: { readonly [action in RolloutAction]: (host: Host) => Promise<HostEnd> } = {
  fix,
  mitigate,
  rollback: rollBack,
};

/** Carries one hotfix, its workaround or its removal onto one host. */
export async function hostWorkflow(given: HostWorkflowInput): Promise<HostResult> {
  const input = { ...given, hotfix: currentHotfix(given.hotfix) };
  const recorder = createRecorder(input);
  setHandler(hostStatus, recorder.progress);
  const isCurrent = patched('rules-as-data');
  const host: Host = {
    ...input,
    steps: createSteps(input, recorder),
    ledger: createLedger(input),
    slots: createSlots(input),
    waits: createWaits(),
    isCurrent,
  };
  const end = input.restoreOnly === true ? onlyRestored : await walk(host);
  return recorder.finish(await payBack(host, end));
}

/** A cancellation gets through only while the host is as it was. */
async function walk(host: Host): Promise<HostEnd> {
  try {
    return await ways[host.action ?? 'fix'](host);
  } catch (error) {
    if (isCancellation(error)) return cancelledBeforeChange;
    throw error;
  }
}
