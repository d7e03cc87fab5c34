import {
  defineQuery,
  defineSignal,
  executeChild,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { hostWorkflowId } from '../../../contracts/ids';
import { messages, rolloutQueue } from '../../../contracts/names';
import type { SlotsAwaited, SlotsHeld } from '../../../contracts/slots';
import type { HostWorkflowInput } from '../../../contracts/steps';
import { createSlots } from '../../../workflows/host/slots';

export { availabilityWorkflow } from '../../../workflows/availability-workflow';

export type Holder = Pick<HostWorkflowInput, 'hostId' | 'rolloutId' | 'sets'>;

/** What is done while a host has its slots; false: the host is down after it. */
export interface HolderActivities {
  work(hostId: string): Promise<boolean>;
}

const { work } = proxyActivities<HolderActivities>({
  taskQueue: rolloutQueue,
  startToCloseTimeout: '2m',
});

/** A host as far as slots go: takes them, is worked on, gives them back. */
export async function holder(input: Holder): Promise<boolean> {
  const slots = createSlots(input);
  await slots.take();
  const available = await work(input.hostId);
  await slots.giveBack(available, `${input.hostId} did not come back`);
  return available;
}

/** Takes its slots and ends before the host is touched. */
export async function shyHolder(input: Holder): Promise<void> {
  const slots = createSlots(input);
  await slots.take();
  await slots.withdraw();
}

/** A host that was given back, fell down again and was brought up. */
export async function fallingHolder(input: Holder): Promise<void> {
  const slots = createSlots(input);
  await slots.take();
  await slots.giveBack(true, 'up');
  await slots.takeDown('the symptom is back');
  await slots.take();
  await work(input.hostId);
  await slots.giveBack(true, 'up again');
}

export const heard = defineQuery<readonly string[]>('heard');

/** A rollout as far as slots go: begins all its hosts at once and keeps what they tell it. */
export async function rollout(hosts: readonly Holder[]): Promise<readonly string[]> {
  const words: string[] = [];
  setHandler(heard, () => words);
  setHandler(defineSignal<[SlotsAwaited]>(messages.slotsAwaited), ({ hostId, set, stuck }) => {
    words.push(`${hostId} awaits ${set}${stuck ? ', which is stuck' : ''}`);
  });
  setHandler(defineSignal<[SlotsHeld]>(messages.slotsHeld), ({ hostId }) => {
    words.push(`${hostId} holds`);
  });
  await Promise.all(
    hosts.map((input) =>
      executeChild(holder, {
        workflowId: hostWorkflowId(input.hostId),
        args: [input],
        memo: { rolloutId: input.rolloutId },
      }),
    ),
  );
  return words;
}
