import type { StepRecord } from '../../contracts/rollout';

/** Steps as people say them; the machine forms keep their names. */
export const stepWords: { readonly [step in StepRecord['step']]: string } = {
  check: 'check',
  stage: 'stage the package',
  inspect: 'ask servicing about the package',
  'prior-state': 'ask how it stands',
  drain: 'drain',
  apply: 'install',
  remove: 'remove the hotfix',
  reboot: 'reboot',
  'wait-back': 'wait until it is back',
  verify: 'verify',
  fallback: 'fallback',
  restore: 'restore',
  watch: 'watch for the symptom, back in service',
  'clean-up': 'clean up',
};

interface Done {
  readonly at: string;
  readonly what: string;
}

/** What a step did, in its order; a detail may have been cut, and may be an earlier release's. */
export function doneOf({ detail }: StepRecord): readonly Done[] {
  const done = (detail as { readonly done?: unknown } | null | undefined)?.done;
  return Array.isArray(done) ? done.filter(isDone) : [];
}

const isDone = (one: unknown): one is Done => {
  const { at, what } = (one ?? {}) as Partial<Done>;
  return typeof at === 'string' && typeof what === 'string';
};
