import { nothingPending, type Draft } from './draft';

/** What a host is that waits for a person from now on, out of its wave. */
export const heldAt = (draft: Draft) =>
  ({
    ...nothingPending,
    is: 'held',
    heldMs: draft.now - draft.startedAt,
    wave: undefined,
  }) as const;

/** Codes of holds that nobody can lift by deciding that the host is to be changed all the same. */
export const heldByPerson = 'held-by-person';
export const changedSinceApproval = 'changed-since-approval';
