import fc from 'fast-check';
import { createNtlmAcceptor } from '../../../../../remote/winrm/wire/ntlm/acceptor';
import {
  decodeAuthenticate,
  encodeAuthenticate,
  placeMic,
} from '../../../../../remote/winrm/wire/ntlm/authenticate-message';
import { decodeAvPairs, encodeAvPairs } from '../../../../../remote/winrm/wire/ntlm/av-pairs';
import {
  decodeChallenge,
  encodeChallenge,
} from '../../../../../remote/winrm/wire/ntlm/challenge-message';
import { flags } from '../../../../../remote/winrm/wire/ntlm/flags';
import { createNtlmInitiator } from '../../../../../remote/winrm/wire/ntlm/initiator';
import { appendFields } from '../../../../../remote/winrm/wire/ntlm/message';
import {
  decodeNegotiate,
  encodeNegotiate,
} from '../../../../../remote/winrm/wire/ntlm/negotiate-message';
import { NtlmRefused } from '../../../../../remote/winrm/wire/ntlm/refused';
import { decodeNtResponse } from '../../../../../remote/winrm/wire/ntlm/response';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => Buffer.from(value));
const anyBytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((value) => Buffer.from(value));
const word = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.string({ unit: 'binary', maxLength: 30 });

/** Pairs of a fixed length have it; the end of the list is none of them. */
const avPairs = fc
  .uniqueArray(
    fc.oneof(
      fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 9, 77, 0xffff), anyBytes(60)),
      fc.tuple(fc.constant(6), bytes(4)),
      fc.tuple(fc.constant(7), bytes(8)),
      fc.tuple(fc.constant(10), bytes(16)),
    ),
    { selector: ([id]) => id },
  )
  .map((pairs) => new Map(pairs));

const challenge = fc.record({
  flags: word.map((value) => (value | flags.unicode | flags.targetInfo) >>> 0),
  serverChallenge: bytes(8),
  targetName: text,
  targetInfo: avPairs,
});

const authenticate = fc.record({
  flags: word,
  username: text,
  domain: text,
  workstation: text,
  lmResponse: fc.oneof(bytes(0), bytes(24)),
  ntResponse: anyBytes(120),
  encryptedSessionKey: fc.oneof(bytes(0), bytes(16)),
});

describe('what was encoded is decoded', () => {
  test('NEGOTIATE_MESSAGE', () => {
    fc.assert(
      fc.property(word, (value) => {
        expect(decodeNegotiate(encodeNegotiate({ flags: value }))).toEqual({ flags: value });
      }),
    );
  });

  test('AV pairs, whatever follows their end', () => {
    fc.assert(
      fc.property(avPairs, anyBytes(20), (pairs, rest) => {
        const decoded = decodeAvPairs(Buffer.concat([encodeAvPairs(pairs), rest]));
        expect([...decoded]).toEqual([...pairs]);
      }),
    );
  });

  test('CHALLENGE_MESSAGE', () => {
    fc.assert(
      fc.property(challenge, (message) => {
        const decoded = decodeChallenge(encodeChallenge(message));
        expect({ ...decoded, targetInfo: [...decoded.targetInfo] }).toEqual({
          ...message,
          targetInfo: [...message.targetInfo],
        });
      }),
    );
  });

  test('AUTHENTICATE_MESSAGE, with the MIC in its place', () => {
    fc.assert(
      fc.property(authenticate, bytes(16), (message, mic) => {
        const unsigned = encodeAuthenticate(message);
        const { mic: found, withoutMic, ...decoded } = decodeAuthenticate(placeMic(unsigned, mic));
        expect(decoded).toEqual(message);
        expect(found).toEqual(mic);
        expect(withoutMic).toEqual(unsigned);
      }),
    );
  });
});

const initiator = createNtlmInitiator({
  login: { username: 'operator', domain: 'CONTOSO', password: 'secret' },
  channelBindings: null,
  servicePrincipal: null,
});

function openAcceptor() {
  return createNtlmAcceptor({
    computerName: 'EX01',
    domainName: 'EX01',
    dnsComputerName: 'ex01',
    dnsDomainName: 'ex01',
    channelBindings: null,
    requireBindings: 'never',
  });
}

/** A new acceptor with its challenge, and the answer to it. */
function exchangeTokens() {
  const acceptor = openAcceptor();
  const challengeToken = acceptor.challenge(initiator.negotiate());
  return { acceptor, challengeToken, answer: initiator.authenticate(challengeToken).token };
}

describe('a token that is cut off anywhere', () => {
  test('is refused when it is the negotiation, but for the version, which is optional', () => {
    const token = initiator.negotiate();
    for (let length = 0; length < 32; length++) {
      expect(() => openAcceptor().challenge(token.subarray(0, length))).toThrow(NtlmRefused);
    }
    expect(() => openAcceptor().challenge(token.subarray(0, 32))).not.toThrow();
  });

  test('is refused when it is the challenge', () => {
    const { challengeToken } = exchangeTokens();
    for (let length = 0; length < challengeToken.length; length++) {
      expect(() => initiator.authenticate(challengeToken.subarray(0, length))).toThrow(NtlmRefused);
    }
  });

  test('is refused when it is the answer', () => {
    const { length } = exchangeTokens().answer;
    for (let kept = 0; kept < length; kept++) {
      const { acceptor, answer } = exchangeTokens();
      expect(() => acceptor.authenticate(answer.subarray(0, kept), () => 'secret')).toThrow(
        NtlmRefused,
      );
    }
  });
});

describe('a token with one byte changed', () => {
  // An own challenge for each: what is accepted would otherwise be accepted only once.
  test('is refused, or leads to a refused login, when it is the answer', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const { acceptor, answer } = exchangeTokens();
        const at = place % answer.length;
        answer[at] = (answer[at] ?? 0) ^ change;
        const isAccepted = (): boolean => {
          try {
            return acceptor.authenticate(answer, () => 'secret').ok;
          } catch (error) {
            expect(error).toBeInstanceOf(NtlmRefused);
            return false;
          }
        };
        expect(isAccepted()).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('bytes that nobody encoded', () => {
  const prefixed = fc
    .tuple(fc.constantFrom(1, 2, 3), anyBytes(200))
    .map(([type, rest]) =>
      Buffer.concat([Buffer.from('NTLMSSP\0'), Buffer.of(type, 0, 0, 0), rest]),
    );

  test.each([
    { name: 'negotiation', decode: decodeNegotiate },
    { name: 'challenge', decode: decodeChallenge },
    { name: 'answer', decode: decodeAuthenticate },
    { name: 'AV pairs', decode: decodeAvPairs },
    { name: 'NT response', decode: decodeNtResponse },
  ])('are read as a $name or refused, and nothing else happens', ({ decode }) => {
    fc.assert(
      fc.property(fc.oneof(anyBytes(300), prefixed), (token) => {
        try {
          decode(token);
        } catch (error) {
          expect(error).toBeInstanceOf(NtlmRefused);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('AV pairs', () => {
  test.each([
    { name: 'without an end', list: '0100020041ff' },
    { name: 'that reach beyond the end', list: '0100ffff4100' },
    { name: 'of a kind that is there twice', list: '010002004100 010002004200 00000000' },
    { name: 'with flags of three bytes', list: '06000300 000000 00000000' },
    { name: 'with bindings of four bytes', list: '0a000400 00000000 00000000' },
  ])('$name are refused', ({ list }) => {
    expect(() => decodeAvPairs(Buffer.from(list.replaceAll(' ', ''), 'hex'))).toThrow(NtlmRefused);
  });
});

describe('what does not fit into a token', () => {
  test('is refused', () => {
    const tooLong = 'x'.repeat(0x8000);
    const message = { ...fc.sample(authenticate, 1)[0], username: tooLong };
    expect(() => encodeAuthenticate(message as never)).toThrow(NtlmRefused);
    expect(() => encodeAvPairs(new Map([[1, Buffer.alloc(0x10000)]]))).toThrow(NtlmRefused);
    expect(() => appendFields(Buffer.alloc(8), [{ at: 0, value: Buffer.alloc(0x10000) }])).toThrow(
      NtlmRefused,
    );
  });
});
