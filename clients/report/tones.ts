import type { Outcome } from '../../contracts/outcome';

/** How an outcome is to be taken, for page and terminal alike; `open` is a host without an outcome. */
export type Tone = 'good' | 'fair' | 'bad' | 'still' | 'calm';

export const tones: { readonly [outcome in Outcome | 'open']: Tone } = {
  fixed: 'good',
  'already-fixed': 'good',
  'not-affected': 'calm',
  'not-applicable': 'calm',
  mitigated: 'fair',
  'rolled-back': 'fair',
  undecided: 'fair',
  failed: 'bad',
  unreachable: 'bad',
  skipped: 'still',
  'not-started': 'still',
  open: 'still',
};
