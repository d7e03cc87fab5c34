import type { ServerChannel } from 'ssh2';
import type { RunOptions } from '../../../remote/session';
import { runCommand } from '../../../remote/ssh/command';
import { connect } from '../../../remote/ssh/connect';
import type { SshLink } from '../../../remote/ssh/link';
import { failureOf } from '../../peers/sshd-scene';
import { rawCredential, rawSshServer, rawTarget, welcome } from './raw-servers';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A host whose every command is what the test makes of its channel. */
async function linkTo(
  onCommand: (channel: ServerChannel, cut: () => void) => void,
  debug?: (line: string) => void,
): Promise<SshLink> {
  const server = await rawSshServer(
    (connection) =>
      welcome(connection).on('session', (accept) =>
        accept().on('exec', (acceptExec) =>
          onCommand(acceptExec(), () => {
            for (const socket of server.sockets) socket.destroy();
          }),
        ),
      ),
    debug,
  );
  cleanUps.push(() => server.close());
  const link = await connect(rawTarget(server.port), rawCredential, {});
  cleanUps.push(() => link.end());
  return link;
}

const outcome = async (
  onCommand: Parameters<typeof linkTo>[0],
  options: RunOptions = { timeoutMs: 5_000 },
) => runCommand(await linkTo(onCommand), 'anything', options);

describe('the end of a command', () => {
  it.each([0, 194, 255, 3010, 2149842967, 0xffffffff])(
    'is exit code %p, all 32 bits',
    async (code) => {
      const result = await outcome((channel) => {
        channel.exit(code);
        channel.end();
      });
      expect(result).toMatchObject({ exitCode: code, timedOut: false });
    },
  );

  it('by a signal is no exit code: the signal, the dump and what was said of it are told', async () => {
    const failure = await failureOf(
      outcome((channel) => {
        channel.write('so far');
        channel.exit('SEGV', true, `segmentation\r\nfault \u001b[31m${'x'.repeat(5000)}`);
        channel.end();
      }),
    );
    expect(failure).toMatchObject({
      code: 'command-killed',
      retryable: true,
      facts: { signal: 'SIGSEGV', coreDumped: true },
    });
    expect(failure.message).toMatch(
      /ended by SIGSEGV, core dumped: segmentation fault \[31mx+ \(ssh/,
    );
    expect(failure.message.length).toBeLessThan(300);
  });

  it('that nobody tells is a lost connection: whether it ran is unknown', async () => {
    const failure = await failureOf(outcome((channel) => channel.end('half an answer')));
    expect(failure).toMatchObject({ code: 'connection-lost' });
    expect(failure.message).toContain('whether the command ran is unknown');
  });

  it('may be told before its output comes, of either stream', async () => {
    const result = await outcome((channel) => {
      channel.exit(9);
      channel.stderr.write('to the other');
      channel.write('to the one', () => channel.end());
    });
    expect(result).toMatchObject({
      exitCode: 9,
      stdout: Buffer.from('to the one'),
      stderr: Buffer.from('to the other'),
    });
  });

  it('that never comes because the connection is cut is a lost connection', async () => {
    const failure = await failureOf(
      outcome((channel, cut) => {
        channel.write('all of it?', () => cut());
      }),
    );
    expect(failure).toMatchObject({ code: 'connection-lost', retryable: true });
  });
});

describe('a command that takes too long', () => {
  it('is to be killed before its channel is closed, and what it said is kept', async () => {
    const seen: string[] = [];
    const link = await linkTo(
      (channel) => channel.write('so far'),
      (line) => seen.push(line),
    );
    const result = await runCommand(link, 'hang', { timeoutMs: 200 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null, stdout: Buffer.from('so far') });
    await link.end();
    const kill = seen.findIndex((line) => /CHANNEL_REQUEST .*KILL/.test(line));
    const close = seen.findIndex((line) => /Inbound: CHANNEL_CLOSE/.test(line));
    expect(kill).toBeGreaterThan(0);
    expect(close).toBeGreaterThan(kill);
  });

  it('and dies of our signal is out of time, not killed', async () => {
    const link = await linkTo((channel) => {
      channel.on('close', () => undefined);
      // As sshd does it: word of the end comes before the close is confirmed.
      setTimeout(() => {
        channel.exit('KILL', false, '');
        channel.end();
      }, 150);
    });
    const result = await runCommand(link, 'hang', { timeoutMs: 100 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null });
  });
});
