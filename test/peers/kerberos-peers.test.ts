import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../contracts/failures';
import type { Credential, WinRmConnection } from '../../contracts/fleet';
import { labCertificates } from '../../lab/winrm/certificates';
import type { LabCertificates } from '../../lab/winrm/certificates';
import type { CommandResult, Session } from '../../remote/session';
import { openTunedWinRm } from '../../remote/winrm/client';
import { defaultTuning } from '../../remote/winrm/config';
import { hasPythonModules, judgeTest } from '../judges/judge';
import { connectionTo, startPeers } from './peer';
import type { Peer, PeerConfig, PeerFault, PeerProcess } from './peer';
import { enterEnvironment, hasRealm, startRealm } from './realm';
import type { Realm } from './realm';

const available = hasRealm() && hasPythonModules('krb5');

/** libfaketime: the one way to have a process whose clock is wrong. */
const fakeTime = (existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
  .map((folder) => join('/usr/lib', folder, 'faketime', 'libfaketimeMT.so.1'))
  .find((path) => existsSync(path));

const acceptors = [
  { name: 'krb5 of MIT', library: 'gssapi', protocol: 'kerberos' },
  { name: 'SPNEGO of MIT', library: 'gssapi', protocol: 'negotiate' },
  { name: 'krb5 under pyspnego', library: 'pyspnego', protocol: 'kerberos' },
  { name: 'SPNEGO of pyspnego', library: 'pyspnego', protocol: 'negotiate' },
] as const;

const password = 'Grün & "blau" €';
const service = 'HTTP/localhost';
const otherService = 'HTTP/other.example';

let realm: Realm;
let peers: PeerProcess;
let peersAhead: PeerProcess | undefined;
let leave: (() => void) | undefined;
let anna: Credential & { readonly username: string };

/** Peers whose clock is three hours ahead. */
const inTheFuture = (): PeerProcess => {
  peersAhead ??= startPeers([], {
    ...realm.environment,
    LD_PRELOAD: fakeTime ?? '',
    FAKETIME: '+3h',
    // Its threads wait by the monotonic clock.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  return peersAhead;
};

beforeAll(async () => {
  if (!available) return;
  realm = await startRealm({
    services: [service],
    users: [
      ['anna', password],
      ['bert', 'Bert 2'],
      ['eva', 'Eva 5', '-maxlife', `${ticketSeconds} seconds`],
    ],
  });
  // Known to the KDC; its key is not the one that the peers have.
  await realm.kadmin('addprinc', '-randkey', otherService);
  leave = enterEnvironment(realm.environment);
  anna = { username: `anna@${realm.realm}`, password };
  peers = startPeers([['', 'carl', 'Carl 3']], realm.environment);
});

afterAll(async () => {
  leave?.();
  await peers?.close();
  await peersAhead?.close();
  await realm?.close();
});

describe.each(acceptors)('our client and $name as the acceptor', ({ library, protocol }) => {
  let peer: Peer;
  const sessions: Session[] = [];

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await peer?.close();
  });

  const serve = async (config: Partial<PeerConfig> = {}): Promise<void> => {
    peer = await peers.serve({ library, protocol, ...config });
  };

  const open = async (
    credential: Credential = anna,
    connection: Partial<WinRmConnection> = {},
    bindingsOf?: (certificate: Buffer) => Buffer | null,
  ): Promise<Session> => {
    const session = await openTunedWinRm(
      connectionTo(peer, { auth: 'kerberos', address: 'localhost', ...connection }),
      credential,
      {},
      { ...defaultTuning, idleSocketMs: 120_000 },
      bindingsOf && { bindingsOf },
    );
    sessions.push(session);
    return session;
  };

  const refusal = async (work: Promise<unknown>): Promise<Failure> => {
    const error = await work.then(
      () => new Error('nothing was refused'),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Failure);
    return error as Failure;
  };

  const printed = (result: CommandResult): string => result.stdout.toString('utf8');

  /** Where only the scheme Kerberos is offered, the client finds that out by an attempt with Negotiate. */
  const acceptedLogins = async () =>
    (await peer.report()).logins.filter(
      (one) => one.accepted || !one.why?.includes('Negotiate is not offered'),
    );

  judgeTest('logs in once and seals 200 messages each way', available, async () => {
    await serve({ repeat: 200, exitCode: 3010 });
    const session = await open();
    const line = 'echo grüße, мир, 世界';
    const result = await session.run(line);
    expect(result.exitCode).toBe(3010);
    expect(printed(result)).toBe(`${line}\r\n`.repeat(200));
    await session.close();
    const { messages } = await peer.report();
    expect(messages.map((one) => one.kind)).toEqual([
      'Create',
      'Command',
      ...Array.from({ length: 200 }, () => 'Receive'),
      'Signal',
      'Delete',
    ]);
    expect(messages.every((one) => one.sealed)).toBe(true);
    expect(await acceptedLogins()).toEqual([
      expect.objectContaining({ accepted: true, user: anna.username, mechanism: 'kerberos' }),
    ]);
  });

  judgeTest('seals messages of many sizes each way', available, async () => {
    await serve();
    const session = await open();
    for (const length of [1, 15, 16, 17, 255, 256, 1000, 7000]) {
      const line = 'ä'.repeat(length);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      expect(printed(await session.run(line))).toBe(`${line}\r\n`);
    }
    expect(await acceptedLogins()).toHaveLength(1);
  });

  judgeTest('logs in with the ticket of a cache', available, async () => {
    await serve();
    const ticketCache = `FILE:${join(realm.folder, `cache-${library}-${protocol}`)}`;
    await realm.kinit(anna.username, password, ticketCache);
    const session = await open({ username: anna.username, ticketCache });
    expect(printed(await session.run('hostname'))).toBe('hostname\r\n');
    expect(await acceptedLogins()).toEqual([
      expect.objectContaining({ accepted: true, user: anna.username }),
    ]);
  });

  judgeTest('refuses a wrong password without asking the host', available, async () => {
    await serve();
    const failure = await refusal(open({ username: anna.username, password: 'wrong' }));
    expect(failure).toMatchObject({ code: 'login-refused', retryable: false });
    expect((await peer.report()).logins).toEqual([]);
  });

  judgeTest('tells a service name that the KDC does not know', available, async () => {
    await serve();
    const failure = await refusal(open(anna, { servicePrincipal: 'HTTP/nowhere.example' }));
    expect(failure).toMatchObject({
      code: 'kerberos-no-ticket',
      facts: { reason: 'no-spn' },
    });
    expect(await acceptedLogins()).toEqual([]);
  });

  judgeTest('is refused with a ticket for another service', available, async () => {
    await serve();
    const failure = await refusal(open(anna, { servicePrincipal: otherService }));
    expect(failure.code).toBe('login-refused');
    expect(await acceptedLogins()).toEqual([expect.objectContaining({ accepted: false })]);
    expect((await peer.report()).messages).toEqual([]);
  });

  judgeTest(
    'is refused by a host whose clock is three hours ahead, and says so',
    available && fakeTime !== undefined,
    async () => {
      peer = await inTheFuture().serve({ library, protocol });
      const failure = await refusal(open());
      expect(failure.code).toBe('login-refused');
      const { reason, clockSkewMs } = failure.facts;
      // MIT says it in a token; where there is none, the host's own clock stands in its answer.
      if (library === 'gssapi') expect(reason).toBe('clock-skew');
      else expect(Number(clockSkewMs) / 3_600_000).toBeCloseTo(3, 1);
      expect(failure.advice).toContain('correct the clocks');
    },
  );

  describe.each([
    { when: 'its login was forgotten', fault: 'expire' },
    { when: 'the connection was closed after an answer', fault: 'close' },
  ] as const)('when $when', ({ fault }) => {
    judgeTest('logs in anew and loses no output', available, async () => {
      await serve({ repeat: 9, faults: { 3: fault, 7: fault } });
      const session = await open();
      expect(printed(await session.run('one'))).toBe('one\r\n'.repeat(9));
      expect((await acceptedLogins()).map((one) => one.accepted)).toEqual([true, true, true]);
    });
  });

  describe.each([
    { what: 'altered sealed bytes', fault: 'tamper-data' },
    { what: 'an altered signature', fault: 'tamper-header' },
    { what: 'the answer to an earlier message', fault: 'replay' },
    { what: 'an answer in the clear', fault: 'plain-answer' },
  ] as const satisfies readonly { what: string; fault: PeerFault }[])(
    'given $what',
    ({ fault }) => {
      judgeTest('refuses to believe it', available, async () => {
        await serve({ faults: { 3: fault } });
        const session = await open();
        expect((await refusal(session.run('hostname'))).code).toBe('hostile-reply');
        expect(printed(await session.run('again'))).toBe('again\r\n');
      });
    },
  );

  judgeTest('keeps two sessions apart that run at one time', available, async () => {
    await serve({ repeat: 3 });
    const bert = { username: `bert@${realm.realm}`, password: 'Bert 2' };
    const both = await Promise.all([open(), open(bert)]);
    await Promise.all(
      both.flatMap((session, index) =>
        Array.from({ length: 8 }, async (_, turn) => {
          const line = `session ${index} command ${turn}`;
          expect(printed(await session.run(line))).toBe(`${line}\r\n`.repeat(3));
        }),
      ),
    );
    const users = (await acceptedLogins()).map((one) => one.user);
    expect(new Set(users)).toEqual(new Set([anna.username, bert.username]));
    expect((await peer.report()).unreadable).toBe(0);
  });

  describe('over https', () => {
    let own: LabCertificates;
    let other: LabCertificates;
    const tls = (): Partial<PeerConfig> => ({ tls: { certificate: own.cert, key: own.key } });
    const pinned = (): Partial<WinRmConnection> => ({
      scheme: 'https',
      certificateFingerprint: own.fingerprint,
    });

    beforeAll(async () => {
      [own, other] = await Promise.all([labCertificates(), labCertificates()]);
    });

    judgeTest('binds its login to the certificate of the host', available, async () => {
      // pyspnego does not tell whether a login was bound.
      await serve({ ...tls(), repeat: 20, strict: library === 'gssapi' });
      const session = await open(anna, pinned());
      expect(printed(await session.run('hostname'))).toBe('hostname\r\n'.repeat(20));
      expect((await peer.report()).messages.every((one) => !one.sealed)).toBe(true);
    });

    judgeTest(
      'is refused when the host has another certificate than the one it was shown',
      available,
      async () => {
        await serve({ ...tls(), boundTo: other.cert });
        expect((await refusal(open(anna, pinned()))).code).toBe('login-refused');
        expect(await acceptedLogins()).toEqual([expect.objectContaining({ accepted: false })]);
        expect((await peer.report()).messages).toEqual([]);
      },
    );

    if (library === 'gssapi') {
      judgeTest('would be refused without bindings by a strict host', available, async () => {
        await serve({ ...tls(), strict: true });
        expect((await refusal(open(anna, pinned(), () => null))).code).toBe('login-refused');
        expect(await acceptedLogins()).toEqual([
          expect.objectContaining({ accepted: false, why: 'bound to nothing' }),
        ]);
      });
    }

    judgeTest('logs in anew over TLS as well', available, async () => {
      await serve({ ...tls(), repeat: 6, faults: { 3: 'expire', 5: 'close' } });
      const session = await open(anna, pinned());
      expect(printed(await session.run('one'))).toBe('one\r\n'.repeat(6));
      expect((await acceptedLogins()).map((one) => one.accepted)).toEqual([true, true, true]);
    });
  });
});

/** How long the tickets of one account last: enough for a login under load, little enough to wait for. */
const ticketSeconds = 3;

describe('our client and a ticket that lasts a second', () => {
  let peer: Peer;

  afterEach(() => peer?.close());

  judgeTest('is got anew with the password, within the session', available, async () => {
    peer = await peers.serve({ library: 'gssapi', protocol: 'negotiate' });
    const eva = { username: `eva@${realm.realm}`, password: 'Eva 5' };
    const open = (): Promise<Session> =>
      openTunedWinRm(connectionTo(peer, { auth: 'kerberos', address: 'localhost' }), eva);
    const session = await open();
    // A new login for each command, until well after the first ticket has run out.
    const runOut = Date.now() + 2 * ticketSeconds * 1000;
    let logins = 0;
    while (Date.now() < runOut) {
      // oxlint-disable-next-line no-await-in-loop -- the clock decides how often
      await peer.dropConnections();
      // oxlint-disable-next-line no-await-in-loop
      expect((await session.run('hostname')).stdout.toString()).toBe('hostname\r\n');
      logins += 1;
    }
    expect(logins).toBeGreaterThan(1);
    await session.close();
  });

  judgeTest('says that it has expired when it came from a cache', available, async () => {
    peer = await peers.serve({ library: 'gssapi', protocol: 'negotiate' });
    const connection = connectionTo(peer, { auth: 'kerberos', address: 'localhost' });
    const ticketCache = `FILE:${join(realm.folder, 'short')}`;
    await realm.kinit(`eva@${realm.realm}`, 'Eva 5', ticketCache);
    const whenExpired = async (): Promise<unknown> => {
      for (;;) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- the clock decides how often
          const session = await openTunedWinRm(connection, {
            username: `eva@${realm.realm}`,
            ticketCache,
          });
          // oxlint-disable-next-line no-await-in-loop
          await session.close();
        } catch (error) {
          return error;
        }
      }
    };
    expect(await whenExpired()).toMatchObject({
      code: 'kerberos-no-ticket',
      facts: { reason: 'expired' },
    });
  });
});

describe('our client with auth: negotiate', () => {
  let peer: Peer;
  let session: Session | undefined;

  afterEach(async () => {
    await session?.close();
    await peer?.close();
  });

  const logIn = async (credential: Credential, address: string): Promise<void> => {
    peer = await peers.serve({ library: 'pyspnego', protocol: 'negotiate' });
    session = await openTunedWinRm(connectionTo(peer, { auth: 'negotiate', address }), credential);
    expect((await session.run('hostname')).stdout.toString()).toBe('hostname\r\n');
  };

  judgeTest('logs in by Kerberos where there is a ticket to be had', available, async () => {
    await logIn(anna, 'localhost');
    expect((await peer.report()).logins).toEqual([
      expect.objectContaining({ accepted: true, mechanism: 'kerberos', user: anna.username }),
    ]);
  });

  judgeTest('logs in by NTLM where the KDC does not know the host', available, async () => {
    await logIn({ username: 'carl', password: 'Carl 3' }, '127.0.0.1');
    expect((await peer.report()).logins).toEqual([
      expect.objectContaining({ accepted: true, mechanism: 'ntlm', user: 'carl' }),
    ]);
  });
});
