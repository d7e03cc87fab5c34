import {
  CancellationScope,
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../contracts/activities';
import { messages } from '../../contracts/names';
import type { Health } from '../../contracts/outcome';
import type { SlotAnswer, SlotNews } from '../../contracts/slots';
import type { HostSet, HostWorkflowInput } from '../../contracts/steps';
import { wordsOfAnswer } from '../../domain/slots';
import { slotOptions } from '../activity-options';
import { tellRollout } from './tell-rollout';

export const slotGranted = defineSignal<[string]>(messages.slotGranted);

/**
 * Slots of a host in its availability sets, which all rollouts share. Without `sets` nothing is asked, told or waited
 * for, so that executions which an earlier release began replay.
 */
export interface HostSlots {
  /**
   * Waits until the host has a slot of each of its sets. Asked again while it has them, it has them. A cancellation
   * gets through, after what was asked for was withdrawn: the host must not have been touched.
   */
  take(): Promise<void>;
  /**
   * Gives them back, or keeps them taken for as long as the host is down; `why` is one sentence. Nothing of a host that
   * has none.
   */
  giveBack(available: boolean, why: string): Promise<void>;
  /** Of a host that was given its slots and then not touched: it is counted as it was before. */
  withdraw(): Promise<void>;
  /** Of a host that was given back and is down again: it is counted from now on. */
  takeDown(why: string): Promise<void>;
  /** Of a host that was looked at and is not to be changed: how it was found. */
  found(health: Health, why: string): Promise<void>;
}

type Waited = Extract<SlotAnswer, { granted: false }>;

const { askSlot, tellSlots } = proxyActivities<Activities>(slotOptions);

const minute = 60_000;
/** Between two questions of one that waits; what comes free is told at once, this is for what got lost. */
const pausesMs = [1, 2, 4, 8, 10].map((minutes) => minutes * minute);

type SlotsInput = Pick<HostWorkflowInput, 'hostId' | 'rolloutId' | 'sets'>;

export function createSlots({ hostId, rolloutId: owner, sets = [] }: SlotsInput): HostSlots {
  // The same order for all hosts, so that no two wait for each other.
  const inOrder = sets.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const who = { hostId, owner };
  const takeOne = createTaking(who, inOrder.length > 0);
  const withdraw = (some: readonly HostSet[]) => tellAll(some, { kind: 'withdrawn', ...who });
  let isHeld = false;
  return {
    async take() {
      const asked: HostSet[] = [];
      let waited = false;
      try {
        for (const set of inOrder) {
          asked.push(set);
          waited = (await takeOne(set)) || waited;
        }
      } catch (error) {
        await withdraw(asked);
        throw error;
      }
      isHeld = true;
      if (waited) await tell(messages.slotsHeld, { hostId });
    },
    async giveBack(available, why) {
      if (!isHeld) return;
      isHeld = false;
      const news: SlotNews = available
        ? { kind: 'healthy', ...who }
        : { kind: 'down', ...who, cause: 'left-down', why };
      await tellAll(inOrder, news);
    },
    async withdraw() {
      isHeld = false;
      await withdraw(inOrder);
    },
    async takeDown(why) {
      await tellAll(inOrder, { kind: 'down', ...who, cause: 'found-down', why });
    },
    async found(health, why) {
      if (health === 'healthy') await tellAll(inOrder, { kind: 'found-healthy', ...who });
      if (health === 'unhealthy')
        await tellAll(inOrder, { kind: 'down', ...who, cause: 'found-down', why });
    },
  };
}

/** Waits for the slot of one set; tells whether it had to. */
function createTaking(who: Pick<SlotNews, 'hostId' | 'owner'>, isAsking: boolean) {
  const called = new Set<string>();
  let told = '';
  if (isAsking) setHandler(slotGranted, (set) => void called.add(set));
  const ask = ({ name: set, maxUnavailable }: HostSet): Promise<SlotAnswer> => {
    const { workflowId, runId } = workflowInfo();
    called.delete(set);
    return askSlot({ set, request: { ...who, maxUnavailable, workflowId, runId } });
  };
  /** Once per change: a rollout takes 10,000 signals in its life. */
  const tellWaiting = async (set: string, answer: Waited): Promise<void> => {
    const now = `${set} ${String(answer.stuck)}`;
    if (told === now) return;
    told = now;
    const message = wordsOfAnswer(set, answer);
    await tell(messages.slotsAwaited, { hostId: who.hostId, set, stuck: answer.stuck, message });
  };
  return async (set: HostSet): Promise<boolean> => {
    for (let times = 0; ; times++) {
      const answer = await ask(set);
      if (answer.granted) {
        told = '';
        return times > 0;
      }
      await tellWaiting(set.name, answer);
      const pauseMs = pausesMs[Math.min(times, pausesMs.length - 1)] ?? minute;
      await condition(() => called.has(set.name), pauseMs);
    }
  };
}

const tellAll = (some: readonly HostSet[], news: SlotNews): Promise<unknown> =>
  CancellationScope.nonCancellable(() =>
    Promise.all(some.map(({ name }) => tellSlots({ set: name, news: [news] }))),
  );

/** Without a rollout, or with one that was terminated, nobody has to know. */
const tell = (signal: string, what: unknown): Promise<unknown> =>
  CancellationScope.nonCancellable(() => tellRollout(signal, what));
