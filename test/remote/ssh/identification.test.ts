import fc from 'fast-check';
import { createIdentificationReader } from '../../../remote/ssh/identification';
import type { Identification } from '../../../remote/ssh/identification';

/** Feeds the bytes in pieces that end at the given places. */
function readInPieces(bytes: Buffer, ends: readonly number[]): Identification {
  const reader = createIdentificationReader();
  const places = [...new Set([0, ...ends.map((end) => end % bytes.length), bytes.length])];
  places.sort((a, b) => a - b);
  const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  for (const [index, piece] of pieces.entries()) {
    const found = reader.take(piece);
    if (found.kind === 'identified')
      return { ...found, rest: Buffer.concat([found.rest, ...pieces.slice(index + 1)]) };
    if (found.kind === 'nonsense') return found;
  }
  return { kind: 'more' };
}

const line = fc
  .string({ unit: 'grapheme-ascii', maxLength: 40 })
  .filter((text) => !text.startsWith('SSH-') && !/[\r\n]/.test(text));

describe('the identification of a server', () => {
  it('is read alike in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 4 }),
        fc.constantFrom('\r\n', '\n'),
        fc.uint8Array({ maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (lines, lineEnd, rest, ends) => {
          const words = [...lines, 'SSH-2.0-OpenSSH_9.2 Debian-2', ''].join(lineEnd);
          const bytes = Buffer.concat([Buffer.from(words, 'latin1'), rest]);
          expect(readInPieces(bytes, ends)).toEqual({
            kind: 'identified',
            line: 'SSH-2.0-OpenSSH_9.2 Debian-2',
            rest: Buffer.from(rest),
          });
        },
      ),
    );
  });

  it.each([
    { what: 'of 255 bytes', line: `SSH-2.0-${'x'.repeat(245)}`, kind: 'identified' },
    { what: 'of 256 bytes', line: `SSH-2.0-${'x'.repeat(246)}`, kind: 'nonsense' },
    { what: 'of both protocols', line: 'SSH-1.99-both', kind: 'identified' },
    { what: 'of the old protocol', line: 'SSH-1.5-old', kind: 'nonsense' },
    { what: 'without a name', line: 'SSH-2.0-', kind: 'nonsense' },
  ])('$what is $kind', ({ line: words, kind }) => {
    expect(createIdentificationReader().take(Buffer.from(`${words}\r\n`))).toMatchObject({ kind });
  });

  it('is missed with what was said in its place, printable and short', () => {
    const reader = createIdentificationReader();
    reader.take(Buffer.from(`\u001b[2Jfirst\r\nsecond \u0000 ${'x'.repeat(500)}`));
    expect(reader.said()).toMatch(/^\[2Jfirst second x+$/);
    expect(reader.said().length).toBeLessThanOrEqual(160);
  });
});
