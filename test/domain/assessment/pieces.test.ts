import fc from 'fast-check';
import { hostId } from '../../../contracts/ids';
import type { HostAssessment } from '../../../contracts/steps';
import { completeBatch, splitPieces } from '../../../domain/assessment';
import { bytesOf } from '../../../domain/host';

const unreached = (name: string, message = 'no'): HostAssessment => ({
  hostId: hostId(name),
  reached: false,
  failure: { code: 'host-unreachable', message },
});

it('pieces keep order and hosts, and none is larger than allowed unless one host alone is', () => {
  const messages = fc.array(fc.string({ maxLength: 400 }), { maxLength: 60 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 300, max: 3000 }), (given, limit) => {
      const all = given.map((message, index) => unreached(`h${index}`, message));
      const pieces = splitPieces(all, limit);
      expect(pieces.flat()).toEqual(all);
      for (const piece of pieces) {
        if (piece.length > 1) expect(bytesOf(piece)).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

it('a batch is complete: a host without an answer has the failure for an answer', () => {
  const [a, b] = [hostId('a'), hostId('b')];
  const missing = { code: 'unexpected-output', message: 'nothing was said' };
  expect(completeBatch([a, b], [unreached('b')], missing)).toEqual([
    { hostId: a, reached: false, failure: missing },
    unreached('b'),
  ]);
});
