import type { Comparison, MeasurementPhase } from '../../contracts/gate';
import { fulfils } from './compare';

export interface Conditions {
  readonly success: Comparison | null;
  readonly failure: Comparison | null;
}

export interface Judged {
  readonly phase: MeasurementPhase;
  readonly message: string;
}

/**
 * What measured values say: no when any of them fulfils `failure` or, without one, misses `success`; yes when all of them
 * are fine; else neither. With both given, a value that meets neither of them is inconclusive, as in Argo Rollouts
 * ("Inconclusive Runs" in its documentation of analysis). No value at all, and one that is no number, never say yes.
 */
export const judgeValues = (
  values: readonly number[],
  { success, failure }: Conditions,
): Judged => {
  const numbers = values.filter((value) => !Number.isNaN(value));
  const isNo = (value: number): boolean =>
    failure === null ? success !== null && !fulfils(value, success) : fulfils(value, failure);
  const no = numbers.find(isNo);
  if (no !== undefined)
    return { phase: 'failed', message: `${no} ${againstNo({ success, failure })}` };
  if (values.length === 0) return neither('the query found nothing');
  if (numbers.length < values.length) return neither('a value is not a number (NaN)');
  if (success === null) {
    if (failure === null) return neither(`${shownValues(values)}, and no condition is given`);
    return { phase: 'successful', message: `${shownValues(values)}, none ${words(failure)}` };
  }
  const short = numbers.find((value) => !fulfils(value, success));
  if (short !== undefined) return neither(`${short} is neither ${words(success)} nor a failure`);
  return { phase: 'successful', message: `${shownValues(values)}, as asked ${words(success)}` };
};

const neither = (message: string): Judged => ({ phase: 'inconclusive', message });

const words = ({ op, value }: Comparison): string => `${op} ${value}`;

const againstNo = ({ success, failure }: Conditions): string =>
  failure === null
    ? `is not ${success === null ? 'asked for' : words(success)}`
    : `is ${words(failure)}`;

const shownValues = (values: readonly number[]): string =>
  values.length > 3
    ? `${values.slice(0, 3).join(', ')} and ${values.length - 3} more`
    : values.join(', ');
