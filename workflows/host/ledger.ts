import { messages } from '../../contracts/names';
import type { HookReport, HostWorkflowInput, PriorState } from '../../contracts/steps';
import { tellRollout } from './tell-rollout';

/** What draining takes from the host and restoring puts back; the rollout keeps a copy, should this workflow be ended. */
export interface Ledger {
  /** False in executions of earlier releases, whose hooks kept everything for themselves. */
  readonly isKept: boolean;
  /** An earlier run drained the host, and this one has not tried to restore it yet. */
  readonly isOwed: boolean;
  /** What was found before draining: null when nothing was reported, undefined when no ledger is kept. */
  readonly state: string | null | undefined;
  /** Who else has the host out of service; null: nobody. */
  readonly drainedBy: string | null;
  /** Keeps what was found and tells the rollout; before the host is drained, so that it is known however that ends. */
  note(report: HookReport | undefined): Promise<void>;
  /** Takes up what a drain reports, where nothing better is known: its second try would report what the first one did. */
  noteDrain(report: HookReport | undefined): Promise<void>;
  /** From here on nothing is owed to the next run of this workflow by this one. */
  close(): void;
  /** Tells the rollout that the host has back what was taken from it. */
  settle(): Promise<void>;
}

const nothing: PriorState = { state: null, drainedBy: null };

export function createLedger({ hostId, sets, owed, policy }: HostWorkflowInput): Ledger {
  const { priorState, restore } = policy.hooks;
  const isKept = sets !== undefined || owed !== undefined;
  // Without a hook that restores, nothing is ever owed.
  const isTold = isKept && restore !== null;
  let isOwed = owed !== undefined && owed.drainedBy === null;
  let prior = owed ?? nothing;
  const settle = async (): Promise<void> => {
    if (isTold) await tellRollout(messages.hostRestored, { hostId });
  };
  const note = async (report: HookReport = nothing): Promise<void> => {
    if (!isKept) return;
    prior = report;
    if (isTold && prior.drainedBy === null) {
      await tellRollout(messages.hostDrained, { hostId, prior });
    }
  };
  return {
    isKept,
    get isOwed() {
      return isOwed;
    },
    get state() {
      return isKept ? prior.state : undefined;
    },
    get drainedBy() {
      return prior.drainedBy;
    },
    note,
    async noteDrain(report) {
      const isKnown = isOwed || (priorState ?? null) !== null;
      if (report === undefined || isKnown || !isKept) return;
      await note(report);
      if (report.drainedBy !== null) await settle();
    },
    close() {
      isOwed = false;
    },
    settle,
  };
}
