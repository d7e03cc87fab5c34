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

export const hostIdOf = (workflowId: string): HostId | undefined => {
  const rest = after(workflowId, 'host/', hostIdPattern);
  return rest === undefined ? undefined : hostId(rest);
};
export const rolloutIdOf = (workflowId: string): RolloutId | undefined => {
  const rest = after(workflowId, 'rollout/', rolloutIdPattern);
  return rest === undefined ? undefined : rolloutId(rest);
};

function after(text: string, prefix: string, pattern: RegExp): string | undefined {
  const rest = text.slice(prefix.length);
  return text.startsWith(prefix) && pattern.test(rest) ? rest : undefined;
}
