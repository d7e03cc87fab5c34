import { Context } from '@temporalio/activity';
import { createReadCalendar } from '../../activities/read-calendar';
import type { Activities } from '../../contracts/activities';
import type { FailureCode } from '../../contracts/failures';
import { Failure } from '../../contracts/failures';
import type { HostId, RolloutId } from '../../contracts/ids';
import type { AffectedState } from '../../contracts/outcome';
import type { PendingReboot } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type {
  ApplyResult,
  CheckResult,
  HookInput,
  HookReport,
  HookResult,
  InspectedPackage,
  StepTarget,
} from '../../contracts/steps';
import { factsOf, verdictOf } from './samples';

export type StepName = keyof Activities;
type HookName = 'priorState' | 'drain' | 'restore';

/** How one host behaves. Without a word it is affected and everything works. */
export interface Behaviour {
  readonly state?: AffectedState;
  /** Steps that fail with this code, every time or so often. */
  readonly fails?: Partial<Record<StepName, { code: FailureCode; times?: number }>>;
  /** What applying gives, one per time; the last one repeats. */
  readonly applies?: readonly Partial<ApplyResult>[];
  readonly back?: false | 'never-went' | 'never-came-back';
  /** The package is not in after the reboot. */
  readonly notInstalled?: boolean;
  /** The package was there before, or is there although nothing is said of it. */
  readonly installed?: boolean;
  /** What servicing says of the package before it is applied. */
  readonly inspected?: Partial<InspectedPackage>;
  readonly fileVersions?: { readonly [path: string]: string };
  /** Somebody else's reboot is pending. */
  readonly rebootPending?: boolean;
  /** A service that ran does not run after the first reboot. */
  readonly losesService?: boolean;
  /** Symptoms that each look at a watched host finds, one number per look; the last one repeats. */
  readonly symptoms?: readonly (number | null)[];
  readonly fallbackProblems?: readonly string[];
  readonly hookExitCodes?: Partial<Record<HookName, number>>;
  /** What the hooks report. */
  readonly hookReports?: Partial<Record<HookName, Partial<HookReport>>>;
}

/** The world behind the activities: hosts with state, a record of every call, and gates that hold a step until opened. */
export interface FakeWorld {
  readonly activities: Activities;
  /** `step host` in the order of the calls. */
  readonly calls: readonly string[];
  callsOf(host: HostId): string[];
  /** `hook state` in the order of the calls; the state is the one that the hook was given. */
  hooksOf(host: HostId): readonly string[];
  behave(host: HostId, behaviour: Behaviour): void;
  /** Holds this step of this host; resolves `reached` when it is there. */
  hold(step: StepName, host: HostId): Gate;
  /** Batches whose first host is this one fail. */
  failBatchOf(host: HostId, code: FailureCode): void;
  refuseAdmission(code: FailureCode | null): void;
  setHolder(by: RolloutId | null): void;
}

export interface Gate {
  readonly reached: Promise<void>;
  open(): void;
}

interface HostState {
  boots: number;
  installed: boolean;
  applied: number;
  watched: number;
  removing: boolean;
  failed: Map<StepName, number>;
}

export function createFakeWorld(): FakeWorld {
  const behaviours = new Map<HostId, Behaviour>();
  const states = new Map<HostId, HostState>();
  const calls: string[] = [];
  const hooksGiven = new Map<HostId, string[]>();
  const gates = new Map<string, { reach: () => void; opened: Promise<void> }>();
  const badBatches = new Map<HostId, FailureCode>();
  let refusal: FailureCode | null = null;
  let holder: RolloutId | null = null;

  const behaviourOf = (host: HostId) => behaviours.get(host) ?? {};
  const stateOf = (host: HostId): HostState => {
    const found = states.get(host) ?? {
      boots: 1,
      installed: behaviourOf(host).installed === true,
      applied: 0,
      watched: 0,
      removing: false,
      failed: new Map<StepName, number>(),
    };
    states.set(host, found);
    return found;
  };
  const step = async (name: StepName, host: HostId): Promise<void> => {
    calls.push(`${name} ${host}`);
    const gate = gates.get(`${name} ${host}`);
    if (gate !== undefined) {
      gate.reach();
      await held(gate.opened);
    }
    const failing = behaviourOf(host).fails?.[name];
    const { failed } = stateOf(host);
    const times = failed.get(name) ?? 0;
    if (failing === undefined || times >= (failing.times ?? Infinity)) return;
    failed.set(name, times + 1);
    throw new Failure(failing.code, `${host}: ${name} failed`, { facts: { host } });
  };
  const look = async (name: StepName, { hostId }: StepTarget): Promise<CheckResult> => {
    await step(name, hostId);
    const { boots, installed } = stateOf(hostId);
    const { state: given, rebootPending, losesService, fileVersions } = behaviourOf(hostId);
    const state = installed ? 'already-fixed' : (given ?? 'affected');
    const facts = factsOf(boots, installed ? 'installed' : 'absent');
    return {
      facts: {
        ...facts,
        ...(fileVersions === undefined ? {} : { fileVersions: known(fileVersions) }),
        ...(rebootPending === true && boots === 1 ? { pendingReboot: pendingReboot() } : {}),
        ...(losesService === true && boots === 2 ? { services: known([]) } : {}),
      },
      verdict: verdictOf(state),
      durationMs: 1,
    };
  };
  const hook = async (name: HookName, { hostId: host, prior }: HookInput): Promise<HookResult> => {
    hooksGiven.set(host, [...(hooksGiven.get(host) ?? []), `${name} ${prior}`]);
    await step(name, host);
    const { hookExitCodes, hookReports } = behaviourOf(host);
    const exitCode = hookExitCodes?.[name] ?? 0;
    const report = hookReports?.[name];
    return {
      exitCode,
      outputTail: exitCode === 0 ? '' : `${name} says no`,
      ...(report === undefined
        ? {}
        : { report: { state: report.state ?? null, drainedBy: report.drainedBy ?? null } }),
      durationMs: 1,
    };
  };

  const activities: Activities = {
    async admit() {
      if (refusal !== null) throw new Failure(refusal, 'the preview is not here');
    },
    readCalendar: createReadCalendar(),
    findChanged: () => Promise.resolve([]),
    holder: async () => holder,
    notify: () => Promise.resolve(),
    prepareStanding: () => Promise.reject(new Failure('bad-request', 'no standing plan is here')),
    askSlot: () => Promise.resolve({ granted: true }),
    tellSlots: () => Promise.resolve(),
    async assess({ hosts }) {
      calls.push(`assess ${hosts.length}`);
      const bad = hosts[0] === undefined ? undefined : badBatches.get(hosts[0]);
      if (bad !== undefined) throw new Failure(bad, 'the batch failed');
      return hosts.map((hostId) => ({
        hostId,
        reached: true,
        verdict: verdictOf(behaviourOf(hostId).state ?? 'affected'),
        facts: factsOf(1, behaviourOf(hostId).installed === true ? 'installed' : 'absent'),
      }));
    },
    check: (input) => look('check', input),
    verify: (input) => look('verify', input),
    async stage({ hostId, package: { sha256, bytes } }) {
      await step('stage', hostId);
      const folder = 'C:\\Windows\\Temp\\KB3004383';
      return {
        folder,
        path: `${folder}\\x.msu`,
        sha256,
        how: 'uploaded',
        bytes: bytes ?? 0,
        durationMs: 1,
      };
    },
    async inspect({ hostId, staged, hotfix }) {
      await step('inspect', hostId);
      const one: InspectedPackage = {
        cabinet: `${staged.folder}\\x.cab`,
        identity: `${hotfix.install.packageIdentity}x`,
        applicable: true,
        state: 'absent',
        restart: 'required',
        ...behaviourOf(hostId).inspected,
      };
      return { packages: [one], durationMs: 1 };
    },
    async watch({ hostId }) {
      await step('watch', hostId);
      const scripted = behaviourOf(hostId).symptoms ?? [0];
      const state = stateOf(hostId);
      const symptoms = scripted[Math.min(state.watched++, scripted.length - 1)] ?? null;
      return { symptoms, firstAt: null, hostTime: null };
    },
    async measure({ gate, hostId }) {
      calls.push(`measure ${gate.name}${hostId === null ? '' : ` ${hostId}`}`);
      return { phase: 'successful', message: 'all is well', at: '2026-08-01T00:00:00.000Z' };
    },
    async remove({ hostId, attempt }) {
      await step('remove', hostId);
      stateOf(hostId).removing = true;
      return {
        how: 'removed',
        exitCode: 3010,
        package: { state: 'uninstall-pending', identity: 'Package_for_KB3004383~x' },
        task: `KB3004383-${attempt}`,
        logTail: '',
        durationMs: 1,
      };
    },
    priorState: (input) => hook('priorState', input),
    drain: (input) => hook('drain', input),
    restore: (input) => hook('restore', input),
    async apply({ hostId, attempt }) {
      await step('apply', hostId);
      const state = stateOf(hostId);
      const scripted = behaviourOf(hostId).applies ?? [];
      const given = scripted[Math.min(state.applied, scripted.length - 1)] ?? {};
      state.applied++;
      return {
        how: 'installed',
        exitCode: 3010,
        package: { state: 'install-pending', identity: 'Package_for_KB3004383~x' },
        task: `KB3004383-${attempt}`,
        logTail: '',
        durationMs: 1,
        ...given,
      };
    },
    async reboot({ hostId }) {
      await step('reboot', hostId);
      return { how: 'asked', at: '2026-08-01T00:00:00.000Z' };
    },
    async waitBack({ hostId }) {
      await step('waitBack', hostId);
      const { back, notInstalled } = behaviourOf(hostId);
      if (back !== undefined && back !== false) {
        return { back: false, code: back, message: `${hostId} ${back}` };
      }
      const state = stateOf(hostId);
      state.boots++;
      state.installed = state.applied > 0 && notInstalled !== true && !state.removing;
      const boot = factsOf(state.boots, 'installed').boot;
      if (!boot.known) throw new Error('the sample has a boot');
      return { back: true, boot: boot.value, downMs: 1000, reboots: 1 };
    },
    async fallback({ hostId }) {
      await step('fallback', hostId);
      return {
        services: [{ name: 'MSExchangeADTopology', processBefore: 11, processAfter: 12 }],
        appPools: [],
        symptomSince: false,
        problems: behaviourOf(hostId).fallbackProblems ?? [],
        durationMs: 1,
      };
    },
    async cleanUp({ hostId }) {
      await step('cleanUp', hostId);
    },
  };

  return {
    activities,
    calls,
    callsOf: (host) =>
      calls.filter((call) => call.endsWith(` ${host}`)).map((call) => call.split(' ')[0] ?? ''),
    hooksOf: (host) => hooksGiven.get(host) ?? [],
    behave: (host, behaviour) => void behaviours.set(host, behaviour),
    hold(name, host) {
      const [reached, reach] = later();
      const [opened, open] = later();
      gates.set(`${name} ${host}`, { reach, opened });
      return { reached, open };
    },
    failBatchOf: (host, code) => void badBatches.set(host, code),
    refuseAdmission: (code) => {
      refusal = code;
    },
    setHolder: (by) => {
      holder = by;
    },
  };
}

const pendingReboot = (): Answer<PendingReboot> =>
  known({ servicing: true, windowsUpdate: false, fileRename: false, servicingInProgress: 0 });

/** Like a real activity it sends heartbeats and lets go when it is cancelled or its worker stops. */
async function held(opened: Promise<void>): Promise<void> {
  const { heartbeat, cancelled } = Context.current();
  const timer = setInterval(heartbeat, 200);
  try {
    await Promise.race([opened, cancelled]);
  } finally {
    clearInterval(timer);
  }
}

function later(): [Promise<void>, () => void] {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return [promise, settle];
}
