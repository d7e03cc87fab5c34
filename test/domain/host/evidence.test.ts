import fc from 'fast-check';
import { hostId } from '../../../contracts/ids';
import { evidenceBytes } from '../../../contracts/names';
import { reason } from '../../../contracts/reason';
import type { HostResult, StepRecord } from '../../../contracts/rollout';
import { bytesOf, fitEvidence } from '../../../domain/host';

const step = (summary: string, detail: unknown): StepRecord => ({
  step: 'check',
  startedAt: '2026-08-01T00:00:00.000Z',
  finishedAt: '2026-08-01T00:00:01.000Z',
  ok: true,
  summary,
  detail,
});
const result = (steps: readonly StepRecord[]): HostResult => ({
  hostId: hostId('srv-01'),
  outcome: 'fixed',
  reason: reason('package-in', 'The package is in.'),
  available: true,
  startedAt: '2026-08-01T00:00:00.000Z',
  finishedAt: '2026-08-01T00:00:01.000Z',
  steps,
});

describe('evidence', () => {
  it('that fits is kept as it is', () => {
    const small = result([step('affected', { a: 1 })]);
    expect(fitEvidence(small)).toEqual(small);
  });

  it('loses its largest detail first and says how large it was', () => {
    const cut = fitEvidence(result([step('a', 'x'.repeat(40_000)), step('b', 'y'.repeat(1000))]));
    expect(cut.steps.map(({ detail }) => detail)).toEqual([
      { cut: true, bytes: 40_002 },
      'y'.repeat(1000),
    ]);
  });

  it('never has more than 32 KB and never loses a step', () => {
    const anySteps = fc.array(
      fc.record({
        summary: fc.string({ maxLength: 3000, unit: 'grapheme' }),
        detail: fc.string({ maxLength: 20_000, unit: 'grapheme' }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(anySteps, (given) => {
        const cut = fitEvidence(result(given.map(({ summary, detail }) => step(summary, detail))));
        expect(bytesOf(cut)).toBeLessThanOrEqual(evidenceBytes);
        expect(cut.steps).toHaveLength(given.length);
        expect(cut).toMatchObject({ outcome: 'fixed', reason: { code: 'package-in' } });
      }),
      { numRuns: 50 },
    );
  });

  it('is measured in bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bytesOf(text)).toBe(Buffer.byteLength(JSON.stringify(text)));
      }),
    );
  });
});
