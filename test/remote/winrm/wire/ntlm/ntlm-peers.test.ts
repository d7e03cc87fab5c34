import { createHash, randomBytes } from 'node:crypto';
import { createNtlmAcceptor } from '../../../../../remote/winrm/wire/ntlm/acceptor';
import type { NtlmAcceptorOptions } from '../../../../../remote/winrm/wire/ntlm/acceptor';
import { createNtlmInitiator } from '../../../../../remote/winrm/wire/ntlm/initiator';
import type { NtlmLogin } from '../../../../../remote/winrm/wire/ntlm/initiator';
import { NtlmRefused } from '../../../../../remote/winrm/wire/ntlm/refused';
import type { NtlmSecurity } from '../../../../../remote/winrm/wire/ntlm/security';
import { decodeSealed, encodeSealed } from '../../../../../remote/winrm/wire/sealed-message';
import { hasPythonModules, judgeTest } from '../../../../judges/judge';
import { hasGssNtlm, openNtlmPeer } from './ntlm-peer';
import type { NtlmPeer, PeerOpening } from './ntlm-peer';

const login = { username: 'operator', domain: 'CONTOSO', password: 'correct horse' };
const accounts = [
  'CONTOSO:operator:correct horse',
  'CONTOSO:jürgen:Grüße, 密码 €!',
  ':localuser:Пароль',
];
const protocol = 'application/HTTP-SPNEGO-session-encrypted';
const certificate = Buffer.from('a certificate');
const bindings = Buffer.concat([
  Buffer.from('tls-server-end-point:'),
  createHash('sha256').update(certificate).digest(),
]);
const otherBindings = Buffer.concat([Buffer.from('tls-server-end-point:'), Buffer.alloc(32, 7)]);

const messages = [1, 15, 16, 17, 255, 256, 257, 4000].map((size) => randomBytes(size));
/** As large as an envelope of Windows Server 2008 R2 may be. */
const envelope = randomBytes(153_600);

const open: NtlmPeer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

function openPeer(opening: PeerOpening): NtlmPeer {
  const peer = openNtlmPeer(opening);
  open.push(peer);
  return peer;
}

interface Outcome {
  readonly refused: string | null;
  readonly who: string | null;
  readonly security: NtlmSecurity;
}

/** Our initiator logs in to the peer. */
async function logInTo(
  peer: NtlmPeer,
  who: NtlmLogin,
  channelBindings: Buffer | null = null,
): Promise<Outcome> {
  const initiator = createNtlmInitiator({
    login: who,
    channelBindings,
    servicePrincipal: 'HTTP/host.contoso.test',
  });
  const challenge = await peer.step(initiator.negotiate());
  if ('refused' in challenge || challenge.token === null) throw new Error('no challenge came');
  const { token, security } = initiator.authenticate(challenge.token);
  const verdict = await peer.step(token);
  return 'refused' in verdict
    ? { refused: verdict.refused, who: null, security }
    : { refused: verdict.complete ? null : 'incomplete', who: verdict.who, security };
}

/** Both ways in turn, and several in a row one way, so that neither stream hides behind the other. */
async function exchangeSealed(
  peer: NtlmPeer,
  security: NtlmSecurity,
  more: readonly Buffer[] = [],
): Promise<number> {
  let exchanged = 0;
  for (const message of [...messages, ...more]) {
    await sealToPeer(peer, security, message);
    const theirs = await peer.wrap(message);
    // Jest compares large buffers byte by byte, and slowly.
    expect(security.unseal(theirs.header, theirs.data).equals(message)).toBe(true);
    exchanged += 2;
  }
  for (const message of messages) {
    await sealToPeer(peer, security, message);
    exchanged += 1;
  }
  return exchanged;
}

async function sealToPeer(peer: NtlmPeer, security: NtlmSecurity, message: Buffer): Promise<void> {
  const { header, data } = security.seal(message);
  expect([header.length, data.length]).toEqual([16, message.length]);
  const received = await peer.unwrap(header, data);
  expect(Buffer.isBuffer(received) ? received.equals(message) : received).toBe(true);
}

const acceptors = [
  { peer: 'pyspnego', available: hasPythonModules('spnego') },
  { peer: 'gss-ntlmssp', available: hasGssNtlm() },
] as const;

describe.each(acceptors)('our client logs in to $peer', ({ peer, available }) => {
  const accept = (expected: Buffer | null = null): NtlmPeer =>
    openPeer({ peer, side: 'acceptor', accounts, bindings: expected });

  judgeTest('and seals messages both ways', available, async () => {
    const acceptor = accept();
    const { refused, who, security } = await logInTo(acceptor, login);
    expect({ refused, who: who?.replace(/\0$/, '') }).toEqual({
      refused: null,
      who: 'CONTOSO\\operator',
    });
    expect(await exchangeSealed(acceptor, security, [envelope])).toBe(3 * messages.length + 2);
  });

  judgeTest('with a workstation name', available, async () => {
    const { refused } = await logInTo(accept(), { ...login, workstation: 'CONSOLE-ü' });
    expect(refused).toBeNull();
  });

  judgeTest('with a name and a password that are not ASCII', available, async () => {
    const acceptor = accept();
    const { refused, security } = await logInTo(acceptor, {
      username: 'jürgen',
      domain: 'CONTOSO',
      password: 'Grüße, 密码 €!',
    });
    expect(refused).toBeNull();
    expect(await exchangeSealed(acceptor, security)).toBe(3 * messages.length);
  });

  judgeTest('with an account of the host itself', available, async () => {
    const { refused } = await logInTo(accept(), {
      username: 'localuser',
      domain: '',
      password: 'Пароль',
    });
    expect(refused).toBeNull();
  });

  judgeTest('which refuses a wrong password', available, async () => {
    const { refused } = await logInTo(accept(), { ...login, password: 'wrong' });
    expect(refused).toMatch(peer === 'pyspnego' ? /Invalid NTLM response/ : /GSSError/);
  });

  judgeTest('which refuses an account that it does not have', available, async () => {
    const { refused } = await logInTo(accept(), { ...login, username: 'nobody' });
    expect(refused).not.toBeNull();
  });

  judgeTest('bound to the TLS connection that both see', available, async () => {
    const acceptor = accept(bindings);
    const { refused, security } = await logInTo(acceptor, login, bindings);
    expect(refused).toBeNull();
    expect(await exchangeSealed(acceptor, security)).toBe(3 * messages.length);
  });

  judgeTest(
    'which refuses a login that came through another TLS connection',
    available,
    async () => {
      const { refused } = await logInTo(accept(bindings), login, otherBindings);
      expect(refused).not.toBeNull();
    },
  );

  // Both take the zeros of a client without bindings for a client that has nothing to say about them. Our own acceptor
  // can be told to refuse those, as the WinRM service does when CbtHardeningLevel is Strict.
  judgeTest('without bindings, which is not held to be an attack', available, async () => {
    const { refused } = await logInTo(accept(bindings), login, null);
    expect(refused).toBeNull();
  });

  judgeTest('which refuses a sealed message with one bit changed', available, async () => {
    const acceptor = accept();
    const { security } = await logInTo(acceptor, login);
    const { header, data } = security.seal(Buffer.from('reboot'));
    data[2] = (data[2] ?? 0) ^ 1;
    expect(await acceptor.unwrap(header, data)).toHaveProperty('refused');
  });

  judgeTest('and refuses its sealed message with one bit changed', available, async () => {
    const acceptor = accept();
    const { security } = await logInTo(acceptor, login);
    const { header, data } = await acceptor.wrap(Buffer.from('reboot'));
    data[2] = (data[2] ?? 0) ^ 1;
    expect(() => security.unseal(header, data)).toThrow(NtlmRefused);
  });
});

describe('the framing of sealed messages', () => {
  judgeTest('is read and written as pypsrp does', hasPythonModules('pypsrp'), async () => {
    const acceptor = openPeer({ peer: 'pyspnego', side: 'acceptor', accounts, bindings: null });
    const { security } = await logInTo(acceptor, login);
    for (const text of ['<s:Envelope/>', 'Grüße €', '--Encrypted Boundary', 'x'.repeat(4000)]) {
      const plain = Buffer.from(text);
      const parts = { ...security.seal(plain), plainLength: plain.length };
      const { contentType, body } = encodeSealed(protocol, parts);
      expect(await acceptor.unpack(body)).toEqual(plain);
      const { header, data, plainLength } = decodeSealed(contentType, await acceptor.pack(plain));
      expect(security.unseal(header, data)).toEqual(plain);
      expect(plainLength).toBe(plain.length);
    }
  });
});

describe('what SPNEGO has NTLM sign', () => {
  judgeTest(
    'the list of mechanisms is signed as pyspnego does it, and sealing goes on after it',
    hasPythonModules('spnego'),
    async () => {
      const acceptor = openPeer({
        peer: 'pyspnego',
        side: 'acceptor',
        accounts,
        bindings: null,
      });
      const { security } = await logInTo(acceptor, login);
      const list = Buffer.from('300c060a2b06010401823702020a', 'hex');
      expect(await acceptor.verifyList(list, security.signMechList(list))).toBeNull();
      security.verifyMechList(list, await acceptor.signList(list));
      expect(await exchangeSealed(acceptor, security)).toBe(3 * messages.length);
    },
  );
});

const host: NtlmAcceptorOptions = {
  computerName: 'EX01',
  domainName: 'CONTOSO',
  dnsComputerName: 'ex01.contoso.test',
  dnsDomainName: 'contoso.test',
  channelBindings: null,
  requireBindings: 'when-given',
};

const passwords: { readonly [account: string]: string } = {
  'CONTOSO\\operator': 'correct horse',
  'CONTOSO\\jürgen': 'Grüße, 密码 €!',
};
const passwordOf = (username: string, domain: string): string | null =>
  passwords[`${domain}\\${username}`] ?? null;

describe.each(acceptors)('$peer logs in to our host', ({ peer, available }) => {
  const initiate = (more: Partial<PeerOpening> = {}): NtlmPeer =>
    openPeer({
      peer,
      side: 'initiator',
      accounts,
      bindings: null,
      username: 'CONTOSO\\operator',
      password: 'correct horse',
      host: 'ex01.contoso.test',
      ...more,
    });

  async function logIn(initiator: NtlmPeer, options: Partial<NtlmAcceptorOptions> = {}) {
    const acceptor = createNtlmAcceptor({ ...host, ...options });
    const negotiate = await initiator.step(null);
    if ('refused' in negotiate || negotiate.token === null) throw new Error('no token came');
    const answer = await initiator.step(acceptor.challenge(negotiate.token));
    if ('refused' in answer || answer.token === null) {
      throw new Error(`no answer came: ${'refused' in answer ? answer.refused : ''}`);
    }
    return acceptor.authenticate(answer.token, passwordOf);
  }

  judgeTest('and messages are sealed both ways', available, async () => {
    const initiator = initiate();
    const verdict = await logIn(initiator);
    expect(verdict).toMatchObject({ ok: true, username: 'operator', domain: 'CONTOSO' });
    if (!verdict.ok) throw new Error(verdict.why);
    expect(await exchangeSealed(initiator, verdict.security)).toBe(3 * messages.length);
  });

  judgeTest('with a name and a password that are not ASCII', available, async () => {
    const initiator = initiate({ username: 'CONTOSO\\jürgen', password: 'Grüße, 密码 €!' });
    expect(await logIn(initiator)).toMatchObject({ ok: true, username: 'jürgen' });
  });

  judgeTest('and is refused for its password', available, async () => {
    const initiator = initiate({
      password: 'wrong',
      accounts: ['CONTOSO:operator:wrong'],
    });
    expect(await logIn(initiator)).toMatchObject({ ok: false, why: 'wrong-password' });
  });

  judgeTest('bound to the TLS connection that both see', available, async () => {
    const verdict = await logIn(initiate({ bindings }), {
      channelBindings: bindings,
      requireBindings: 'always',
    });
    expect(verdict.ok).toBe(true);
  });

  judgeTest('and is refused when it came through another TLS connection', available, async () => {
    const verdict = await logIn(initiate({ bindings: otherBindings }), {
      channelBindings: bindings,
    });
    expect(verdict).toMatchObject({ ok: false, why: 'bindings-mismatch' });
  });

  judgeTest('and is refused without bindings where they are demanded', available, async () => {
    const verdict = await logIn(initiate(), {
      channelBindings: bindings,
      requireBindings: 'always',
    });
    expect(verdict).toMatchObject({ ok: false, why: 'bindings-missing' });
  });
});
