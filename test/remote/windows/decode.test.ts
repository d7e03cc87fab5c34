import fc from 'fast-check';
import iconv from 'iconv-lite';
import { decodeOutput, parseCodePage } from '../../../remote/windows/decode';

const singleBytePages = [
  437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 863, 865, 866, 1250, 1251, 1252,
];
const doubleBytePages = [932, 936, 949, 950];

/** Every character of a code page that is found again in it; boxes are what UTF-8 is taken for by. */
function charactersOf(codePage: number): readonly string[] {
  const name = `cp${codePage}`;
  const codes = Array.from({ length: 0x10000 - 0x20 }, (_, index) => index + 0x20);
  return codes
    .filter((code) => (code < 0xd800 || code > 0xf8ff) && (code < 0x7f || code > 0x9f))
    .map((code) => String.fromCharCode(code))
    .filter((char) => !/[\u2500-\u259f]/.test(char))
    .filter((char) => {
      const bytes = iconv.encode(char, name);
      return (
        !(bytes.length === 1 && bytes[0] === 0x3f && char !== '?') &&
        iconv.decode(bytes, name) === char
      );
    });
}

const textOf = (codePage: number) =>
  fc.string({ unit: fc.constantFrom(...charactersOf(codePage), '\r\n', ' '), maxLength: 40 });

describe('text of a console', () => {
  it.each([...singleBytePages, ...doubleBytePages])(
    'survives code page %p, whatever of its characters it has',
    (codePage) => {
      fc.assert(
        fc.property(textOf(codePage), (text) => {
          expect(decodeOutput(iconv.encode(text, `cp${codePage}`), codePage)).toBe(text);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('survives UTF-8 when the console says so', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\ufeff')),
        (text) => {
          expect(decodeOutput(Buffer.from(text), 65001)).toBe(text);
        },
      ),
    );
  });

  it.each([
    { text: '联通', codePage: 936 },
    { text: 'раб сад фон', codePage: 866 },
    { text: 'Größe ßéá', codePage: 850 },
  ])('is not taken for UTF-8 by accident: $text in code page $codePage', ({ text, codePage }) => {
    expect(decodeOutput(iconv.encode(text, `cp${codePage}`), codePage)).toBe(text);
  });

  it.each([
    { text: 'Größe', codePage: 850 },
    { text: 'Größe', codePage: 437 },
    { text: 'служба', codePage: 866 },
    { text: 'служба', codePage: undefined },
    { text: '联通', codePage: 99 },
  ])(
    'is taken for UTF-8 where it cannot be anything else: $text on $codePage',
    ({ text, codePage }) => {
      expect(decodeOutput(Buffer.from(text), codePage)).toBe(text);
    },
  );

  it('may change to UTF-16 and back wherever a line ends', () => {
    // A line that has no ASCII character and a letter whose half is a line feed is the one thing that is not told.
    const wide = fc.array(
      fc.string({
        unit: fc.constantFrom('a', 'Z', ' ', '=', 'ö', '€', '中', '\u0416'),
        maxLength: 12,
      }),
      { minLength: 1, maxLength: 4 },
    );
    const narrow = fc.array(
      fc.string({
        unit: fc.constantFrom('a', 'Z', ' ', '=', 'ö', 'ß', '\u00a0', '■'),
        maxLength: 12,
      }),
      { maxLength: 4 },
    );
    const lines = (all: readonly string[], end: string) => all.map((line) => line + end).join('');
    fc.assert(
      fc.property(fc.array(fc.tuple(narrow, wide), { maxLength: 4 }), narrow, (pairs, last) => {
        const parts = pairs.flatMap(([before, inside]) => [
          iconv.encode(lines(before, '\r\n'), 'cp437'),
          Buffer.from(`\ufeff${lines(inside, '\r\r\n')}`, 'utf16le'),
        ]);
        const bytes = Buffer.concat([...parts, iconv.encode(lines(last, '\r\n'), 'cp437')]);
        const text = pairs.map(
          ([before, inside]) => lines(before, '\r\n') + lines(inside, '\r\r\n'),
        );
        expect(decodeOutput(bytes, 437)).toBe(text.join('') + lines(last, '\r\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('is empty when there is a byte order mark alone', () => {
    expect(decodeOutput(Buffer.from([0xff, 0xfe]), 437)).toBe('');
  });

  it('has no known code page where there is no console', () => {
    expect(parseCodePage('Active code page: 0\r\n')).toBeNull();
  });
});
