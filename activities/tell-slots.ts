import { activityInfo } from '@temporalio/activity';
import type { Info } from '@temporalio/activity';
import { valueOf } from '../contracts/parsed.schema';
import type { TellSlotsInput } from '../contracts/slots';
import { parseTellSlotsInput } from '../contracts/slots.schema';
import type { ActivityDependencies } from './dependencies';

/** Tells the owner of a set's slots how hosts stand. */
export const createTellSlots =
  (deps: Pick<ActivityDependencies, 'slots'>) =>
  async (raw: TellSlotsInput): Promise<void> => {
    const { set, news } = valueOf(parseTellSlotsInput(raw), 'news of hosts');
    await deps.slots.tell(set, news, updateIdOf(activityInfo()));
  };

/** The same for every try of one activity, so that what an earlier one got through is not done twice. */
export const updateIdOf = ({ workflowExecution, activityId }: Info): string =>
  [workflowExecution?.workflowId, workflowExecution?.runId, activityId].join('/');
