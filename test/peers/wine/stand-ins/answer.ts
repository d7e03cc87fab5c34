import type { Asked, Reply } from '../bridge-server';
import type { HostState } from '../state';
import { certutil } from './certutil';
import { dism } from './dism';
import { expand } from './expand';
import { schtasks } from './schtasks';
import { shutdown } from './shutdown';
import { wevtutil } from './wevtutil';
import { wmic } from './wmic';

/** Each with the place of the tool that it stands in for, below drive C. README.md says what it fakes. */
export const standIns = {
  certutil: { place: 'windows/system32', answer: certutil },
  dism: { place: 'windows/system32', answer: dism },
  expand: { place: 'windows/system32', answer: (_: HostState, asked: Asked) => expand(asked) },
  schtasks: { place: 'windows/system32', answer: schtasks },
  shutdown: { place: 'windows/system32', answer: shutdown },
  wevtutil: { place: 'windows/system32', answer: wevtutil },
  wmic: { place: 'windows/system32/wbem', answer: wmic },
} as const satisfies {
  readonly [tool: string]: {
    readonly place: string;
    readonly answer: (state: HostState, asked: Asked) => Reply | Promise<Reply>;
  };
};

/** Wine's own, kept under `…-of-wine.exe` for what they can. */
export const keptTools: readonly string[] = ['expand', 'wmic'];

export function answerOf(state: HostState, asked: Asked): Reply | Promise<Reply> {
  const found = Object.entries(standIns).find(([tool]) => tool === asked.tool)?.[1];
  if (found === undefined) throw new Error(`nobody stands in for ${asked.tool}`);
  return found.answer(state, asked);
}
