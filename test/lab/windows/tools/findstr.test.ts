import { createPipe } from '../../../../lab/windows/process/streams';
import { findstr } from '../../../../lab/windows/tools/findstr';
import { createToolHost, fileInput, runTool } from './run-tool';

const lines = ['alpha beta', 'Beta', 'gamma.delta', 'a+b (c)', 'x\\y', '', 'word wordy'].map(
  (line) => `${line}\r\n`,
);

describe('findstr on standard input', () => {
  it.each([
    { tail: '"^"', found: [0, 1, 2, 3, 4, 5, 6] },
    { tail: '^', found: [0, 1, 2, 3, 4, 5, 6] },
    { tail: '/v "^$"', found: [0, 1, 2, 3, 4, 6] },
    { tail: '"^$"', found: [5] },
    { tail: 'beta', found: [0] },
    { tail: '/i beta', found: [0, 1] },
    { tail: '-I BETA', found: [0, 1] },
    { tail: '/iv beta', found: [2, 3, 4, 5, 6] },
    { tail: '/i/v beta', found: [2, 3, 4, 5, 6] },
    { tail: '"beta delta"', found: [0, 2] },
    { tail: '/c:"alpha beta"', found: [0] },
    { tail: '/C:"alpha" /c:x', found: [0, 4] },
    { tail: '/ic:"BETA"', found: [0, 1] },
    { tail: '/b a', found: [0, 3] },
    { tail: '/e a', found: [0, 1, 2] },
    { tail: '/x /i beta', found: [1] },
    { tail: '/r "a.*a$"', found: [0, 2] },
    { tail: '"^[a-c]"', found: [0, 3] },
    { tail: '/r /c:"[^a-z ]$"', found: [3] },
    { tail: '"gamma.delta"', found: [2] },
    { tail: '/c:"gamma.delta"', found: [2] },
    { tail: '/l "g.mma"', found: [] },
    { tail: '/r /c:"g.mma"', found: [2] },
    { tail: '"a+b"', found: [3] },
    { tail: '"^a+"', found: [3] },
    { tail: '/c:"(c)"', found: [3] },
    { tail: String.raw`"\<wordy\>"`, found: [6] },
    { tail: String.raw`"\<ord"`, found: [] },
    { tail: String.raw`/r "x\\y"`, found: [4] },
    { tail: String.raw`/l "x\\y"`, found: [4] },
    { tail: String.raw`/r "a\.d"`, found: [2] },
    { tail: '/r "*beta"', found: [] },
  ])('finds lines $found for findstr $tail', async ({ tail, found }) => {
    const run = await runTool(findstr, createToolHost(), tail, { stdin: lines.join('') });
    expect(run).toEqual({
      code: found.length > 0 ? 0 : 1,
      stdout: found.map((index) => lines[index]).join(''),
      stderr: '',
    });
  });

  it.each([
    { tail: '/n Beta', stdout: '2:Beta\r\n' },
    { tail: '/o Beta', stdout: '12:Beta\r\n' },
    { tail: '/n /o Beta', stdout: '2:12:Beta\r\n' },
    { tail: '/m Beta', stdout: '(standard input)\r\n' },
  ])('labels what it prints for $tail', async ({ tail, stdout }) => {
    const run = await runTool(findstr, createToolHost(), tail, { stdin: lines.join('') });
    expect(run).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    { what: 'a pipe whose last line has no end', stdin: 'a\r\nb', stdout: 'a\r\nb\r\n' },
    { what: 'a file whose last line has no end', stdin: fileInput('a\r\nb'), stdout: 'a\r\nb' },
    { what: 'bare LFs', stdin: 'a\nb\n', stdout: 'a\nb\n' },
    { what: 'bytes that are no text', stdin: '\0\x80\xff\r\r\n', stdout: '\0\x80\xff\r\r\n' },
  ])('passes on $what', async ({ stdin, stdout }) => {
    const run = await runTool(findstr, createToolHost(), '"^"', { stdin });
    expect(run).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('sees no end of a line at a bare LF', async () => {
    const run = await runTool(findstr, createToolHost(), '"b$"', { stdin: 'b\nb\r\n' });
    expect(run.stdout).toBe('b\r\n');
  });

  it('ends with 1 when nothing came', async () => {
    const run = await runTool(findstr, createToolHost(), '"^"', { stdin: '' });
    expect(run).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  it('drops a line that is too long and says which', async () => {
    const stdin = `ok\r\n${'x'.repeat(8192)}\r\n${'y'.repeat(8191)}\r\n`;
    const run = await runTool(findstr, createToolHost(), '"^"', { stdin });
    expect(run.stderr).toBe('FINDSTR: Line 2 is too long.\r\n');
    expect(run.stdout).toBe(`ok\r\n${'y'.repeat(8191)}\r\n`);
  });

  it('prints lines before standard input ends', async () => {
    const { sink, source } = createPipe();
    let first: (text: string) => void = () => undefined;
    const printed = new Promise<string>((resolve) => {
      first = resolve;
    });
    const running = runTool(findstr, createToolHost(), '"^"', {
      stdin: source,
      onOutput: (text) => first(text),
    });
    sink.write(Buffer.from('one\r\ntw'));
    await expect(printed).resolves.toBe('one\r\n');
    sink.write(Buffer.from('o\r\n'));
    sink.close();
    await expect(running).resolves.toEqual({ code: 0, stdout: 'one\r\ntwo\r\n', stderr: '' });
  });

  it('passes 20 MB that come in pieces on unchanged', async () => {
    const line = `${'QUJD'.repeat(250)}\r\n`;
    const text = line.repeat(20_000);
    const { sink, source } = createPipe();
    for (let at = 0; at < text.length; at += 99_991)
      sink.write(Buffer.from(text.slice(at, at + 99_991), 'latin1'));
    sink.close();
    const run = await runTool(findstr, createToolHost(), '"^"', { stdin: source });
    expect(run.stdout === text).toBe(true);
  });

  it('compares in the code page of the console', async () => {
    const run = await runTool(findstr, createToolHost(), '"ä"', {
      stdin: 'M\x84rz\r\nMai\r\n',
      codePage: 850,
    });
    expect(run.stdout).toBe('M\x84rz\r\n');
  });
});

describe('findstr on files', () => {
  function withFiles(): ReturnType<typeof createToolHost> {
    const tool = createToolHost();
    tool.host.files.makeFolder('C:\\Windows\\Temp\\sub');
    tool.write('C:\\Windows\\Temp\\a.txt', 'one\r\ntwo\r\n');
    tool.write('C:\\Windows\\Temp\\b.txt', 'two\r\nthree\r\n');
    tool.write('C:\\Windows\\Temp\\sub\\c.txt', 'two\r\n');
    tool.write('C:\\Windows\\Temp\\words.lst', 'three\r\none\r\n');
    return tool;
  }

  it.each([
    { tail: 'two a.txt', stdout: 'two\r\n' },
    { tail: 'two a.txt b.txt', stdout: 'a.txt:two\r\nb.txt:two\r\n' },
    { tail: '/n two *.txt', stdout: 'a.txt:2:two\r\nb.txt:1:two\r\n' },
    {
      tail: '/m two C:\\Windows\\Temp\\*.txt',
      stdout: 'C:\\Windows\\Temp\\a.txt\r\nC:\\Windows\\Temp\\b.txt\r\n',
    },
    { tail: '/s two *.txt', stdout: 'a.txt:two\r\nb.txt:two\r\nsub\\c.txt:two\r\n' },
    { tail: '/g:words.lst b.txt', stdout: 'three\r\n' },
    { tail: '/c:one "a.txt"', stdout: 'one\r\n' },
  ])('finds $tail', async ({ tail, stdout }) => {
    await expect(runTool(findstr, withFiles(), tail)).resolves.toEqual({
      code: 0,
      stdout,
      stderr: '',
    });
  });

  it.each([
    { tail: 'two gone.txt', code: 1, stdout: '', stderr: 'FINDSTR: Cannot open gone.txt\r\n' },
    {
      tail: 'two gone.txt a.txt',
      code: 0,
      stdout: 'a.txt:two\r\n',
      stderr: 'FINDSTR: Cannot open gone.txt\r\n',
    },
    {
      tail: 'two C:\\Windows',
      code: 1,
      stdout: '',
      stderr: 'FINDSTR: Cannot open C:\\Windows\r\n',
    },
    { tail: '', code: 2, stdout: '', stderr: 'FINDSTR: Bad command line\r\n' },
    { tail: '""', code: 2, stdout: '', stderr: 'FINDSTR: Bad command line\r\n' },
    { tail: '/i', code: 2, stdout: '', stderr: 'FINDSTR: Bad command line\r\n' },
    { tail: '/q two a.txt', code: 0, stdout: 'two\r\n', stderr: 'FINDSTR: /q ignored\r\n' },
  ])('tells what is wrong with $tail', async ({ tail, code, stdout, stderr }) => {
    await expect(runTool(findstr, withFiles(), tail)).resolves.toEqual({ code, stdout, stderr });
  });
});
