import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { wrapCommandLine } from '../../../remote/ssh/shell-wrapping';

const run = promisify(execFile);
const hostile = fc.string({
  unit: fc.constantFrom(
    ...Array.from(' "%^&|<>()!\\\'`,;=@~#$*?[]{}+-/:aB7é€中😀\t'),
    '%PATH%',
    '!PATH!',
    '$HOME',
    '/c/x',
  ),
  minLength: 1,
  maxLength: 40,
});

describe('a line for a POSIX shell', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posix-shell-'));
    // In the place of cmd.exe: says what it would have seen.
    const program = join(folder, 'cmd.exe');
    await writeFile(program, '#!/bin/sh\nprintf "%s\\0" "$ROLLOUT_LINE" "$@"\n');
    await chmod(program, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What cmd.exe is given by a real /bin/sh: the line, then its words. */
  const given = async (wrapped: readonly string[]): Promise<string[][]> => {
    const { stdout } = await run(
      '/bin/sh',
      ['-c', wrapped.map((line) => `${line}; echo`).join('; ')],
      {
        env: { PATH: `${folder}:/usr/bin:/bin` },
      },
    );
    return stdout
      .split('\0\n')
      .slice(0, -1)
      .map((one) => one.split('\0'));
  };

  it('brings every character to cmd.exe, and its own words unquoted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 40 }), async (lines) => {
        const wrapped = lines.map((line) =>
          wrapCommandLine(line, { kind: 'posix', exitMarker: '#m' }),
        );
        const words = '/d /v:on /c cmd /d /v:off /s /c !ROLLOUT_LINE!& echo #m!errorlevel!'.split(
          ' ',
        );
        expect(await given(wrapped)).toEqual(lines.map((line) => [`"${line}"`, ...words]));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a line for PowerShell', () => {
  it('has nothing in it that PowerShell, or a server that quotes it, could understand', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        const wrapped = wrapCommandLine(line, { kind: 'powershell', exitMarker: null });
        const match =
          /^\$env:ROLLOUT_LINE=\[Text\.Encoding\]::UTF8\.GetString\(\[Convert\]::FromBase64String\('([\w+/=]+)'\)\); cmd\.exe \/d \/v:on \/c cmd \/d \/v:off \/s \/c '!ROLLOUT_LINE!'; exit \$LASTEXITCODE$/.exec(
            wrapped,
          );
        expect(Buffer.from(match?.[1] ?? '', 'base64').toString('utf8')).toBe(`"${line}"`);
      }),
    );
  });

  it('prints its exit code where the server cuts it', () => {
    expect(wrapCommandLine('ver', { kind: 'powershell', exitMarker: '#m' })).toMatch(
      / cmd\.exe \/d \/v:on \/c cmd \/d \/v:off \/s \/c '!ROLLOUT_LINE!&' echo '#m!errorlevel!'; exit \$LASTEXITCODE$/,
    );
  });
});

describe('a line for cmd.exe', () => {
  it('stays as it is when its exit code arrives whole', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        expect(wrapCommandLine(line, { kind: 'cmd', exitMarker: null })).toBe(line);
      }),
    );
  });

  it('is escaped, quotes and names too, when a second cmd.exe has to read it', () => {
    expect(
      wrapCommandLine('echo "a & %PATH%" 100% & exit 5', { kind: 'cmd', exitMarker: '#m' }),
    ).toBe(
      'cmd /d /v:off /s /c ^"echo ^"a ^& %^PATH%^" 100%^ ^& exit 5^"& call echo #m%^errorlevel%',
    );
  });

  it('means nothing to the first cmd.exe, and is what it was to the second', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        const wrapped = wrapCommandLine(line, { kind: 'cmd', exitMarker: '#m' });
        const tail = '& call echo #m%^errorlevel%';
        expect(wrapped.endsWith(tail)).toBe(true);
        expect(withoutCarets(wrapped.slice(0, -tail.length))).toBe(`cmd /d /v:off /s /c "${line}"`);
        for (const [, name = ''] of wrapped.matchAll(/%(?=([^%]*)%)/g)) {
          // No variable has such a name, so that nothing is replaced.
          expect(name).toMatch(/^(\^.*)?$/s);
        }
      }),
      { numRuns: 2000 },
    );
  });

  /** As cmd.exe takes them away; an operator that none of them guards is an error, and so is a quote. */
  const withoutCarets = (text: string): string =>
    text.replace(/\^(.)|[&|<>()"]/gsu, (whole, kept: string | undefined) => {
      if (kept === undefined) throw new Error(`cmd.exe sees ${whole} in ${text}`);
      return kept;
    });
});

describe('what no shell can be given', () => {
  it.each([
    { line: 'a\nb', why: /line breaks/ },
    { line: 'a\0b', why: /NUL/ },
    { line: '\udc00', why: /surrogate/ },
  ])('is refused: $why', ({ line, why }) => {
    for (const kind of ['cmd', 'powershell', 'posix'] as const) {
      expect(() => wrapCommandLine(line, { kind, exitMarker: null })).toThrow(why);
    }
  });

  it.each([
    { kind: 'cmd', exitMarker: null, most: 8191 },
    {
      kind: 'cmd',
      exitMarker: '#m',
      most: 8191 - 'cmd /d /v:off /s /c ^"^"& call echo #m%^errorlevel%'.length,
    },
    { kind: 'powershell', exitMarker: null, most: 8191 - 'cmd /d /v:off /s /c ""'.length },
    { kind: 'posix', exitMarker: '#m', most: 8191 - 'cmd /d /v:off /s /c ""'.length },
  ] as const)(
    'is longer than $most characters with $kind ($exitMarker)',
    ({ kind, exitMarker, most }) => {
      const wrap = (length: number) => wrapCommandLine('x'.repeat(length), { kind, exitMarker });
      expect(() => wrap(most)).not.toThrow();
      expect(() => wrap(most + 1)).toThrow(/longer than .* takes/);
    },
  );

  it('counts what the escaping of a line adds', () => {
    const line = '"'.repeat(5000);
    expect(() => wrapCommandLine(line, { kind: 'cmd', exitMarker: null })).not.toThrow();
    expect(() => wrapCommandLine(line, { kind: 'cmd', exitMarker: '#m' })).toThrow(/escaped/);
  });
});
