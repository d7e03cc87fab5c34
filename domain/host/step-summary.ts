import type {
  ApplyResult,
  CheckResult,
  FallbackResult,
  HookResult,
  InspectedPackage,
  InspectResult,
  RebootResult,
  RemoveResult,
  StageResult,
  WaitBackResult,
  WatchResult,
} from '../../contracts/steps';
import { pendingRebootPolicy, pendingRebootWarning } from '../hotfix';

/** What a step found or did, as one sentence for evidence and reports, and whether it did what it is for. */
export interface StepSummary {
  readonly ok: boolean;
  readonly summary: string;
}

function packageWords({ identity, applicable, state, restart }: InspectedPackage): string {
  const applies = {
    true: 'applies',
    false: 'does not apply',
    null: 'does not say whether it applies',
  }[`${applicable}`];
  const asks = restart === null ? '' : `, restart: ${restart}`;
  return `${identity} ${applies}, ${state}${asks}`;
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

export const summaryOf = {
  check: ({ verdict, facts }: CheckResult): StepSummary => {
    const pending = pendingRebootPolicy(facts) ?? pendingRebootWarning(facts);
    const why = [verdict.reasons[0]?.message, pending?.message].filter(
      (text) => text !== undefined,
    );
    return { ok: true, summary: `${verdict.state}: ${why.join(' ')}` };
  },

  stage: (result: StageResult): StepSummary => {
    const { how, path, bytes, durationMs, way, resumedFrom = 0 } = result;
    const by = { sftp: ' by SFTP', commands: ' through commands', unknown: '' }[way ?? 'unknown'];
    const before = resumedFrom === 0 ? '' : `, ${resumedFrom} of them by an earlier try`;
    const summary = {
      'already-there': `the package was there already: ${path}`,
      uploaded: `uploaded ${bytes} bytes${by} to ${path} in ${seconds(durationMs)}${before}`,
      pulled: `the host pulled ${bytes} bytes to ${path} in ${seconds(durationMs)}`,
    }[how];
    return { ok: true, summary };
  },

  inspect: ({ packages }: InspectResult): StepSummary => ({
    ok: true,
    summary: packages.map(packageWords).join('; '),
  }),

  /** @param restored state that was put back */
  hook: ({ exitCode, report, durationMs }: HookResult, restored?: string | null): StepSummary => {
    const state = report?.state ?? null;
    const drainedBy = report?.drainedBy ?? null;
    const found = state === null ? '' : `; it found the state ${state}`;
    const who = drainedBy === null ? '' : `; drained by ${drainedBy}`;
    const back =
      restored === undefined || restored === null ? '' : `; state to put back: ${restored}`;
    return {
      ok: exitCode === 0,
      summary: `the hook ended with exit code ${exitCode} after ${seconds(durationMs)}${found}${who}${back}`,
    };
  },

  apply: ({ how, exitCode, package: found, durationMs }: ApplyResult): StepSummary => {
    const what = {
      installed: 'the installer ran',
      watched: 'watched an installer that had been started before',
      'found-installed': 'the package was installed already',
      'found-pending': 'the package was installed already and waits for a reboot',
    }[how];
    const code = exitCode === null ? '' : `, exit code ${exitCode}`;
    return { ok: true, summary: `${what}${code}, package ${found.state}, ${seconds(durationMs)}` };
  },

  remove: ({ how, exitCode, package: found, durationMs }: RemoveResult): StepSummary => {
    const what = {
      removed: 'the removal ran',
      watched: 'watched a removal that had been started before',
      'found-absent': 'the package was not installed',
      'found-pending': 'the package was removed already and waits for a reboot',
    }[how];
    const code = exitCode === null ? '' : `, exit code ${exitCode}`;
    return { ok: true, summary: `${what}${code}, package ${found.state}, ${seconds(durationMs)}` };
  },

  /** @param since time of the host's own clock from which on symptoms counted */
  watch: ({ symptoms, firstAt, hostTime, why }: WatchResult, since?: string): StepSummary => {
    if (symptoms === null) {
      const how = why === undefined ? '' : `: ${why}`;
      return { ok: false, summary: `whether the symptom was logged could not be told${how}` };
    }
    if (symptoms > 0) {
      const times = symptoms === 1 ? 'once' : `${symptoms} times`;
      const first = firstAt === null ? '' : `, first at ${firstAt}`;
      return { ok: false, summary: `the symptom was logged ${times}${first}` };
    }
    const from = since === undefined ? '' : ` since ${since}`;
    const until = hostTime === null ? '' : ` until ${hostTime}`;
    return { ok: true, summary: `quiet${from}${until}` };
  },

  reboot: ({ how }: RebootResult): StepSummary => {
    const what = {
      asked: 'a reboot was asked for',
      'already-scheduled': 'a shutdown was under way already',
      'already-rebooted': 'the host had rebooted already',
    }[how];
    return { ok: true, summary: what };
  },

  waitBack: (result: WaitBackResult): StepSummary => {
    return result.back
      ? {
          ok: true,
          summary: `back after ${seconds(result.downMs)}, ${result.reboots} ${result.reboots === 1 ? 'reboot' : 'reboots'}`,
        }
      : { ok: false, summary: result.message };
  },

  fallback: ({ services, appPools, problems, done }: FallbackResult): StepSummary => {
    const restarted = services.length + appPools.length > 0;
    const did = restarted
      ? `restarted ${services.length} services, recycled ${appPools.length} application pools`
      : (done ?? []).map(({ what }) => what).join(', ') || 'nothing was done';
    return { ok: problems.length === 0, summary: [did, ...problems].join('; ') };
  },
} as const;
