import type { AffectedState } from '../../contracts/outcome';
import type { Colors } from './colors';

const paints: { readonly [state in AffectedState]: 'red' | 'yellow' | 'green' | 'blue' } = {
  affected: 'red',
  suspect: 'yellow',
  unknown: 'yellow',
  'not-affected': 'blue',
  'already-fixed': 'green',
  'not-applicable': 'blue',
};

export const paintState = (colors: Colors, state: AffectedState | null): string =>
  state === null ? colors.red('not reached') : colors[paints[state]](state);
