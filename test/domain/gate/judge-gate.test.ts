import fc from 'fast-check';
import type { Gate, MeasurementPhase } from '../../../contracts/gate';
import type { GateJudgement } from '../../../domain/gate';
import { addMeasurement, callOffGate, emptyRecord, judgeGate } from '../../../domain/gate';
import { measurementOf, sampleGate } from './sample-gate';

const phaseOf: { readonly [letter: string]: MeasurementPhase } = {
  s: 'successful',
  f: 'failed',
  i: 'inconclusive',
  e: 'error',
};

/** One letter for each measurement. */
const recordOf = (letters: string) =>
  letters
    .split('')
    .map((one) => measurementOf(phaseOf[one]!))
    .reduce(addMeasurement, emptyRecord);
const judged = (gate: Partial<Gate>, letters: string): GateJudgement =>
  judgeGate({ ...sampleGate, ...gate }, recordOf(letters));
const phaseAfter = (gate: Partial<Gate>, letters: string): string => {
  const judgement = judged(gate, letters);
  return judgement.done ? judgement.answer.phase : 'running';
};

describe('a gate is judged as Argo Rollouts assesses a metric', () => {
  /**
   * `source` is a test of argo-rollouts (analysis/analysis_test.go) or a chapter of its documentation of analysis
   * (docs/features/analysis.md); numbers are theirs.
   */
  it.each([
    { source: 'TestAssessMetricStatusNoMeasurements', gate: {}, seen: '', is: 'running' },
    {
      source: 'TestAssessMetricStatusFailureLimit: failed 3 > failureLimit 2',
      gate: { failureLimit: 2, count: 10 },
      seen: 'fff',
      is: 'failed',
    },
    {
      source: 'TestAssessMetricStatusFailureLimit: failed 3, failureLimit 3',
      gate: { failureLimit: 3, count: 10 },
      seen: 'fff',
      is: 'running',
    },
    {
      source: 'TestAssessMetricStatusInconclusiveLimit: inconclusive 3 > inconclusiveLimit 2',
      gate: { inconclusiveLimit: 2, count: 10 },
      seen: 'iii',
      is: 'inconclusive',
    },
    {
      source: 'TestAssessMetricStatusInconclusiveLimit: inconclusive 3, inconclusiveLimit 3',
      gate: { inconclusiveLimit: 3, count: 10 },
      seen: 'iii',
      is: 'running',
    },
    {
      source: 'TestAssessMetricStatusConsecutiveErrors: 5 in a row, default limit 4',
      gate: { count: 10 },
      seen: 'eeeee',
      is: 'error',
    },
    {
      source: 'TestAssessMetricStatusConsecutiveErrors: 4 in a row, default limit 4',
      gate: { count: 10 },
      seen: 'eeee',
      is: 'running',
    },
    {
      source: 'TestRunMeasurementsResetConsecutiveErrorCounter',
      gate: { count: 10, failureLimit: 9, inconclusiveLimit: 9 },
      seen: 'eeeeseeeefeeeeieeee',
      is: 'running',
    },
    {
      source:
        'TestRunMeasurementsResetConsecutiveErrorCounter: errors are not counted as measurements',
      gate: { count: 2 },
      seen: 'eeees',
      is: 'running',
    },
    {
      source: 'TestAssessMetricStatusCountReached: 10 of 10',
      gate: { count: 10 },
      seen: 'ssssssssss',
      is: 'successful',
    },
    {
      source: 'TestAssessMetricStatusCountReached: 5 successful, 5 inconclusive, no limit given',
      gate: { count: 10 },
      seen: 'sssssiiiii',
      is: 'inconclusive',
    },
    {
      source: 'assessMetricStatus: "we do not want to fail if failures < failureLimit"',
      gate: { count: 3, failureLimit: 1, inconclusiveLimit: 1 },
      seen: 'fis',
      is: 'successful',
    },
    {
      source: 'Failure Conditions: one failure closes without a limit',
      gate: { count: 5 },
      seen: 'sf',
      is: 'failed',
    },
    {
      source: 'TestReconcileAnalysisRunInitial: one measurement is enough without a count',
      gate: {},
      seen: 's',
      is: 'successful',
    },
  ])('$source: $is', ({ gate, seen, is }) => {
    expect(phaseAfter(gate, seen)).toBe(is);
  });

  it('is stricter in one thing: a count reached without a single yes is no yes', () => {
    expect(phaseAfter({ count: 3, failureLimit: 3 }, 'fff')).toBe('inconclusive');
    expect(phaseAfter({ count: 2, failureLimit: 2, inconclusiveLimit: 2 }, 'fi')).toBe(
      'inconclusive',
    );
  });
});

/** The same rules, read off a text of letters. */
function phaseByText(gate: Gate, letters: string): string {
  const many = (letter: string) => letters.split(letter).length - 1;
  if (many('f') > gate.failureLimit) return 'failed';
  if (many('i') > gate.inconclusiveLimit) return 'inconclusive';
  if (letters.length - letters.replace(/e+$/, '').length > gate.consecutiveErrorLimit)
    return 'error';
  if (letters.replaceAll('e', '').length < gate.count) return 'running';
  return letters.includes('s') ? 'successful' : 'inconclusive';
}

const gates = fc
  .record({
    count: fc.integer({ min: 1, max: 6 }),
    failureLimit: fc.integer({ min: 0, max: 5 }),
    inconclusiveLimit: fc.integer({ min: 0, max: 5 }),
    consecutiveErrorLimit: fc.integer({ min: 0, max: 3 }),
  })
  .map((limits) => ({ ...sampleGate, ...limits }));
const sequences = fc
  .array(fc.constantFrom('s', 's', 'f', 'i', 'e'), { maxLength: 40 })
  .map((letters) => letters.join(''));

describe('whatever is measured', () => {
  it('the judgement after each measurement is that of the rules read off the sequence', () => {
    fc.assert(
      fc.property(gates, sequences, (gate, letters) => {
        for (let taken = 0; taken <= letters.length; taken += 1) {
          const sofar = letters.slice(0, taken);
          const expected = phaseByText(gate, sofar);
          expect(phaseAfter(gate, sofar)).toBe(expected);
          // A gate that has its answer is not asked again.
          if (expected !== 'running') return;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('no gate opens without a yes, and none is asked for ever', () => {
    fc.assert(
      fc.property(gates, sequences, (gate, letters) => {
        if (phaseAfter(gate, letters) === 'successful') expect(letters).toContain('s');
        const longest = gate.count * (gate.consecutiveErrorLimit + 1);
        if (letters.length >= longest) {
          const ended = Array.from({ length: longest }, (_, at) =>
            phaseAfter(gate, letters.slice(0, at + 1)),
          );
          expect(ended.some((phase) => phase !== 'running')).toBe(true);
        }
      }),
    );
  });
});

describe('an answer', () => {
  it('waits for the initial delay first and for the interval then, also after an error', () => {
    expect(judged({ count: 2 }, '')).toEqual({ done: false, nextInMs: 5000 });
    expect(judged({ count: 2 }, 's')).toEqual({ done: false, nextInMs: 60_000 });
    expect(judged({ count: 2 }, 'e')).toEqual({ done: false, nextInMs: 60_000 });
  });

  it.each([
    { seen: 'ss', says: 'gate health is open: 2 of 2 answers were yes', code: 'gate-open' },
    {
      seen: 'sf',
      says: 'gate health is closed: once the answer was no, none is allowed (seen)',
      code: 'gate-closed',
    },
    {
      seen: 'i',
      says: 'gate health has no answer: once it was neither yes nor no, none is allowed (seen)',
      code: 'gate-inconclusive',
    },
    {
      seen: 'seeeee',
      says: 'gate health has no answer: it could not be asked 5 times in a row, 4 allowed (seen)',
      code: 'gate-not-asked',
    },
  ])('after $seen says: $says', ({ seen, says, code }) => {
    const judgement = judged({ count: 2 }, seen);
    expect(judgement.done && judgement.answer.reason).toMatchObject({ code, message: says });
  });

  it('carries the last 20 measurements and counts all', () => {
    const judgement = judged({ count: 30 }, `e${'s'.repeat(30)}`);
    if (!judgement.done) throw new Error('30 of 30 were taken');
    expect(judgement.answer.measurements).toHaveLength(20);
    expect(judgement.answer.reason.facts).toEqual({
      gate: 'health',
      successful: 30,
      failed: 0,
      inconclusive: 0,
      errors: 1,
    });
  });

  it('that was called off is no yes, however much of it was', () => {
    expect(callOffGate({ ...sampleGate, count: 2 }, recordOf('s'))).toMatchObject({
      phase: 'inconclusive',
      reason: { code: 'gate-called-off' },
    });
  });
});
