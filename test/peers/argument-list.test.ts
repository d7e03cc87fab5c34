import { splitArguments } from './wine/argument-list';

describe('arguments of a command line', () => {
  // The table of Microsoft's "Parsing C++ command-line arguments".
  it.each([
    { line: String.raw`"a b c" d e`, words: ['a b c', 'd', 'e'] },
    { line: String.raw`"ab\"c" "\\" d`, words: ['ab"c', '\\', 'd'] },
    { line: String.raw`a\\\b d"e f"g h`, words: [String.raw`a\\\b`, 'de fg', 'h'] },
    { line: String.raw`a\\\"b c d`, words: [String.raw`a\"b`, 'c', 'd'] },
    { line: String.raw`a\\\\"b c" d e`, words: [String.raw`a\\b c`, 'd', 'e'] },
  ])('of $line are those of its documentation', ({ line, words }) => {
    expect(splitArguments(line)).toEqual(words);
  });
});
