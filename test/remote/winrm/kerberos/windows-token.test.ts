import fc from 'fast-check';
import { toWindowsParts } from '../../../../remote/winrm/kerberos/windows-token';

const piece = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => Buffer.from(value));

/** 05 04, flags, FF, EC, RRC, sequence number (RFC 4121, 4.2.6.2). */
const header = (filler: number, turned: number): Buffer => {
  const bytes = Buffer.from('050402ff000000000000000000000001', 'hex');
  bytes.writeUInt16BE(filler, 4);
  bytes.writeUInt16BE(turned, 6);
  return bytes;
};

describe('the layout of a sealed message', () => {
  it('has the trailer in front of the data, however far the library turned it', () => {
    const pieces = fc.record({
      confounder: piece(16),
      data: fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
      trailer: fc.constantFrom(28, 32, 40).chain(piece),
      already: fc.constantFrom(0, 12, 28, 300),
    });
    fc.assert(
      fc.property(pieces, ({ confounder, data, trailer, already }) => {
        // RFC 4121, 4.2.5: one byte after the other from the end to the front.
        const body = [...confounder, ...data, ...trailer];
        for (let turn = 0; turn < already; turn += 1) body.unshift(...body.splice(-1));
        const token = Buffer.concat([header(0, already), Buffer.from(body)]);
        const parts = toWindowsParts(token, data.length);
        expect(parts?.header).toEqual(
          Buffer.concat([header(0, trailer.length), trailer, confounder]),
        );
        expect(parts?.data).toEqual(data);
      }),
    );
  });

  it.each([
    ['a token of RC4', Buffer.concat([Buffer.from('6030', 'hex'), Buffer.alloc(60)])],
    ['one that is filled up', Buffer.concat([header(16, 0), Buffer.alloc(60)])],
    ['one that is too short', header(0, 0)],
    ['none at all', Buffer.alloc(0)],
  ])('is not made of %s', (_, token) => {
    expect(toWindowsParts(token, Math.min(4, token.length))).toBeNull();
  });
});
