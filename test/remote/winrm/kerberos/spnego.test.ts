import fc from 'fast-check';
import {
  SpnegoRefused,
  decodeSpnegoAnswer,
  encodeSpnegoInit,
  encodeSpnegoMic,
  isKerberos,
} from '../../../../remote/winrm/kerberos/spnego';

/** X.690, 8.1 with definite lengths, for the acceptor's side of the tests. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  if (length < 0x10000) {
    return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
  }
  const size = Buffer.of(tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
  return Buffer.concat([size, content]);
}

interface Fields {
  readonly state: number | null;
  readonly mechanism: Buffer | null;
  readonly token: Buffer | null;
  readonly mic: Buffer | null;
}

function answerOf({ state, mechanism, token, mic }: Fields): Buffer {
  const fields = [
    state === null ? null : der(0xa0, der(0x0a, Buffer.of(state))),
    mechanism === null ? null : der(0xa1, der(0x06, mechanism)),
    token === null ? null : der(0xa2, der(0x04, token)),
    mic === null ? null : der(0xa3, der(0x04, mic)),
  ];
  const present = fields.filter((field) => field !== null);
  return der(0xa1, der(0x30, Buffer.concat(present)));
}

const bytes = (constraints: fc.IntArrayConstraints = {}) =>
  fc.uint8Array(constraints).map((value) => Buffer.from(value));
const token = fc.oneof(bytes(), bytes({ minLength: 120, maxLength: 300 }));
const fields = fc.record({
  state: fc.option(fc.integer({ min: 0, max: 3 })),
  mechanism: fc.option(bytes({ minLength: 1, maxLength: 20 })),
  token: fc.option(token),
  mic: fc.option(token),
});
const states = ['completed', 'incomplete', 'reject', 'request-mic'];

describe('SPNEGO', () => {
  it('offers Kerberos and nothing else', () => {
    expect(encodeSpnegoInit(Buffer.from('c0ffee', 'hex')).toString('hex')).toBe(
      ['602206062b0601050502', 'a0183016', 'a00d300b06092a864886f712010202', 'a2050403c0ffee'].join(
        '',
      ),
    );
  });

  it.each([0x70, 0x100, 0x1000, 0x20000])('writes lengths of a token of %i bytes', (length) => {
    const body = Buffer.concat([
      der(0xa0, der(0x30, der(0x06, Buffer.from('2a864886f712010202', 'hex')))),
      der(0xa2, der(0x04, Buffer.alloc(length, 7))),
    ]);
    const identifier = der(0x06, Buffer.from('2b0601050502', 'hex'));
    const whole = der(0x60, Buffer.concat([identifier, der(0xa0, der(0x30, body))]));
    expect(encodeSpnegoInit(Buffer.alloc(length, 7)).equals(whole)).toBe(true);
  });

  it('sends a proof of the offer as an answer with nothing else in it', () => {
    const mic = Buffer.from('a proof');
    expect(decodeSpnegoAnswer(encodeSpnegoMic(mic))).toEqual({
      state: null,
      mechanism: null,
      token: null,
      mic,
    });
  });

  it('knows Kerberos by both of its names', () => {
    expect(isKerberos(Buffer.from('2a864886f712010202', 'hex'))).toBe(true);
    expect(isKerberos(Buffer.from('2a864882f712010202', 'hex'))).toBe(true);
    expect(isKerberos(Buffer.from('2b06010401823702020a', 'hex'))).toBe(false);
  });

  it('reads every answer as it was meant', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const state = given.state === null ? null : states[given.state];
        expect(decodeSpnegoAnswer(answerOf(given))).toEqual({ ...given, state });
      }),
    );
  });

  it('refuses an answer that is cut off at any byte', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const whole = answerOf(given);
        for (let length = 0; length < whole.length; length += 1) {
          expect(() => decodeSpnegoAnswer(whole.subarray(0, length))).toThrow(SpnegoRefused);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('refuses with its own error whatever is no answer', () => {
    fc.assert(
      fc.property(bytes(), (nonsense) => {
        expect(() => decodeSpnegoAnswer(nonsense)).toThrow(SpnegoRefused);
      }),
    );
  });

  it.each([
    ['a length of no end', 'a180300000'],
    ['a length of nine bytes', 'a189000000000000000000'],
    ['a field that comes twice', 'a10c300aa0030a0100a0030a0101'],
    ['something behind the end', 'a1073005a0030a010000'],
    ['an unknown state', 'a1073005a0030a0107'],
    ['no answer but an offer', '6022'],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeSpnegoAnswer(Buffer.from(hex, 'hex'))).toThrow(SpnegoRefused);
  });
});
