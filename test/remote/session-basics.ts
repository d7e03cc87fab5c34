import { createHash, randomBytes } from 'node:crypto';
import type { Session } from '../../remote/session';

/** What a session has to be asked on this peer, whose shell is cmd.exe or a POSIX one. */
export interface BasicsWorld {
  /** A session with the peer; closed by the suite. */
  readonly open: () => Promise<Pick<Session, 'run' | 'close'>>;
  /** Ends its lines so. */
  readonly lineEnd: '\r\n' | '\n';
  /** Exit codes that arrive as they are. */
  readonly exitCodes: readonly number[];
  readonly exitWith: (code: number) => string;
  /** Command that prints the word and a line end on standard error. */
  readonly complain: (word: string) => string;
  /** Never ends by itself. */
  readonly endless: string;
  /** Prints more than 10,000 bytes. */
  readonly talkative: string;
  /** Reads its standard input to the end. */
  readonly reader: string;
}

/** Runs a test when the peer is there. */
type Check = (name: string, check: () => Promise<void>) => void;

/**
 * The part of the session contract that needs no lab: it holds with any peer, also those that nobody here wrote. Faults
 * and the state of the host are the lab's part, in session-contract.ts.
 */
export function checkBasics(peer: string, check: Check, world: () => BasicsWorld): void {
  const withSession = async (
    use: (session: Awaited<ReturnType<BasicsWorld['open']>>) => Promise<void>,
  ): Promise<void> => {
    const session = await world().open();
    try {
      await use(session);
    } finally {
      await session.close();
    }
  };

  check(`${peer}: output, errors and exit codes come as they are`, () =>
    withSession(async ({ run }) => {
      const { lineEnd, complain, exitCodes, exitWith } = world();
      expect((await run('echo hello')).stdout.toString()).toBe(`hello${lineEnd}`);
      const complaint = await run(complain('trouble'));
      expect(complaint.stderr.toString().trim()).toBe('trouble');
      expect(complaint.stdout.toString()).toBe('');
      for (const code of exitCodes) {
        expect(await run(exitWith(code))).toMatchObject({ exitCode: code, timedOut: false });
      }
    }),
  );

  check(`${peer}: one session runs commands side by side and keeps them apart`, () =>
    withSession(async ({ run }) => {
      const words = ['one', 'two', 'three'];
      const results = await Promise.all(words.map((word) => run(`echo ${word}`)));
      expect(results.map(({ stdout }) => stdout.toString().trim())).toEqual(words);
    }),
  );

  check(`${peer}: a command past its deadline is given up, and the session goes on`, () =>
    withSession(async ({ run }) => {
      expect(await run(world().endless, { timeoutMs: 1500 })).toMatchObject({
        timedOut: true,
        exitCode: null,
      });
      expect((await run('echo still here')).stdout.toString().trim()).toBe('still here');
    }),
  );

  check(`${peer}: a cancelled command rejects with the reason, and the session goes on`, () =>
    withSession(async ({ run }) => {
      const cancellation = new AbortController();
      const ending = run(world().endless, { signal: cancellation.signal });
      cancellation.abort(new Error('changed our mind'));
      await expect(ending).rejects.toThrow('changed our mind');
      expect((await run('echo still here')).stdout.toString().trim()).toBe('still here');
    }),
  );

  check(`${peer}: output beyond the limit is dropped and said to be`, () =>
    withSession(async ({ run }) => {
      const { stdout, truncated, exitCode } = await run(world().talkative, {
        maxOutputBytes: 1000,
      });
      expect({ length: stdout.length, truncated, exitCode }).toEqual({
        length: 1000,
        truncated: true,
        exitCode: 0,
      });
    }),
  );

  check(`${peer}: a command that reads its input finds the end of it`, () =>
    withSession(async ({ run }) => {
      expect(await run(world().reader, { timeoutMs: 30_000 })).toMatchObject({ timedOut: false });
    }),
  );
}

/** The same for what brings files onto the peer, which takes a drive C. */
export function checkUpload(peer: string, check: Check, open: () => Promise<Session>): void {
  check(
    `${peer}: a file arrives whole in a folder that was not there, and replaces the one before`,
    async () => {
      const session = await open();
      const path = `C:\\windows\\temp\\${randomBytes(4).toString('hex')}\\some file.txt`;
      for (const text of ['x'.repeat(100_000), '', 'the last']) {
        const bytes = Buffer.from(text);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        expect(await session.upload({ bytes, sha256 }, path)).toMatchObject({
          bytes: bytes.length,
        });
        expect((await session.run(`type "${path}"`)).stdout.toString()).toBe(text);
      }
      await session.close();
    },
  );
}
