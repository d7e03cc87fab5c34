import { activityInfo } from '@temporalio/activity';
import { valueOf } from '../contracts/parsed.schema';
import type { AskSlotInput, Lease, SlotAnswer, SlotNews } from '../contracts/slots';
import { parseAskSlotInput } from '../contracts/slots.schema';
import type { ActivityDependencies } from './dependencies';
import { updateIdOf } from './tell-slots';

/**
 * Asks for a slot. Where it is refused, those who have the slots are looked at: a workflow that was terminated gives
 * nothing back, and whoever waits for it must learn that nothing under way ends the wait.
 */
export const createAskSlot =
  (deps: Pick<ActivityDependencies, 'slots' | 'holderOf'>) =>
  async (raw: AskSlotInput): Promise<SlotAnswer> => {
    const { set, request } = valueOf(parseAskSlotInput(raw), 'a request for a slot');
    const updateId = updateIdOf(activityInfo());
    const answer = await deps.slots.ask(set, request, updateId);
    if (answer.granted) return answer;
    const gone = await goneAmong(deps, answer.takenBy);
    if (gone.length === 0) return answer;
    await deps.slots.tell(set, gone, `${updateId}/gone`);
    return deps.slots.ask(set, request, `${updateId}/again`);
  };

async function goneAmong(
  { holderOf }: Pick<ActivityDependencies, 'holderOf'>,
  leases: readonly Lease[],
): Promise<SlotNews[]> {
  const inWork = leases.filter(({ cause }) => cause === 'in-work');
  const looked = await Promise.all(
    inWork.map(async ({ hostId, owner, since }): Promise<SlotNews[]> => {
      const isThere = (await holderOf(hostId)) === owner;
      return isThere ? [] : [{ kind: 'gone', hostId, owner, since }];
    }),
  );
  return looked.flat();
}
