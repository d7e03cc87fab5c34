import fc from 'fast-check';
import {
  quoteArgument,
  quotePath,
  wqlLiteral,
  xpathLiteral,
} from '../../../remote/windows/quoting';

const textWith = (...more: readonly string[]) =>
  fc.string({
    unit: fc.constantFrom(
      ...Array.from(" %^&|<>()!\\',;=@~#$*?[]{}-."),
      'a',
      'B',
      '7',
      'é',
      '€',
      '中',
      ...more,
    ),
    maxLength: 20,
  });
/** Names of no variable: with a blank between any two percent signs. */
const plain = (text: string): string => text.replaceAll('%', '% ');

describe('arguments for programs', () => {
  it.each([
    { text: 'C:\\a b\\c & d ^ (e) <f> | g!', quoted: '"C:\\a b\\c & d ^ (e) <f> | g!"' },
    { text: '%windir%\\Temp', quoted: '"%windir%\\Temp"' },
    { text: '%ProgramFiles(x86)%\\X', quoted: '"%ProgramFiles(x86)%\\X"' },
    { text: '', quoted: '""' },
    { text: '100%', quoted: '"100%"' },
    { text: '50% & 60%', quoted: '"50% & 60%"' },
    { text: '100%%windir%', quoted: '"100%%windir%"' },
    { text: 'C:\\folder\\', quoted: '"C:\\folder\\\\"' },
    { text: 'a"b', quoted: '^"a\\^"b^"' },
    { text: 'a\\"&"', quoted: '^"a\\\\\\^"^&\\^"^"' },
  ])('pass $text as $quoted', ({ text, quoted }) => {
    expect(quoteArgument(text)).toBe(quoted);
  });

  it.each([
    { text: 'a\nb', why: /line break/ },
    { text: 'a\rb', why: /line break/ },
    { text: 'a\0b', why: /line break/ },
    { text: 'a\ud83d', why: /half a character/ },
    { text: '"%windir%"', why: /both a quote and a variable/ },
    { text: '%windir:~0,2%', why: /may belong to a variable/ },
    { text: '%a.b%', why: /may belong to a variable/ },
    { text: '%one%windir%', why: /may belong to a variable/ },
  ])('refuse $text, which would arrive as something else', ({ text, why }) => {
    expect(() => quoteArgument(text)).toThrow(why);
  });

  it('leave nothing to cmd.exe, and split into what they were', () => {
    fc.assert(
      fc.property(textWith('"').map(plain), (text) => {
        expect(argumentsOf(quoteArgument(text))).toEqual([text]);
      }),
      { numRuns: 2000 },
    );
  });
});

/**
 * A second reading of the two rules, written down from their documents: carets and quotes of cmd.exe (`cmd /?`), then
 * CommandLineToArgvW. An operator that is left to cmd.exe is an error.
 */
function argumentsOf(line: string): string[] {
  let given = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === '^' && !isQuoted) {
      at += 1;
      given += line.charAt(at);
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && '&|<>()'.includes(char))
      throw new Error(`cmd.exe sees ${char} in ${line}`);
    given += char;
  }
  return splitAsWindowsDoes(given);
}

function splitAsWindowsDoes(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const [, slashes = '', quote = ''] = /^(\\*)("?)/.exec(line.slice(at)) ?? [];
    if (slashes !== '') {
      const isEscaped = quote !== '' && slashes.length % 2 === 1;
      word =
        (word ?? '') +
        (quote === '' ? slashes : slashes.slice(slashes.length / 2 + (isEscaped ? 0.5 : 0)));
      if (isEscaped) word += '"';
      at += slashes.length - (isEscaped ? 0 : 1);
    } else if (quote !== '') {
      word ??= '';
      isQuoted = !isQuoted;
    } else if (line.charAt(at) === ' ' && !isQuoted) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + line.charAt(at);
  }
  return word === null ? words : [...words, word];
}

describe('paths for commands of cmd.exe itself', () => {
  it.each([
    { path: 'C:\\a b & c\\', quoted: '"C:\\a b & c\\"' },
    { path: '%windir%\\Temp\\100%.txt', quoted: '"%windir%\\Temp\\100%.txt"' },
  ])('pass $path, backslashes as they are', ({ path, quoted }) => {
    expect(quotePath(path)).toBe(quoted);
  });

  it.each(['C:\\a"b', 'C:\\a\nb', 'C:\\%a-b%'])('refuse %j', (path) => {
    expect(() => quotePath(path)).toThrow(/cannot pass/);
  });
});

describe('literals', () => {
  it('of WQL have their backslashes doubled, those of a variable too', () => {
    expect(wqlLiteral('%windir%\\SysWOW64\\a.dll')).toBe("'%windir:\\=\\\\%\\\\SysWOW64\\\\a.dll'");
  });

  it('of WQL keep a quote from ending them', () => {
    expect(wqlLiteral("a' or 'b'='b")).toBe(String.raw`'a\' or \'b\'=\'b'`);
    expect(wqlLiteral("a\\' or")).toBe(String.raw`'a\\\' or'`);
  });

  it('of WQL have no double quote, which would end the argument around them', () => {
    expect(() => wqlLiteral('a"b')).toThrow(/has a quote/);
  });

  it('of XPath stand between whichever quotes they do not have', () => {
    expect([xpathLiteral('a'), xpathLiteral("a' or 'b"), xpathLiteral('a"b')]).toEqual([
      "'a'",
      `"a' or 'b"`,
      `'a"b'`,
    ]);
    expect(() => xpathLiteral(`'"`)).toThrow(/both/);
  });
});
