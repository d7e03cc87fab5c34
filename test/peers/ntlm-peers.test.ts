import { existsSync, readdirSync } from 'node:fs';
import { Failure } from '../../contracts/failures';
import type { PasswordCredential, WinRmConnection } from '../../contracts/fleet';
import { labCertificates } from '../../lab/winrm/certificates';
import type { LabCertificates } from '../../lab/winrm/certificates';
import { openTunedWinRm } from '../../remote/winrm/client';
import { defaultTuning } from '../../remote/winrm/config';
import type { CommandResult, Session } from '../../remote/session';
import { hasPythonModules, judgeTest } from '../judges/judge';
import { connectionTo, startPeers } from './peer';
import type { Peer, PeerConfig, PeerFault, PeerProcess } from './peer';

const mechanisms = '/etc/gss/mech.d';
const hasGssNtlm =
  existsSync(mechanisms) && readdirSync(mechanisms).some((file) => file.includes('ntlmssp'));

const acceptors = [
  { name: 'pyspnego', library: 'pyspnego', available: hasPythonModules('spnego') },
  {
    name: 'gss-ntlmssp',
    library: 'gssapi',
    available: hasPythonModules('spnego', 'gssapi') && hasGssNtlm,
  },
] as const;

const anna: PasswordCredential = { username: 'CONTOSO\\anna', password: 'Grün & 🔑 "blau"' };
const bert: PasswordCredential = { username: 'CONTOSO\\bert', password: 'Bert 2' };

const accounts = [
  {
    kind: 'a domain',
    username: 'CONTOSO\\anna',
    file: ['CONTOSO', 'anna'],
    password: anna.password,
  },
  { kind: 'no domain', username: 'lena', file: ['', 'lena'], password: 'simple' },
  { kind: 'the host itself', username: '.\\lena', file: ['', 'lena'], password: 'simple' },
  {
    kind: 'a realm',
    username: 'anna@contoso.test',
    file: ['', 'anna@contoso.test'],
    password: 'simple',
  },
  {
    kind: 'a name in another case than the one the host has',
    username: 'contoso\\OLAF',
    file: ['contoso', 'olaf'],
    password: 'simple',
  },
  {
    kind: 'names outside of ASCII',
    username: 'MÜNCHEN\\jörg øst',
    file: ['MÜNCHEN', 'jörg øst'],
    password: 'pässwörd €',
  },
  {
    kind: 'Cyrillic names',
    username: 'ДОМЕН\\Ольга',
    file: ['ДОМЕН', 'Ольга'],
    password: 'пароль',
  },
  {
    kind: 'a password beyond the basic plane',
    username: 'ina',
    file: ['', 'ina'],
    password: '🔑🗝 한국어',
  },
  { kind: 'a long password', username: 'mia', file: ['', 'mia'], password: 'x&<"\\ ü'.repeat(18) },
] as const;

const users = [
  ['CONTOSO', 'bert', bert.password] as const,
  ...accounts.map(({ file, password }) => [...file, password] as const),
];

describe.each(acceptors)('our client and $name as the acceptor of NTLM', (acceptor) => {
  let peers: PeerProcess;
  let peer: Peer;
  const sessions: Session[] = [];

  beforeAll(() => {
    if (acceptor.available) peers = startPeers(users);
  });

  afterAll(async () => {
    if (acceptor.available) await peers.close();
  });

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await peer?.close();
  });

  const serve = async (config: Partial<PeerConfig> = {}): Promise<void> => {
    peer = await peers.serve({ library: acceptor.library, protocol: 'ntlm', ...config });
  };

  const open = async (
    credential: PasswordCredential = anna,
    connection: Partial<WinRmConnection> = {},
    bindingsOf?: (certificate: Buffer) => Buffer | null,
  ): Promise<Session> => {
    const session = await openTunedWinRm(
      connectionTo(peer, { auth: 'ntlm', ...connection }),
      credential,
      {},
      // Long enough to be alone responsible for nothing here.
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

  judgeTest('logs in once and seals 200 messages each way', acceptor.available, async () => {
    await serve({ repeat: 200, exitCode: 3010 });
    const session = await open();
    const line = 'echo grüße, мир, 世界';
    const result = await session.run(line);
    expect(result.exitCode).toBe(3010);
    expect(printed(result)).toBe(`${line}\r\n`.repeat(200));
    await session.close();
    expect((await peer.report()).logins).toEqual([
      expect.objectContaining({ accepted: true, user: anna.username, mechanism: 'ntlm' }),
    ]);
    expect((await peer.report()).messages.length).toBeGreaterThanOrEqual(203);
    expect((await peer.report()).messages.every((one) => one.sealed && one.connection === 1)).toBe(
      true,
    );
    expect((await peer.report()).messages.map((one) => one.kind)).toEqual([
      'Create',
      'Command',
      ...Array.from({ length: 200 }, () => 'Receive'),
      'Signal',
      'Delete',
    ]);
  });

  judgeTest('seals messages of many sizes each way', acceptor.available, async () => {
    await serve();
    const session = await open();
    for (const length of [1, 15, 16, 17, 255, 256, 1000, 7000]) {
      const line = 'ä'.repeat(length);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      expect(printed(await session.run(line))).toBe(`${line}\r\n`);
    }
    expect((await peer.report()).logins).toHaveLength(1);
  });

  describe.each(accounts)('with $kind', ({ username, password }) => {
    judgeTest('logs in and runs a command', acceptor.available, async () => {
      await serve();
      const session = await open({ username, password });
      expect(printed(await session.run('hostname'))).toBe('hostname\r\n');
      expect((await peer.report()).logins).toEqual([expect.objectContaining({ accepted: true })]);
    });
  });

  describe.each([
    { who: 'a wrong password', username: 'CONTOSO\\anna', password: 'Grün & 🔑 "blaU"' },
    { who: 'the password of another', username: 'CONTOSO\\anna', password: 'Bert 2' },
    { who: 'an unknown user', username: 'CONTOSO\\carl', password: anna.password },
    { who: 'another domain', username: 'FABRIKAM\\anna', password: anna.password },
  ])('with $who', ({ username, password }) => {
    judgeTest(
      'is refused at the first attempt and makes no other',
      acceptor.available,
      async () => {
        await serve();
        const failure = await refusal(open({ username, password }));
        expect(failure).toMatchObject({
          code: 'login-refused',
          retryable: false,
          facts: { username, reason: 'refused', auth: 'ntlm' },
        });
        expect(JSON.stringify([failure.message, failure.advice, failure.facts])).not.toContain(
          password,
        );
        // One attempt: each counts towards a lock-out.
        expect((await peer.report()).logins).toEqual([
          expect.objectContaining({ accepted: false }),
        ]);
        expect((await peer.report()).messages).toEqual([]);
      },
    );
  });

  judgeTest('takes a 401 without token for a refusal', acceptor.available, async () => {
    await serve({ answersNoToken: true });
    expect((await refusal(open())).code).toBe('login-refused');
    expect((await peer.report()).logins).toHaveLength(1);
  });

  describe.each([
    { when: 'its login was forgotten', fault: 'expire' },
    { when: 'the connection was closed after an answer', fault: 'close' },
  ] as const)('when $when', ({ fault }) => {
    judgeTest('logs in anew and loses no output', acceptor.available, async () => {
      await serve({ repeat: 9, faults: { 3: fault, 7: fault } });
      const session = await open();
      expect(printed(await session.run('one'))).toBe('one\r\n'.repeat(9));
      expect((await peer.report()).logins.map((one) => one.accepted)).toEqual([true, true, true]);
      expect((await peer.report()).messages.every((one) => one.sealed)).toBe(true);
    });
  });

  judgeTest('logs in anew when an idle connection was closed', acceptor.available, async () => {
    await serve();
    const session = await open();
    for (const line of ['one', 'two', 'three']) {
      // oxlint-disable-next-line no-await-in-loop -- each finds the connection of the last one closed
      await peer.dropConnections();
      // oxlint-disable-next-line no-await-in-loop
      expect(printed(await session.run(line))).toBe(`${line}\r\n`);
    }
    expect((await peer.report()).logins).toHaveLength(4);
  });

  judgeTest('does not repeat a message that got no answer', acceptor.available, async () => {
    await serve({ faults: { 2: 'drop' } });
    const session = await open();
    expect((await refusal(session.run('once'))).code).toBe('connection-lost');
    await session.close();
    expect((await peer.report()).messages.filter((one) => one.kind === 'Command')).toHaveLength(1);
  });

  describe.each([
    { what: 'altered sealed bytes', fault: 'tamper-data' },
    { what: 'an altered signature', fault: 'tamper-header' },
    { what: 'the answer to an earlier message', fault: 'replay' },
    { what: 'an answer in the clear', fault: 'plain-answer' },
  ] as const satisfies readonly { what: string; fault: PeerFault }[])(
    'given $what',
    ({ fault }) => {
      judgeTest('refuses to believe it', acceptor.available, async () => {
        await serve({ faults: { 3: fault } });
        const session = await open();
        expect(await refusal(session.run('hostname'))).toMatchObject({
          code: 'hostile-reply',
          facts: { host: `127.0.0.1:${peer.port}` },
        });
        // What comes next has a connection and a login of its own.
        expect(printed(await session.run('again'))).toBe('again\r\n');
        expect((await peer.report()).logins).toHaveLength(2);
      });
    },
  );

  judgeTest('fails by a fault in the clear, and goes on sealed', acceptor.available, async () => {
    await serve({ faults: { 3: 'plain-fault' } });
    const session = await open();
    expect((await refusal(session.run('hostname'))).code).toBe('rights-missing');
    expect(printed(await session.run('again'))).toBe('again\r\n');
    expect((await peer.report()).messages.every((one) => one.sealed)).toBe(true);
  });

  judgeTest('keeps two sessions apart that run at one time', acceptor.available, async () => {
    await serve({ repeat: 3 });
    const [ofAnna, ofBert] = await Promise.all([open(), open(bert)]);
    const work = [ofAnna, ofBert].flatMap((session, index) =>
      Array.from({ length: 12 }, async (_, turn) => {
        const line = `session ${index} command ${turn}`;
        expect(printed(await session.run(line))).toBe(`${line}\r\n`.repeat(3));
      }),
    );
    await Promise.all(work);
    const userOf = new Map((await peer.report()).logins.map((one) => [one.connection, one.user]));
    expect(new Set(userOf.values())).toEqual(new Set(['CONTOSO\\anna', 'CONTOSO\\bert']));
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

    judgeTest('binds its login to the certificate of the host', acceptor.available, async () => {
      await serve({ ...tls(), repeat: 20 });
      const session = await open(anna, pinned());
      expect(printed(await session.run('hostname'))).toBe('hostname\r\n'.repeat(20));
      expect((await peer.report()).logins).toEqual([expect.objectContaining({ accepted: true })]);
      // TLS protects the messages; Windows takes no sealed ones there.
      expect((await peer.report()).messages.every((one) => !one.sealed)).toBe(true);
    });

    judgeTest(
      'is refused when the host has another certificate than the one it was shown',
      acceptor.available,
      async () => {
        await serve({ ...tls(), boundTo: other.cert });
        const failure = await refusal(open(anna, pinned()));
        expect(failure.code).toBe('login-refused');
        expect(failure.advice).toContain('CbtHardeningLevel');
        expect((await peer.report()).logins).toEqual([
          expect.objectContaining({ accepted: false }),
        ]);
        expect((await peer.report()).messages).toEqual([]);
      },
    );

    judgeTest('would be refused with made-up bindings', acceptor.available, async () => {
      await serve(tls());
      const made = (): Buffer => Buffer.from('tls-server-end-point:0123456789abcdef');
      expect((await refusal(open(anna, pinned(), made))).code).toBe('login-refused');
      expect((await peer.report()).messages).toEqual([]);
    });

    judgeTest(
      'would be refused without bindings by a strict host',
      acceptor.available,
      async () => {
        await serve({ ...tls(), strict: true });
        const failure = await refusal(open(anna, pinned(), () => null));
        expect(failure).toMatchObject({ code: 'login-refused', retryable: false });
        expect((await peer.report()).logins).toEqual([
          expect.objectContaining({ accepted: false, why: 'bound to nothing' }),
        ]);
        expect(printed(await (await open(anna, pinned())).run('hostname'))).toBe('hostname\r\n');
      },
    );

    judgeTest('would be let in without bindings by a lenient one', acceptor.available, async () => {
      await serve(tls());
      const session = await open(anna, pinned(), () => null);
      expect(printed(await session.run('hostname'))).toBe('hostname\r\n');
    });

    judgeTest('logs in anew over TLS as well', acceptor.available, async () => {
      await serve({ ...tls(), repeat: 6, faults: { 3: 'expire', 5: 'close' } });
      const session = await open(anna, pinned());
      expect(printed(await session.run('one'))).toBe('one\r\n'.repeat(6));
      expect((await peer.report()).logins.map((one) => one.accepted)).toEqual([true, true, true]);
    });
  });
});
