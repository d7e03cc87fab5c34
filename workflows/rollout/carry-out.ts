import { condition } from '@temporalio/workflow';
import type { RolloutCommand } from '../../domain/rollout';
import type { Children } from './children';
import type { Outside } from './outside';
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
  outside: Outside,
): Promise<'finish' | 'continueAsNew'> {
  for (;;) {
    await condition(() => decisions.hasNext());
    const starting: Promise<void>[] = [];
    let command: RolloutCommand | undefined;
    while (starting.length < startedAtOnce && (command = decisions.next()) !== undefined) {
      const { type } = command;
      if (type === 'finish' || type === 'continueAsNew') {
        await outside.settled();
        return type;
      }
      if (type === 'startHost') starting.push(children.startHost(command));
      else carryOutOne(command, children, outside);
    }
    // The next ones go into a later task, and an order like "start, then cancel" finds its child.
    await Promise.all(starting);
  }
}

type Lasting = Exclude<RolloutCommand, { type: 'startHost' | 'finish' | 'continueAsNew' }>;

function carryOutOne(command: Lasting, children: Children, outside: Outside): void {
  switch (command.type) {
    case 'cancelHost':
      return children.cancelHost(command.hostId);
    case 'giveSlots':
      return children.giveSlots(command.hostId);
    case 'assess':
      return children.startAssessment(command);
    case 'endWaits':
      return outside.endWaits(command.hostId);
    case 'readCalendar':
      return outside.readCalendar(command);
    case 'readFleet':
      return outside.readFleet(command);
    case 'stageAhead':
      return outside.stageAhead(command);
    case 'askGate':
      return outside.askGate(command);
    case 'tellSets':
      return outside.tellSets(command);
    case 'notify':
      return outside.notify(command);
    default:
      throw new TypeError(`unexpected ${JSON.stringify(command satisfies never)}`);
  }
}
