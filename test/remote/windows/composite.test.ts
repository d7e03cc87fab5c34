import fc from 'fast-check';
import type { ShellFacts } from '../../../contracts/facts';
import { startLab } from '../../../lab';
import { openSession } from '../../../remote/open-session';
import type { CommandResult, Session } from '../../../remote/session';
import { ask, composeLine, requireAnyAnswer } from '../../../remote/windows/composite';

const questions = [
  { name: 'one', command: 'cmd /d /c exit 7' },
  { name: 'two', command: '(if exist C:\\nothing (echo there) else (echo gone))' },
  { name: 'three', command: 'cmd /d /c exit -2145124329' },
  { name: 'four', command: 'cd .' },
];

const wine: ShellFacts = { kind: 'cmd', exitCodeBits: 8, conditionals: false };

/** A session that prints what it is told to, with the marker of the line in place of `#`. */
function sessionThatPrints(
  print: (line: string) => string,
  shell?: ShellFacts,
): Session & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    run: (line): Promise<CommandResult> => {
      lines.push(line);
      const marker = /#[0-9a-f]{16}/.exec(line)?.[0] ?? '';
      return Promise.resolve({
        exitCode: 0,
        stdout: Buffer.from(print(line).replaceAll('#', marker), 'latin1'),
        stderr: Buffer.alloc(0),
        truncated: false,
        timedOut: false,
        durationMs: 1,
      });
    },
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    close: () => Promise.resolve(),
    ...(shell !== undefined && {
      shell: () => (lines.length === 0 ? null : shell),
      findShell: () => Promise.resolve(shell),
    }),
  };
}

describe('a composite line', () => {
  it('tells ends by && and || where these look at exit codes, as it always has', () => {
    expect(composeLine([{ name: 'q', command: 'ver' }], '#m')).toBe(
      'chcp && echo #m.code-page.1|| echo #m.code-page.0 & ver && echo #m.q.1|| echo #m.q.0',
    );
  });

  it('tells ends by the error level where they do not, each from a level of its own', () => {
    expect(composeLine([{ name: 'q', command: 'ver' }], '#m', false)).toBe(
      '(call ) & chcp & call echo #m.code-page.e%^errorlevel% & (call ) & ver & call echo #m.q.e%^errorlevel%',
    );
  });

  it('is not longer by the error level, so that what fits the one way fits the other', () => {
    const line = (conditionals: boolean) => composeLine(questions, '#'.repeat(17), conditionals);
    expect(line(false).length).toBeLessThanOrEqual(line(true).length);
  });

  it.each([true, false])(
    'says the same of every question with conditionals: %p',
    async (conditionals) => {
      const credential = { username: 'Administrator', password: 'Correct-Horse-1' };
      const lab = await startLab({ hosts: [{ id: 'a', transport: { kind: 'ssh' }, credential }] });
      const { address, port, hostKey = '' } = lab.endpoint('a');
      const session = await openSession(
        { kind: 'ssh', address, port, hostKey, credentialRef: 'env:TEST' },
        credential,
      );
      try {
        const facts = { ...(await session.findShell?.()), conditionals } as ShellFacts;
        const sections = await ask(
          { ...session, findShell: () => Promise.resolve(facts) },
          questions,
        );
        const seen = questions.map(({ name }) => [
          name,
          sections.of(name).succeeded,
          sections.of(name).text,
        ]);
        expect(seen).toEqual([
          ['one', false, ''],
          ['two', true, 'gone\r\n'],
          ['three', false, ''],
          ['four', true, ''],
        ]);
      } finally {
        await session.close();
        await lab.close();
      }
    },
  );

  it('asks for the shell before the line, whose form depends on it', async () => {
    const session = sessionThatPrints(() => '#.code-page.e0\r\n#.q.e5\r\n', wine);
    const sections = await ask(session, [{ name: 'q', command: 'ver' }]);
    expect(session.lines).toEqual([expect.stringContaining('(call ) & ver & call echo')]);
    expect(sections.of('q')).toEqual({ ended: true, succeeded: false, text: '' });
  });
});

describe('an interpreter that runs both sides of && and ||', () => {
  const both = (name: string) => `#.${name}.1\r\n#.${name}.0\r\n`;

  it('has told nothing, where nobody knew what it is', async () => {
    const session = sessionThatPrints(() => `437\r\n${both('code-page')}text\r\n${both('q')}`);
    const sections = await ask(session, [{ name: 'q', command: 'ver' }]);
    expect(sections.of('q')).toEqual({ ended: false, succeeded: false, text: '' });
    expect(() => requireAnyAnswer(sections)).toThrow(/did not answer as its command interpreter/);
  });

  it('never makes a success, wherever its reply is cut', async () => {
    const whole = `437\r\n${both('code-page')}${both('a')}${both('b')}`;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length }), async (length) => {
        const cut = whole.replaceAll('#', `#${'0'.repeat(16)}`).slice(0, length * 2);
        const session = sessionThatPrints((line) =>
          cut.replaceAll(`#${'0'.repeat(16)}`, /#[0-9a-f]{16}/.exec(line)?.[0] ?? ''),
        );
        const sections = await ask(session, [
          { name: 'a', command: 'ver' },
          { name: 'b', command: 'ver' },
        ]);
        expect(['a', 'b'].some((name) => sections.of(name).succeeded)).toBe(false);
      }),
    );
  });
});

it('an error level whose end was cut is none', async () => {
  const session = sessionThatPrints(() => '#.code-page.e0\r\n#.q.e0', wine);
  const sections = await ask(session, [{ name: 'q', command: 'ver' }]);
  expect(sections.of('q')).toMatchObject({ ended: false, succeeded: false });
});
