/**
 * Names of things that cross a process boundary, and the workflow ids made of them. Every workflow id is built by a
 * function with a tested inverse, so that nothing ever takes an id apart by hand.
 */

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Name of one Windows machine, unique in the fleet: letters, digits, `.`, `_`, `-`; at most 63 characters. */
export type HostId = Branded<string, 'HostId'>;
/** Name of one rollout: letters, digits, `.`, `_`, `-`; at most 100 characters. */
export type RolloutId = Branded<string, 'RolloutId'>;
/** SHA-256 of a preview's canonical JSON, 64 lower-case hex digits. */
export type PreviewHash = Branded<string, 'PreviewHash'>;

export const hostIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const rolloutIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const previewHashPattern = /^[0-9a-f]{64}$/;
/** Of runs of workflows: UUIDs, as the server makes them. */
export const runIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of availability sets. */
export const setNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** Of standing plans: with the time of an opening behind it, it is the name of a rollout. */
export const standingNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** Of notices: it becomes part of a workflow id, a header and a Message-ID. */
export const noticeIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/;

const checked =
  <T extends string>(pattern: RegExp, what: string) =>
  (text: string): T => {
    if (!pattern.test(text)) throw new RangeError(`${JSON.stringify(text)} is not a ${what}`);
    return text as T;
  };

/** @throws RangeError when the text is not a host id. */
export const hostId = checked<HostId>(hostIdPattern, 'host id');
/** @throws RangeError when the text is not a rollout id. */
export const rolloutId = checked<RolloutId>(rolloutIdPattern, 'rollout id');
/** @throws RangeError when the text is not a preview hash. */
export const previewHash = checked<PreviewHash>(previewHashPattern, 'preview hash');

/** A host has one master: the id carries no rollout, so that two rollouts cannot change one host at the same time. */
export const hostWorkflowId = (host: HostId): string => `host/${host}`;
export const rolloutWorkflowId = (rollout: RolloutId): string => `rollout/${rollout}`;
/** `round` tells the assessments of one owner apart: 1 is the first, later ones are retries. */
export const assessWorkflowId = (owner: string, round = 1): string => `assess/${owner}/${round}`;
/** `run` tells the questions of one owner apart. */
export const gateWorkflowId = (owner: string, run: number): string => `gate/${owner}/${run}`;

/** Packages of one rollout brought to its hosts ahead of a window. */
export const stageWorkflowId = (rollout: RolloutId, from: number): string =>
  `stage/${rollout}/${from}`;
export const noticeWorkflowId = (noticeId: string): string => `notice/${noticeId}`;

/** Owner of the slots of one availability set, fleet-wide: all rollouts ask the same one. */
export const availabilityWorkflowId = (set: string): string => `availability/${set}`;

/** Id of the schedule; what it starts has its time behind it. */
export const standingScheduleId = (name: string): string => `standing/${name}`;

/**
 * One rollout for each opening of a standing plan: its name is made of the moment at which the window opens, so that no
 * second firing can carry the same opening out again.
 */
export const standingRolloutId = (name: string, opensAt: number): RolloutId =>
  rolloutId(`${name}-${new Date(opensAt).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}`);

export const hostIdOf = (workflowId: string): HostId | undefined => {
  const rest = after(workflowId, 'host/', hostIdPattern);
  return rest === undefined ? undefined : hostId(rest);
};
export const rolloutIdOf = (workflowId: string): RolloutId | undefined => {
  const rest = after(workflowId, 'rollout/', rolloutIdPattern);
  return rest === undefined ? undefined : rolloutId(rest);
};
export const availabilitySetOf = (workflowId: string): string | undefined =>
  after(workflowId, 'availability/', setNamePattern);

export const standingNameOf = (scheduleId: string): string | undefined =>
  after(scheduleId, 'standing/', standingNamePattern);

/** Whether a rollout is one of this standing plan; `night` is not the plan of `night-2-20261205T2100`. */
export const isStandingRollout = (rollout: string, name: string): boolean =>
  rollout.startsWith(`${name}-`) && /^\d{8}T\d{4}$/.test(rollout.slice(name.length + 1));

function after(text: string, prefix: string, pattern: RegExp): string | undefined {
  const rest = text.slice(prefix.length);
  return text.startsWith(prefix) && pattern.test(rest) ? rest : undefined;
}
