import type { Comparison } from '../../../contracts/gate';
import { judgeValues } from '../../../domain/gate';

const cmp = (op: Comparison['op'], value: number): Comparison => ({ op, value });

/**
 * One condition or both: as `EvaluateResult` of Argo Rollouts (utils/evaluate/evaluate.go) has it. None, which no plan may
 * give: as its documentation has it ("Inconclusive Runs").
 */
test.each([
  { values: [0.01], success: cmp('<', 0.05), failure: null, is: 'successful' },
  { values: [0.05], success: cmp('<', 0.05), failure: null, is: 'failed' },
  { values: [0.01, 0.06], success: cmp('<', 0.05), failure: null, is: 'failed' },
  { values: [5], success: null, failure: cmp('>=', 10), is: 'successful' },
  { values: [5, 10], success: null, failure: cmp('>=', 10), is: 'failed' },
  { values: [0.95], success: cmp('>=', 0.9), failure: cmp('<', 0.5), is: 'successful' },
  { values: [0.7], success: cmp('>=', 0.9), failure: cmp('<', 0.5), is: 'inconclusive' },
  { values: [0.4], success: cmp('>=', 0.9), failure: cmp('<', 0.5), is: 'failed' },
  // Both at once: no counts.
  { values: [3], success: cmp('>', 1), failure: cmp('>', 2), is: 'failed' },
  { values: [1], success: null, failure: null, is: 'inconclusive' },
  { values: [], success: cmp('<', 1), failure: null, is: 'inconclusive' },
  { values: [], success: null, failure: cmp('>', 1), is: 'inconclusive' },
  { values: [Number.NaN], success: cmp('<', 1), failure: null, is: 'inconclusive' },
  { values: [Number.NaN], success: cmp('!=', 1), failure: null, is: 'inconclusive' },
  { values: [Number.NaN], success: null, failure: cmp('>', 1), is: 'inconclusive' },
  { values: [0, Number.NaN], success: cmp('<', 1), failure: null, is: 'inconclusive' },
  { values: [2, Number.NaN], success: cmp('<', 1), failure: null, is: 'failed' },
  { values: [Infinity], success: cmp('<', 1), failure: null, is: 'failed' },
  { values: [-Infinity], success: cmp('<', 1), failure: null, is: 'successful' },
])(
  '$values with success $success and failure $failure is $is',
  ({ values, success, failure, is }) => {
    expect(judgeValues(values, { success, failure }).phase).toBe(is);
  },
);

test.each([
  { op: '<', yes: [0], no: [1, 2] },
  { op: '<=', yes: [0, 1], no: [2] },
  { op: '>', yes: [2], no: [0, 1] },
  { op: '>=', yes: [1, 2], no: [0] },
  { op: '==', yes: [1], no: [0, 2] },
  { op: '!=', yes: [0, 2], no: [1] },
] as const)('the measured value stands left of $op', ({ op, yes, no }) => {
  const phase = (value: number) =>
    judgeValues([value], { success: cmp(op, 1), failure: null }).phase;
  expect(yes.map(phase)).toEqual(yes.map(() => 'successful'));
  expect(no.map(phase)).toEqual(no.map(() => 'failed'));
});

test('people are told the value that decided', () => {
  const success = cmp('<', 0.05);
  const told = (values: number[], failure: Comparison | null = null) =>
    judgeValues(values, { success, failure }).message;
  expect(told([0.01, 0.06])).toBe('0.06 is not < 0.05');
  expect(told([0.3], cmp('>', 0.2))).toBe('0.3 is > 0.2');
  expect(told([0.1], cmp('>', 0.2))).toBe('0.1 is neither < 0.05 nor a failure');
  expect(told([0, 0.01, 0.02, 0.03, 0.04])).toBe('0, 0.01, 0.02 and 2 more, as asked < 0.05');
  expect(told([])).toBe('the query found nothing');
});
