import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import fc from 'fast-check';
import { Failure } from '../../../contracts/failures';
import type { WinRmConnection } from '../../../contracts/fleet';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer } from '../../../lab/winrm/server';
import { openTunedWinRm } from '../../../remote/winrm/client';
import { account, createFakeMachine } from '../../lab/winrm/fake-machine';
import { connectionTo, quickTuning } from './scene';

/** Bytes of the host on their way to the client, with the number of those that went before. */
type Carry = (bytes: Buffer, before: number, client: Socket) => void;

let host: WinRmServer;
let wire: Server;
let carry: Carry;

beforeAll(async () => {
  const machine = createFakeMachine({
    say: ({ out, exit }) => {
      out('Grüße, said in several pieces\r\n'.repeat(20));
      exit(3010);
    },
  });
  host = await serveWinRm(machine, {
    scheme: 'http',
    allowUnencrypted: true,
    // A client that was cut off cannot say goodbye, and its shells stay.
    limits: { maxShellsPerUser: 10_000 },
  });
  wire = createServer((client) => {
    const server = connect(host.port, '127.0.0.1');
    let before = 0;
    client.pipe(server);
    server.on('data', (bytes: Buffer) => {
      carry(bytes, before, client);
      before += bytes.length;
    });
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('close', end).on('error', end);
    client.setNoDelay(true);
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await host.close();
  await new Promise((resolve) => wire.close(resolve));
});

async function say(auth: WinRmConnection['auth']) {
  const port = (wire.address() as AddressInfo).port;
  const connection = connectionTo(port, { auth });
  const session = await openTunedWinRm(connection, account, {}, quickTuning);
  try {
    return await session.run('say');
  } finally {
    await session.close();
  }
}

describe.each(['basic', 'ntlm'] as const)('a host that logs in %s clients', (auth) => {
  test('is understood in whatever pieces its bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        async (sizes) => {
          carry = (bytes, _before, client) => {
            let at = 0;
            for (let piece = 0; at < bytes.length; piece += 1) {
              const size = sizes[piece % sizes.length] ?? 1;
              client.write(bytes.subarray(at, at + size));
              at += size;
            }
          };
          const { exitCode, stdout } = await say(auth);
          expect(exitCode).toBe(3010);
          expect(stdout.toString()).toBe('Grüße, said in several pieces\r\n'.repeat(20));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('that hangs up after any of its bytes is an error, and nobody waits for more', async () => {
    carry = (bytes, _before, client) => client.write(bytes);
    await say(auth);
    // Every byte of what a login and the first answers are, then ever wider.
    const ends = [...Array(60).keys()].map((at) => Math.floor(at ** 2.05));
    for (const end of ends) {
      let isCut = false;
      carry = (bytes, before, client) => {
        isCut ||= before + bytes.length > end;
        if (isCut) client.end(bytes.subarray(0, Math.max(0, end - before)));
        else client.write(bytes);
      };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const error: unknown = await say(auth).then(
        () => null,
        (reason: unknown) => reason,
      );
      // What comes after the result is only the goodbye.
      if (!isCut || error === null) continue;
      expect(error).toBeInstanceOf(Failure);
      expect(['connection-lost', 'protocol-error', 'hostile-reply']).toContain(
        (error as Failure).code,
      );
    }
  });
});
