import {
  executeChild,
  getExternalWorkflowHandle,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../contracts/activities';
import { hostWorkflowId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import { reason } from '../../contracts/reason';
import type { Reason } from '../../contracts/reason';
import type { RolloutInput } from '../../contracts/rollout';
import type { SlotNews } from '../../contracts/slots';
import type { RolloutCommand, RolloutEvent } from '../../domain/rollout';
import { calendarOptions, fleetOptions, slotOptions } from '../activity-options';
import { gateWorkflow } from '../gate-workflow';
import { noticeWorkflow } from '../notice-workflow';
import { stageWorkflow } from '../stage-workflow';
import { stepFailureOf } from '../step-failure';
import { gateChild, noticeChild, stageChild } from './child-options';

type Of<T extends RolloutCommand['type']> = Extract<RolloutCommand, { type: T }>;

/** Everything that is asked of the world beside hosts and assessments; each question ends as an event. */
export interface Outside {
  readCalendar(command: Of<'readCalendar'>): void;
  readFleet(command: Of<'readFleet'>): void;
  stageAhead(command: Of<'stageAhead'>): void;
  askGate(command: Of<'askGate'>): void;
  tellSets(command: Of<'tellSets'>): void;
  notify(command: Of<'notify'>): void;
  endWaits(hostId: HostId): void;
  /** Why this host is not to be begun: its entry in the fleet is another one now, or nobody knows. */
  changeOf(hostId: HostId): Promise<Reason | null>;
  /** Settles when all that was told is told; a run that ended before would take it along. */
  settled(): Promise<void>;
}

const { readCalendar } = proxyActivities<Activities>(calendarOptions);
const { findChanged } = proxyActivities<Activities>(fleetOptions);
const { tellSlots } = proxyActivities<Activities>(slotOptions);

export function createOutside(input: RolloutInput, take: (event: RolloutEvent) => void): Outside {
  return { ...asking(input, take), ...telling(input) };
}

function asking(
  input: RolloutInput,
  take: (event: RolloutEvent) => void,
): Omit<Outside, keyof Telling> {
  const { previewHash, control } = input;
  const changedAmong = (hosts: readonly HostId[]) =>
    findChanged({ previewHash, fleetFile: control?.fleetFile ?? '', hosts });
  return {
    readCalendar({ from, until }) {
      const calendar = control?.calendar ?? { windows: [], blackouts: [] };
      void readCalendar({ calendar, from, until }).then(
        (reading) => take({ type: 'calendarRead', reading }),
        (error: unknown) => take({ type: 'calendarUnread', reason: reasonOf(error) }),
      );
    },
    readFleet({ hosts }) {
      void changedAmong(hosts).then(
        (changed) => take({ type: 'fleetRead', changed }),
        (error: unknown) => take({ type: 'fleetUnread', reason: reasonOf(error) }),
      );
    },
    stageAhead(command) {
      void executeChild(stageWorkflow, stageChild(input, command))
        .catch(() => undefined)
        .then(() => take({ type: 'staged' }));
    },
    askGate({ run, gate: name, hostId }) {
      const gate = control?.gates.find((one) => one.name === name);
      if (gate === undefined) throw new TypeError(`no gate ${name}`);
      void executeChild(gateWorkflow, gateChild(input, { run, gate, hostId }))
        .catch((error: unknown) => ({
          phase: 'error' as const,
          reason: reasonOf(error),
          measurements: [],
        }))
        .then((answer) => take({ type: 'gateAnswered', run, answer }));
    },
    async changeOf(hostId) {
      if ((control?.fleetFile ?? null) === null) return null;
      try {
        const [changed] = await changedAmong([hostId]);
        return changed === undefined ? null : reason('changed-since-approval', changed.why);
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

type Telling = Pick<Outside, 'tellSets' | 'notify' | 'endWaits' | 'settled'>;

function telling(input: RolloutInput): Telling {
  const underWay = new Set<Promise<unknown>>();
  const keep = (told: Promise<unknown>): void => {
    // What could not be told to people or sets is seen in the history; it never stops a rollout.
    const settled: Promise<unknown> = told
      .catch(() => undefined)
      .finally(() => underWay.delete(settled));
    underWay.add(settled);
  };
  let notices = 0;
  return {
    tellSets(command) {
      for (const { set, news } of newsOf(input, command)) keep(tellSlots({ set, news }));
    },
    notify({ notice, phase }) {
      notices += 1;
      const id = `${workflowInfo().runId.slice(0, 8)}-${notices}`;
      for (const channel of input.control?.notify ?? [])
        if (channel.events.includes(notice.event))
          keep(startChild(noticeWorkflow, noticeChild(input, { id, notice, phase, channel })));
    },
    endWaits(hostId) {
      keep(getExternalWorkflowHandle(hostWorkflowId(hostId)).signal(messages.endWaits));
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

const reasonOf = (error: unknown): Reason => {
  const { code, message } = stepFailureOf(error);
  return reason(code, message);
};

/** Sets in the order of their names, each with what it has to know. */
function newsOf(
  { rolloutId: owner, sets }: RolloutInput,
  { healthy, down, cause }: Of<'tellSets'>,
): { readonly set: string; readonly news: SlotNews[] }[] {
  const whyDown = new Map(down.map(({ hostId, why }) => [hostId, why]));
  const up = new Set(healthy);
  return sets
    .map(({ name: set, hosts }) => ({
      set,
      news: hosts.flatMap((hostId): SlotNews[] => {
        const why = whyDown.get(hostId);
        if (why !== undefined) return [{ kind: 'down', hostId, owner, cause, why }];
        return up.has(hostId) ? [{ kind: 'found-healthy', hostId, owner }] : [];
      }),
    }))
    .filter(({ news }) => news.length > 0);
}
