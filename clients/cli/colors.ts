import picocolors from 'picocolors';
import type { Outcome } from '../../contracts/outcome';
import { tones } from '../report/tones';
import type { Tone } from '../report/tones';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** https://no-color.org: present and not empty switches colours off, whatever its value. */
export const colorsFor = (io: {
  readonly isTTY: boolean;
  readonly env: { readonly [name: string]: string | undefined };
}): Colors => picocolors.createColors(io.isTTY && (io.env['NO_COLOR'] ?? '') === '');

const paints: { readonly [tone in Tone]: 'green' | 'yellow' | 'red' | 'blue' | 'dim' } = {
  good: 'green',
  fair: 'yellow',
  bad: 'red',
  calm: 'blue',
  still: 'dim',
};

export const paintOutcome = (
  colors: Colors,
  outcome: Outcome | 'open' | null,
  text: string,
): string => colors[paints[tones[outcome ?? 'open']]](text);
