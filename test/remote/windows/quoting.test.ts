import { quoteArgument, wqlLiteral, xpathLiteral } from '../../../remote/windows/quoting';

describe('arguments for cmd.exe', () => {
  it.each([
    { text: 'C:\\a b\\c & d ^ (e) <f> | g!', quoted: '"C:\\a b\\c & d ^ (e) <f> | g!"' },
    { text: '%windir%\\Temp', quoted: '"%windir%\\Temp"' },
    { text: '%ProgramFiles(x86)%\\X', quoted: '"%ProgramFiles(x86)%\\X"' },
  ])('pass $text unchanged between quotes', ({ text, quoted }) => {
    expect(quoteArgument(text)).toBe(quoted);
  });

  it.each(['a"b', 'a\nb', 'a\rb', 'a\0b', '100%', '50% & 60%', 'C:\\folder\\'])(
    'refuse %j, which would arrive as something else',
    (text) => {
      expect(() => quoteArgument(text)).toThrow(/cannot pass/);
    },
  );

  it('double the backslashes of WQL, those of a variable too', () => {
    expect(wqlLiteral('%windir%\\SysWOW64\\a.dll')).toBe("'%windir:\\=\\\\%\\\\SysWOW64\\\\a.dll'");
  });

  it.each([wqlLiteral, xpathLiteral])('refuse a quote that would end the literal', (literal) => {
    expect(() => literal("a' or 'b'='b")).toThrow(/it has a '/);
  });
});
