import type { GateStatus, OperationRecord, RolloutStatus } from '../../contracts/rollout';
import {
  approvalWords,
  estimateWords,
  gateWords,
  identityWords,
  isBegun,
  limitWords,
  operationWords,
  windowWords,
} from '../control-words';
import type { ShowTime } from '../control-words';
import { localTime } from '../moments';
import type { Colors } from './colors';

/** The report has them all; a screen has the newest. */
const shown = { gates: 5, operations: 5 };

/** How the change is controlled, as it stands; nothing where a plan asks for nothing of it and nobody steered. */
export function controlLines(
  status: RolloutStatus,
  colors: Colors,
  now: number,
  time: ShowTime = localTime,
): string[] {
  const isDone = status.phase === 'done';
  return [
    ...approvals(status, time),
    ...(status.window === undefined || isDone
      ? []
      : [`window: ${windowWords(status.window, now, time)}`]),
    ...(status.estimate === undefined || isDone
      ? []
      : [`estimate: ${estimateWords(status.estimate, time)}`]),
    ...gates(status, colors),
    ...(status.limits === undefined ? [] : [`limits changed: ${limitWords(status.limits)}`]),
    ...asked(status.operations, time),
  ];
}

function approvals(status: RolloutStatus, time: ShowTime): string[] {
  if (status.approvals === undefined) return [];
  const { given } = status.approvals;
  return [
    `approvals: ${approvalWords(status.approvals, isBegun(status), time)}`,
    ...given.map(
      ({ by, at, reason }) =>
        `  ${time(at)}  approved by ${identityWords(by.name, by.source)}: ${reason}`,
    ),
    ...(status.phase === 'awaiting-approval'
      ? [
          `  approve it with: rollout approve ${status.rolloutId} --hash ${status.previewHash.slice(0, 12)} --reason "..."`,
        ]
      : []),
  ];
}

const gateColor = {
  asked: 'cyan',
  open: 'green',
  closed: 'red',
  waived: 'yellow',
  'no-answer': 'yellow',
} as const satisfies { readonly [standing in GateStatus['standing']]: keyof Colors };

function gates({ gates: given = [], rolloutId, phase }: RolloutStatus, colors: Colors): string[] {
  const lines = latest('gates', given, shown.gates, (gate) =>
    colors[gateColor[gate.standing]](gateWords(gate)),
  );
  const silent = given.findLast(({ standing }) => standing === 'no-answer');
  if (silent === undefined || phase === 'done') return lines;
  return [
    ...lines,
    `  a person decides: rollout ask-gate ${rolloutId} ${silent.gate} asks it again, rollout resume ${rolloutId} goes on without it`,
  ];
}

/** Approvals stand with what they are for. */
const asked = (operations: readonly OperationRecord[], time: ShowTime): string[] =>
  latest(
    'asked for',
    operations.filter(({ operation }) => operation !== 'approve'),
    shown.operations,
    (record) => `${time(record.at)}  ${operationWords(record)}`,
  );

function latest<T>(
  title: string,
  items: readonly T[],
  most: number,
  line: (item: T) => string,
): string[] {
  if (items.length === 0) return [];
  const earlier = items.length - most;
  const left = earlier > 0 ? ` (and ${String(earlier)} earlier, see the report)` : '';
  return [`${title}:${left}`, ...items.slice(-most).map((item) => `  ${line(item)}`)];
}
