import { condition } from '@temporalio/workflow';
import type { RolloutCommand } from '../../domain/rollout';
import type { Children } from './children';
import type { Decisions } from './decisions';

/**
 * Children started in one workflow task. Each carries the hotfix and the policies, about 5 KB, and one task's commands
 * travel in one message of at most 4 MB.
 */
const startedAtOnce = 50;

/** Carries commands out, in order, until the rollout ends or goes on in a new run. */
export async function carryOut(
  decisions: Decisions,
  children: Children,
): Promise<'finish' | 'continueAsNew'> {
  for (;;) {
    await condition(() => decisions.hasNext());
    const starting: Promise<void>[] = [];
    let command: RolloutCommand | undefined;
    while (starting.length < startedAtOnce && (command = decisions.next()) !== undefined) {
      const { type } = command;
      if (type === 'finish' || type === 'continueAsNew') return type;
      if (type === 'startHost') starting.push(children.startHost(command));
      else if (type === 'cancelHost') children.cancelHost(command.hostId);
      else if (type === 'giveSlots') children.giveSlots(command.hostId);
      else children.startAssessment(command);
    }
    // The next ones go into a later task, and an order like "start, then cancel" finds its child.
    await Promise.all(starting);
  }
}
