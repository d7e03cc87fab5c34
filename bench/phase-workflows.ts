import {
  condition,
  defineQuery,
  defineSignal,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';

export const phaseQuery = defineQuery<string>('phase');
export const endSignal = defineSignal('end');

const phases = ['check', 'stage', 'drain', 'apply', 'reboot', 'wait-back', 'verify', 'restore'];

/** A host's way without the host: eight phases, told by search attribute or kept for a query, then waits to be ended. */
export async function phasesWorkflow(how: 'search-attribute' | 'query'): Promise<void> {
  let phase = '';
  let ended = false;
  setHandler(phaseQuery, () => phase);
  setHandler(endSignal, () => {
    ended = true;
  });
  for (phase of phases) {
    if (how === 'search-attribute') upsertSearchAttributes({ HostId: [phase] });
    await sleep(1);
  }
  await condition(() => ended);
}
