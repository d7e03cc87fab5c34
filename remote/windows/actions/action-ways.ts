import type { Patience } from '../patience';

/** What an action of a fallback has of the one who carries it out. */
export interface ActionWays {
  readonly patience: Patience;
  /** Told what was found and done, one sentence without its full stop. */
  readonly note: (what: string) => void;
}

/** What did not work, each a sentence without its full stop; empty when the action is done and proved. */
export type Problems = readonly string[];
