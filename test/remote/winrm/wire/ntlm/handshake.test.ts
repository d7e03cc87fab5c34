import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { createNtlmAcceptor } from '../../../../../remote/winrm/wire/ntlm/acceptor';
import type {
  NtlmAcceptorOptions,
  NtlmVerdict,
} from '../../../../../remote/winrm/wire/ntlm/acceptor';
import {
  decodeAuthenticate,
  encodeAuthenticate,
} from '../../../../../remote/winrm/wire/ntlm/authenticate-message';
import { avIds, decodeAvPairs } from '../../../../../remote/winrm/wire/ntlm/av-pairs';
import {
  decodeChallenge,
  encodeChallenge,
} from '../../../../../remote/winrm/wire/ntlm/challenge-message';
import type { ChallengeMessage } from '../../../../../remote/winrm/wire/ntlm/challenge-message';
import { flags } from '../../../../../remote/winrm/wire/ntlm/flags';
import { createNtlmInitiator } from '../../../../../remote/winrm/wire/ntlm/initiator';
import type {
  NtlmInitiator,
  NtlmInitiatorOptions,
} from '../../../../../remote/winrm/wire/ntlm/initiator';
import { encodeNegotiate } from '../../../../../remote/winrm/wire/ntlm/negotiate-message';
import { NtlmRefused } from '../../../../../remote/winrm/wire/ntlm/refused';
import { encodeFileTime } from '../../../../../remote/winrm/wire/ntlm/response';
import { createNtlmSecurity } from '../../../../../remote/winrm/wire/ntlm/security';
import type { NtlmSecurity } from '../../../../../remote/winrm/wire/ntlm/security';

const login = { username: 'operator', domain: 'CONTOSO', password: 'correct horse' };
const bindings = Buffer.from(`tls-server-end-point:${'x'.repeat(32)}`);
const otherBindings = Buffer.from(`tls-server-end-point:${'y'.repeat(32)}`);
const passwordOf = (username: string, domain: string): string | null =>
  username === 'operator' && domain === 'CONTOSO' ? 'correct horse' : null;

function client(more: Partial<NtlmInitiatorOptions> = {}): NtlmInitiator {
  return createNtlmInitiator({
    login,
    channelBindings: null,
    servicePrincipal: 'HTTP/ex01',
    ...more,
  });
}

function host(more: Partial<NtlmAcceptorOptions> = {}) {
  return createNtlmAcceptor({
    computerName: 'EX01',
    domainName: 'CONTOSO',
    dnsComputerName: 'ex01.contoso.test',
    dnsDomainName: 'contoso.test',
    channelBindings: null,
    requireBindings: 'when-given',
    ...more,
  });
}

interface Login {
  readonly verdict: NtlmVerdict;
  readonly security: NtlmSecurity;
}

function logIn(
  initiator: NtlmInitiator,
  acceptor = host(),
  tamper: { challenge?: (token: Buffer) => Buffer; token?: (token: Buffer) => Buffer } = {},
): Login {
  const { challenge = (token) => token, token: change = (token) => token } = tamper;
  const { token, security } = initiator.authenticate(
    challenge(acceptor.challenge(initiator.negotiate())),
  );
  return { verdict: acceptor.authenticate(change(token), passwordOf), security };
}

function pairOf({ verdict, security }: Login): readonly [NtlmSecurity, NtlmSecurity] {
  if (!verdict.ok) throw new Error(verdict.why);
  return [security, verdict.security];
}

describe('a login', () => {
  test('of who knows the password is accepted', () => {
    expect(logIn(client()).verdict).toMatchObject({
      ok: true,
      username: 'operator',
      domain: 'CONTOSO',
    });
  });

  test('does not depend on the case of the user name, but on that of the password', () => {
    const anyCase = host();
    const initiator = client({ login: { ...login, username: 'OPERator' } });
    const { token } = initiator.authenticate(anyCase.challenge(initiator.negotiate()));
    expect(anyCase.authenticate(token, () => 'correct horse').ok).toBe(true);
    const wrong = client({ login: { ...login, password: 'Correct horse' } });
    expect(logIn(wrong).verdict).toMatchObject({ ok: false, why: 'wrong-password' });
  });

  test.each([
    { name: 'wrong password', who: { ...login, password: 'guess' } },
    { name: 'unknown user', who: { ...login, username: 'nobody' } },
    { name: 'unknown user without password', who: { username: '', domain: '', password: '' } },
    { name: 'other domain', who: { ...login, domain: 'FABRIKAM' } },
  ])('with $name is refused in the same way', ({ who }) => {
    expect(logIn(client({ login: who })).verdict).toEqual({
      ok: false,
      username: who.username,
      domain: who.domain,
      why: 'wrong-password',
    });
  });

  test('works with any name, password and workstation', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, text, (username, domain, password, workstation) => {
        const initiator = client({ login: { username, domain, password, workstation } });
        const acceptor = host();
        const { token } = initiator.authenticate(acceptor.challenge(initiator.negotiate()));
        expect(acceptor.authenticate(token, () => password)).toMatchObject({
          ok: true,
          username,
          domain,
        });
      }),
    );
  });

  test('has fresh keys each time', () => {
    const sealOnce = (): string =>
      logIn(client()).security.seal(Buffer.from('message')).data.toString('hex');
    expect(new Set([sealOnce(), sealOnce(), sealOnce()]).size).toBe(3);
  });

  test('answers one challenge once', () => {
    const acceptor = host();
    const initiator = client();
    const { token } = initiator.authenticate(acceptor.challenge(initiator.negotiate()));
    expect(acceptor.authenticate(token, passwordOf).ok).toBe(true);
    expect(() => acceptor.authenticate(token, passwordOf)).toThrow(NtlmRefused);
  });

  test('recorded earlier is of no use for another challenge', () => {
    const initiator = client();
    const first = host();
    const { token } = initiator.authenticate(first.challenge(initiator.negotiate()));
    const second = host();
    second.challenge(initiator.negotiate());
    expect(second.authenticate(token, passwordOf)).toMatchObject({
      ok: false,
      why: 'wrong-password',
    });
  });
});

describe('what the client sends', () => {
  const answerTo = (acceptor: ReturnType<typeof host>, initiator: NtlmInitiator) => {
    const { token } = initiator.authenticate(acceptor.challenge(initiator.negotiate()));
    const answer = decodeAuthenticate(token);
    return { answer, pairs: decodeAvPairs(answer.ntResponse.subarray(44)) };
  };

  test('carries a MIC, the host’s own time and no LM response when the host tells its time', () => {
    const { answer, pairs } = answerTo(host({ now: () => 1_700_000_000_000 }), client());
    expect(answer.lmResponse).toEqual(Buffer.alloc(24));
    expect(answer.mic).not.toEqual(Buffer.alloc(16));
    expect(pairs.get(avIds.flags)?.readUInt32LE(0)).toBe(2);
    expect(answer.ntResponse.subarray(24, 32)).toEqual(encodeFileTime(1_700_000_000_000));
  });

  test('names the service and the TLS connection', () => {
    const { pairs } = answerTo(host(), client({ channelBindings: bindings }));
    expect(pairs.get(avIds.targetName)?.toString('utf16le')).toBe('HTTP/ex01');
    expect(pairs.get(avIds.channelBindings)).not.toEqual(Buffer.alloc(16));
  });

  test('says that it has no TLS connection and no service to name', () => {
    const { pairs } = answerTo(host(), client({ servicePrincipal: null }));
    expect(pairs.get(avIds.targetName)).toEqual(Buffer.alloc(0));
    expect(pairs.get(avIds.channelBindings)).toEqual(Buffer.alloc(16));
  });

  test('repeats what the host says of itself, unknown pairs as well', () => {
    const unknown = Buffer.from('whatever');
    const initiator = client();
    const challenge = decodeChallenge(host().challenge(initiator.negotiate()));
    const targetInfo = new Map([...challenge.targetInfo, [77, unknown]]);
    const { token } = initiator.authenticate(encodeChallenge({ ...challenge, targetInfo }));
    const pairs = decodeAvPairs(decodeAuthenticate(token).ntResponse.subarray(44));
    expect([...pairs].slice(0, targetInfo.size)).toEqual([...targetInfo]);
  });

  test('has neither the password nor what is derived from it alone', () => {
    const { answer } = answerTo(host(), client());
    const everything = Buffer.concat([answer.withoutMic, answer.mic ?? Buffer.alloc(0)]);
    expect(everything.includes(Buffer.from('correct horse', 'utf16le'))).toBe(false);
    expect(everything.includes('correct horse')).toBe(false);
  });
});

describe('a downgrade', () => {
  const withChallenge =
    (change: (message: ChallengeMessage) => Partial<ChallengeMessage>) =>
    (token: Buffer): Buffer => {
      const message = decodeChallenge(token);
      return encodeChallenge({ ...message, ...change(message) });
    };

  test.each([
    { name: 'unicode', flag: flags.unicode },
    { name: 'sign', flag: flags.sign },
    { name: 'seal', flag: flags.seal },
    { name: 'extended session security', flag: flags.extendedSessionSecurity },
    { name: '128-bit keys', flag: flags.key128 },
    { name: 'key exchange', flag: flags.keyExchange },
    { name: 'target information', flag: flags.targetInfo },
  ])('by a challenge without $name is refused by the client', ({ name, flag }) => {
    const challenge = withChallenge((message) => ({ flags: (message.flags & ~flag) >>> 0 }));
    expect(() => logIn(client(), host(), { challenge })).toThrow(
      expect.objectContaining({ name: 'NtlmRefused', message: expect.stringContaining(name) }),
    );
  });

  test.each([
    { name: 'itself', id: avIds.netbiosComputer },
    { name: 'its domain', id: avIds.netbiosDomain },
  ])('by a host that does not name $name is refused by the client', ({ id }) => {
    const challenge = withChallenge(({ targetInfo }) => ({
      targetInfo: new Map([...targetInfo].filter(([key]) => key !== id)),
    }));
    expect(() => logIn(client(), host(), { challenge })).toThrow(NtlmRefused);
  });

  test.each([
    { name: 'sealing', flag: flags.seal },
    { name: '128-bit keys', flag: flags.key128 },
    { name: 'extended session security', flag: flags.extendedSessionSecurity },
  ])('by a client that does not ask for $name is refused by the host', ({ flag }) => {
    const asked = (client().negotiate().readUInt32LE(12) & ~flag) >>> 0;
    expect(() => host().challenge(encodeNegotiate({ flags: asked }))).toThrow(NtlmRefused);
  });

  test('of the flags on their way to the client shows in the MIC', () => {
    const challenge = withChallenge((message) => ({
      flags: (message.flags ^ flags.alwaysSign) >>> 0,
    }));
    expect(logIn(client(), host(), { challenge }).verdict).toMatchObject({
      ok: false,
      why: 'mic-mismatch',
    });
  });

  test('of the flags in the answer shows in the MIC', () => {
    const token = (sent: Buffer): Buffer => {
      sent.writeUInt32LE((sent.readUInt32LE(60) ^ flags.alwaysSign) >>> 0, 60);
      return sent;
    };
    expect(logIn(client(), host(), { token }).verdict).toMatchObject({
      ok: false,
      why: 'mic-mismatch',
    });
  });

  test('by taking the MIC away is refused', () => {
    const token = (sent: Buffer): Buffer => sent.fill(0, 72, 88);
    expect(logIn(client(), host(), { token }).verdict).toMatchObject({
      ok: false,
      why: 'mic-mismatch',
    });
  });

  test.each([
    { name: 'no response at all', response: Buffer.alloc(0) },
    { name: 'an NTLMv1 response', response: Buffer.alloc(24, 7) },
  ])('to $name is refused by the host', ({ response }) => {
    const token = (sent: Buffer): Buffer =>
      encodeAuthenticate({ ...decodeAuthenticate(sent), ntResponse: response });
    expect(logIn(client(), host(), { token }).verdict).toMatchObject({
      ok: false,
      why: 'not-ntlmv2',
    });
  });

  test('in a session whose key is not 16 bytes is refused by the host', () => {
    const token = (sent: Buffer): Buffer =>
      encodeAuthenticate({ ...decodeAuthenticate(sent), encryptedSessionKey: Buffer.alloc(8) });
    expect(() => logIn(client(), host(), { token })).toThrow(NtlmRefused);
  });
});

describe('channel bindings', () => {
  const cases: readonly {
    readonly given: 'right' | 'wrong' | 'none';
    readonly demanded: NtlmAcceptorOptions['requireBindings'];
    readonly why: string | null;
  }[] = [
    { given: 'right', demanded: 'never', why: null },
    { given: 'wrong', demanded: 'never', why: null },
    { given: 'none', demanded: 'never', why: null },
    { given: 'right', demanded: 'when-given', why: null },
    { given: 'wrong', demanded: 'when-given', why: 'bindings-mismatch' },
    { given: 'none', demanded: 'when-given', why: null },
    { given: 'right', demanded: 'always', why: null },
    { given: 'wrong', demanded: 'always', why: 'bindings-mismatch' },
    { given: 'none', demanded: 'always', why: 'bindings-missing' },
  ];
  const sent = { right: bindings, wrong: otherBindings, none: null };

  test.each(cases)('$given where they are demanded $demanded: $why', ({ given, demanded, why }) => {
    const acceptor = host({ channelBindings: bindings, requireBindings: demanded });
    const { verdict } = logIn(client({ channelBindings: sent[given] }), acceptor);
    expect(verdict.ok ? null : verdict.why).toBe(why);
  });

  test('are not looked at without TLS', () => {
    const acceptor = host({ channelBindings: null, requireBindings: 'always' });
    expect(logIn(client({ channelBindings: bindings }), acceptor).verdict.ok).toBe(true);
  });
});

describe('a session', () => {
  test('carries any messages both ways in any order', () => {
    const step = fc.record({
      fromClient: fc.boolean(),
      message: fc.uint8Array({ maxLength: 600 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const [ours, theirs] = pairOf(logIn(client()));
        for (const { fromClient, message } of steps) {
          const [from, to] = fromClient ? [ours, theirs] : [theirs, ours];
          const { header, data } = from.seal(Buffer.from(message));
          expect(to.unseal(header, data)).toEqual(Buffer.from(message));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a message of which any bit was changed', () => {
    const key = randomBytes(16);
    const message = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, place, bit) => {
        const { header, data } = createNtlmSecurity(key, 'client').seal(Buffer.from(bytes));
        const sealed = Buffer.concat([header, data]);
        const at = place % sealed.length;
        sealed[at] = (sealed[at] ?? 0) ^ (1 << bit);
        const receiver = createNtlmSecurity(key, 'server');
        expect(() => receiver.unseal(sealed.subarray(0, 16), sealed.subarray(16))).toThrow(
          NtlmRefused,
        );
      }),
    );
  });

  test.each([
    { name: 'repeated', order: [0, 0] },
    { name: 'swapped', order: [1, 0] },
    { name: 'left out', order: [0, 2] },
  ])('refuses messages that are $name, and all that follow', ({ order }) => {
    const [ours, theirs] = pairOf(logIn(client()));
    const sealed = ['one', 'two', 'three'].map((text) => ours.seal(Buffer.from(text)));
    const receive = (index: number) => {
      const { header, data } = sealed[index] ?? { header: Buffer.alloc(0), data: Buffer.alloc(0) };
      return theirs.unseal(header, data).toString();
    };
    expect(() => order.map(receive)).toThrow(NtlmRefused);
    expect(() => receive(2)).toThrow('earlier message');
    expect(() => theirs.seal(Buffer.from('answer'))).toThrow(NtlmRefused);
  });

  test('refuses its own messages sent back to it', () => {
    const { security } = logIn(client());
    const { header, data } = security.seal(Buffer.from('hello'));
    expect(() => security.unseal(header, data)).toThrow(NtlmRefused);
  });

  test.each([0, 15, 17])('refuses a signature of %i bytes', (length) => {
    const { security } = logIn(client());
    expect(() => security.unseal(Buffer.alloc(length), Buffer.from('data'))).toThrow(NtlmRefused);
  });

  test('signs a list of mechanisms, and goes on with the next number', () => {
    const [ours, theirs] = pairOf(logIn(client()));
    const list = Buffer.from('list');
    theirs.verifyMechList(list, ours.signMechList(list));
    ours.verifyMechList(list, theirs.signMechList(list));
    const { header, data } = ours.seal(Buffer.from('first'));
    expect(header.readUInt32LE(12)).toBe(1);
    expect(theirs.unseal(header, data).toString()).toBe('first');
    expect(() => theirs.verifyMechList(list, ours.signMechList(Buffer.from('other')))).toThrow(
      NtlmRefused,
    );
  });

  test('is of no use after it was disposed of, twice if need be', () => {
    const { security } = logIn(client());
    security.dispose();
    security.dispose();
    expect(() => security.seal(Buffer.from('message'))).toThrow('has ended');
    expect(() => security.unseal(Buffer.alloc(16), Buffer.alloc(1))).toThrow('has ended');
  });
});

describe('who is not the host', () => {
  test('is shown no secret in a refusal', () => {
    const refusals: string[] = [];
    for (let length = 0; length < 100; length++) {
      try {
        client().authenticate(host().challenge(client().negotiate()).subarray(0, length));
      } catch (error) {
        refusals.push(String(error));
      }
    }
    expect(refusals).toHaveLength(100);
    expect(refusals.join('\n')).not.toMatch(/correct|horse|operator/);
  });
});
