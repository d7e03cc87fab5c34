import type { Gate, GateAnswer, GatePhase, GateRecord } from '../../contracts/gate';
import { reason } from '../../contracts/reason';

export type GateJudgement =
  | { readonly done: false; readonly nextInMs: number }
  | { readonly done: true; readonly answer: GateAnswer };

/**
 * To be asked before the first and after every measurement. As Argo Rollouts assesses a metric (`assessMetricStatus` and
 * `runMeasurements` in analysis/analysis.go): a limit is passed by more than its number, whatever the count; a
 * measurement that could not be taken counts for nothing but its own limit, and any other ends a row of those; the
 * interval is counted from the end of the last measurement.
 *
 * In one thing it is stricter: a count that is reached without a single yes is no yes. Argo takes it for successful when
 * the limits are as high as the count.
 */
export const judgeGate = (gate: Gate, record: GateRecord): GateJudgement => {
  const { successful, failed, inconclusive, consecutiveErrors } = record;
  const answered = (phase: GatePhase, code: string, message: string): GateJudgement => ({
    done: true,
    answer: answerOf(gate, record, phase, code, message),
  });
  if (failed > gate.failureLimit) {
    const message = `is closed: ${times(failed)} the answer was no, ${allowed(gate.failureLimit)}`;
    return answered('failed', 'gate-closed', message);
  }
  if (inconclusive > gate.inconclusiveLimit) {
    const message = `has no answer: ${times(inconclusive)} it was neither yes nor no, ${allowed(gate.inconclusiveLimit)}`;
    return answered('inconclusive', 'gate-inconclusive', message);
  }
  if (consecutiveErrors > gate.consecutiveErrorLimit) {
    const message = `has no answer: it could not be asked ${times(consecutiveErrors)} in a row, ${allowed(gate.consecutiveErrorLimit)}`;
    return answered('error', 'gate-not-asked', message);
  }
  const taken = successful + failed + inconclusive;
  if (taken < gate.count) {
    const nextInMs = record.last.length === 0 ? gate.initialDelayMs : gate.intervalMs;
    return { done: false, nextInMs };
  }
  if (successful === 0) {
    return answered('inconclusive', 'gate-without-yes', `has no answer: none of ${taken} was yes`);
  }
  return answered('successful', 'gate-open', `is open: ${successful} of ${taken} answers were yes`);
};

/** What is left of a question that was called off before it had an answer. */
export const callOffGate = (gate: Gate, record: GateRecord): GateAnswer =>
  answerOf(gate, record, 'inconclusive', 'gate-called-off', 'has no answer: it was called off');

function answerOf(
  { name }: Gate,
  record: GateRecord,
  phase: GatePhase,
  code: string,
  message: string,
): GateAnswer {
  const { successful, failed, inconclusive, errors, last } = record;
  const seen = phase === 'successful' ? undefined : last.at(-1)?.message;
  const sentence = `gate ${name} ${message}${seen === undefined ? '' : ` (${seen})`}`;
  const facts = { gate: name, successful, failed, inconclusive, errors };
  return { phase, reason: reason(code, sentence, facts), measurements: last };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const allowed = (limit: number): string => (limit === 0 ? 'none is allowed' : `${limit} allowed`);
