import type { IdentitySource } from '../contracts/identity';
import type {
  ApprovalStatus,
  EstimateStatus,
  GateStatus,
  OperationRecord,
  RolloutStatus,
  WindowStatus,
} from '../contracts/rollout';
import { roughSpan, withTimes } from './moments';

/** How a change is controlled, in sentences that terminal and page share; how a time is written is theirs. */
export type ShowTime = (iso: string) => string;

const sources: { readonly [source in IdentitySource]: string } = {
  'os-user': 'asserted, operating-system user',
  given: 'asserted, name given with --as',
  authenticated: 'authenticated',
};

/** A name that nobody proved says so. */
export const identityWords = (name: string, source?: IdentitySource): string =>
  source === undefined ? name : `${name} (${sources[source]})`;

export function windowWords(
  { opening, isOpen, hostMs, words }: WindowStatus,
  now: number,
  time: ShowTime,
): string {
  if (opening === null) return words;
  const at = (ms: number): string => time(new Date(ms).toISOString());
  const name = opening.window === '' ? '' : `${opening.window} `;
  const span = roughSpan(hostMs);
  const needs = `a host needs ${span.startsWith('less') ? '' : 'about '}${span}`;
  if (!isOpen)
    return `${name}opens ${at(opening.from)}, in ${roughSpan(opening.from - now)}; ${needs}`;
  const cutoff =
    opening.cutoffAt < opening.until ? `; no host is begun from ${at(opening.cutoffAt)} on` : '';
  return `${name}open until ${at(opening.until)}, for ${roughSpan(opening.until - now)}${cutoff}; ${needs}`;
}

/** Until when something has to have begun matters only before that. */
export function approvalWords(approvals: ApprovalStatus, begun: boolean, time: ShowTime): string {
  const { given, policy, expiresAt } = approvals;
  const proved = policy.identity === 'authenticated' ? '; only authenticated ones count' : '';
  const ends = begun ? '' : `; if it has not begun by ${time(expiresAt)}, it counts as denied`;
  return `${String(given.length)} of ${String(policy.minApprovals)} given${proved}${ends}`;
}

export const isBegun = ({ phase, wave }: Pick<RolloutStatus, 'phase' | 'wave'>): boolean =>
  phase === 'done' || wave > 0;

export function estimateWords({ p50, p95 }: EstimateStatus, time: ShowTime): string {
  if (p50 === null) return 'not done within the windows that are known';
  const likely = `done by ${time(p50)} as likely as not`;
  return p95 === null
    ? `${likely}; it may not be within the windows that are known`
    : `${likely}, by ${time(p95)} in 19 of 20 cases`;
}

const standings: { readonly [standing in GateStatus['standing']]: string } = {
  asked: 'is being asked',
  open: 'open',
  closed: 'closed',
  waived: 'waived by a person',
  'no-answer': 'no answer',
};

export const gatePlace = ({ hostId, wave }: GateStatus): string =>
  hostId === null ? `before wave ${String(wave)}` : `after ${hostId}`;

export const gateStanding = ({ standing }: GateStatus): string => standings[standing];

export function gateWords(gate: GateStatus): string {
  const why = gate.reason === null ? '' : `: ${gate.reason.message}`;
  return `${gate.gate} ${gatePlace(gate)}: ${gateStanding(gate)}${why}`;
}

export function limitWords({
  maxConcurrency,
  maxErrors,
}: NonNullable<RolloutStatus['limits']>): string {
  return [
    ...(maxConcurrency === undefined ? [] : [`at most ${String(maxConcurrency)} hosts at once`]),
    ...(maxErrors === undefined ? [] : [`stops when errors are more than ${String(maxErrors)}`]),
  ].join(', ');
}

const operations: { readonly [operation in OperationRecord['operation']]?: string } = {
  'abort-now': 'abort at once',
  'retry-all': 'retry hosts',
  'set-concurrency': 'change concurrency',
  'set-budget': 'change the budget',
  'set-window': 'move the end of the window',
  'ask-gate': 'ask the gate again',
};

/** What was asked, as people say it; the machine forms keep their names. */
export const operationName = ({ operation }: Pick<OperationRecord, 'operation'>): string =>
  operations[operation] ?? operation;

/** `hold ex01, by kim: the owner is on the phone` */
export function operationWords(record: OperationRecord): string {
  const host = record.hostId === undefined ? '' : ` ${record.hostId}`;
  const detail = record.detail === undefined ? '' : ` (${withTimes(record.detail)})`;
  const by = identityWords(record.author, record.source);
  return `${operationName(record)}${host}${detail}, by ${by}: ${record.reason}`;
}
