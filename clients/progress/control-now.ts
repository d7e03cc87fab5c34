import type { RolloutStatus } from '../../contracts/rollout';
import type { Colors } from '../cli/colors';
import {
  approvalWords,
  estimateWords,
  gateWords,
  isBegun,
  limitWords,
  windowWords,
} from '../control-words';
import { localTime } from '../moments';

/** Pure: what controls the change right now, a line each; what is settled is left to `status` and the report. */
export function controlNow(status: RolloutStatus, colors: Colors, now: number): string[] {
  const { approvals, window, estimate, gates = [], limits, phase } = status;
  if (phase === 'done') return [];
  const line = (title: string, text: string): string => `${colors.dim(title)}  ${text}`;
  const gate = gates.at(-1);
  return [
    ...(approvals === undefined || isBegun(status)
      ? []
      : [line('approvals', approvalWords(approvals, false, localTime))]),
    ...(window === undefined ? [] : [line('window', windowWords(window, now, localTime))]),
    ...(estimate === undefined ? [] : [line('estimate', estimateWords(estimate, localTime))]),
    ...(gate === undefined || gate.standing === 'open' ? [] : [line('gate', gateWords(gate))]),
    ...(limits === undefined ? [] : [line('limits', limitWords(limits))]),
  ];
}
