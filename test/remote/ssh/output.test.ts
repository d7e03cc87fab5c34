import fc from 'fast-check';
import { keepOutput } from '../../../remote/ssh/output';

describe('output that is kept', () => {
  it('is the beginning of what came, in whatever pieces', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.nat(80_000).map((length) => Buffer.alloc(length, length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(200_000), (pieces, max) => {
        const keeper = keepOutput(max);
        for (const bytes of pieces) keeper.add(Buffer.from(bytes));
        const all = Buffer.concat(pieces);
        expect(keeper.bytes().equals(all.subarray(0, max))).toBe(true);
        expect(keeper.truncated).toBe(all.length > max);
        expect(keeper.end().equals(all.subarray(-64))).toBe(true);
      }),
    );
  });

  it('of single bytes takes no more memory than a few times its size', () => {
    const count = 500_000;
    const keeper = keepOutput(count);
    const before = process.memoryUsage();
    for (let at = 0; at < count; at += 1) keeper.add(Buffer.of(at % 256));
    const after = process.memoryUsage();
    expect(keeper.bytes()).toHaveLength(count);
    // A buffer for each byte would be about 100 bytes of heap each.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(30_000_000);
  });
});
