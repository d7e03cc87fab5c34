import fc from 'fast-check';
import { MessageRefused } from '../../../../remote/winrm/wire/envelope';
import { createNtlmSecurity } from '../../../../remote/winrm/wire/ntlm/security';
import { decodeSealed, encodeSealed, isSealed } from '../../../../remote/winrm/wire/sealed-message';
import type { SealedMessage } from '../../../../remote/winrm/wire/sealed-message';

const spnego = 'application/HTTP-SPNEGO-session-encrypted';
const kerberos = 'application/HTTP-Kerberos-session-encrypted';
const contentType = `multipart/encrypted;protocol="${spnego}";boundary="Encrypted Boundary"`;

function sealed(data: Buffer, header: Buffer = Buffer.alloc(16, 1)): SealedMessage {
  return { header, data, plainLength: data.length };
}

const example = encodeSealed(spnego, sealed(Buffer.from('sealed data')));

/** Data that look like the framing around them are as likely as others. */
const data = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '--Encrypted Boundary--\r\n',
          '-- Encrypted Boundary\r\n',
          '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n',
          '\r\n',
          '--',
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 5 },
  )
  .map((pieces) => Buffer.concat(pieces));

const message = fc
  .record({
    header: fc.uint8Array({ minLength: 1, maxLength: 256 }).map((bytes) => Buffer.from(bytes)),
    data,
  })
  .map((parts) => sealed(parts.data, parts.header));

describe('a sealed message', () => {
  test('is framed as Windows takes it, byte by byte', () => {
    expect(example.contentType).toBe(contentType);
    expect(example.body.toString('latin1')).toBe(
      '--Encrypted Boundary\r\n' +
        '\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
        '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=11\r\n' +
        '--Encrypted Boundary\r\n' +
        '\tContent-Type: application/octet-stream\r\n' +
        `\x10\0\0\0${'\x01'.repeat(16)}sealed data` +
        '--Encrypted Boundary--\r\n',
    );
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(message, fc.constantFrom(spnego, kerberos), (parts, protocol) => {
        const { contentType: type, body } = encodeSealed(protocol, parts);
        expect(isSealed(type)).toBe(true);
        expect(decodeSealed(type, body)).toEqual(parts);
      }),
    );
  });

  test('is refused when it is cut off anywhere', () => {
    fc.assert(
      fc.property(message, (parts) => {
        const { body } = encodeSealed(spnego, parts);
        const kept = Array.from(body.keys());
        expect(kept.filter((length) => isRead(body.subarray(0, length)))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('is refused when anything follows it', () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ minLength: 1, maxLength: 40 }), (parts, rest) => {
        const { body } = encodeSealed(spnego, parts);
        expect(() => decodeSealed(contentType, Buffer.concat([body, rest]))).toThrow(
          MessageRefused,
        );
      }),
    );
  });

  test('with any byte changed is refused by the framing or by the seal, or means the same', () => {
    const key = Buffer.alloc(16, 5);
    const plain = Buffer.from('<s:Envelope/>');
    const { header, data: cipher } = createNtlmSecurity(key, 'client').seal(plain);
    const { body } = encodeSealed(spnego, sealed(cipher, header));
    const framing = body.indexOf('octet-stream');
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      const open = (): Buffer => {
        const parts = decodeSealed(contentType, changed);
        return createNtlmSecurity(key, 'server').unseal(parts.header, parts.data);
      };
      // Only the words around the sealed data have more than one spelling.
      if (at < framing + 'octet-stream'.length) {
        const outcome = attempt(open);
        expect(outcome === null || outcome.equals(plain)).toBe(true);
      } else {
        expect(attempt(open)).toBeNull();
      }
    }
  });

  test('made of arbitrary bytes is refused, and never takes long', () => {
    const hostile = fc
      .tuple(fc.nat(example.body.length), fc.uint8Array({ maxLength: 300 }))
      .map(([kept, rest]) => Buffer.concat([example.body.subarray(0, kept), rest]))
      .filter((body) => !body.equals(example.body));
    fc.assert(
      fc.property(hostile, (body) => {
        expect(() => decodeSealed(contentType, body)).toThrow(MessageRefused);
      }),
    );
  });
});

function isRead(body: Buffer): boolean {
  try {
    decodeSealed(contentType, body);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(MessageRefused);
    return false;
  }
}

function attempt(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch {
    return null;
  }
}

/** The example with a piece of its text replaced; the sealed data are ASCII. */
function altered(from: string | RegExp, to: string): Buffer {
  const text = example.body.toString('latin1');
  const changed = text.replaceAll(from, to);
  expect(changed).not.toBe(text);
  return Buffer.from(changed, 'latin1');
}

describe('spellings that hosts use', () => {
  test.each([
    { name: 'a space before the boundary (Exchange)', body: () => altered(/--Enc/g, '-- Enc') },
    { name: 'a type in small letters', body: () => altered('Content-Type', 'content-type') },
    { name: 'a length in small letters', body: () => altered('Content: ', 'content:') },
    { name: 'headers without a tab', body: () => altered('\t', '') },
    { name: 'headers with spaces', body: () => altered('\tContent-Type: ', '  Content-Type :') },
    {
      name: 'a length that something follows',
      body: () => altered('Length=11', 'Length=11 ; x=y'),
    },
    {
      name: 'a length before the charset',
      body: () => altered('charset=UTF-8;Length=11', 'Length=11;charset=UTF-8'),
    },
    { name: 'UTF-16', body: () => altered('UTF-8', 'UTF-16') },
  ])('$name', ({ body }) => {
    expect(decodeSealed(contentType, body()).data.toString()).toBe('sealed data');
  });

  test.each([
    `multipart/encrypted; protocol="${spnego}"; boundary="Encrypted Boundary"`,
    `Multipart/Encrypted;Protocol="${spnego}";Boundary="Encrypted Boundary"`,
    `multipart/encrypted;boundary="Encrypted Boundary";protocol="${spnego}"`,
    `multipart/encrypted ; boundary = "Encrypted Boundary"`,
  ])('type %s', (type) => {
    expect(isSealed(type)).toBe(true);
    expect(decodeSealed(type, example.body).data.toString()).toBe('sealed data');
  });

  test('a boundary of its own, with what regular expressions hold to be special', () => {
    const body = altered('Encrypted Boundary', 'a+(b)*.[c]');
    const type = 'multipart/encrypted;boundary=a+(b)*.[c]';
    expect(decodeSealed(type, body).data.toString()).toBe('sealed data');
    const other = altered('Encrypted Boundary', 'aa(b)*.[c]');
    expect(() => decodeSealed(type, other)).toThrow(MessageRefused);
  });
});

describe('a sealed message is refused', () => {
  test.each([
    { why: 'it does not begin', body: () => altered(/^--Encrypted/g, 'x-Encrypted') },
    { why: 'it does not say its length', body: () => altered('Length=11', 'Size=11') },
    { why: 'its length is no number', body: () => altered('Length=11', 'Length=0x0b') },
    { why: 'its length is negative', body: () => altered('Length=11', 'Length=-1') },
    {
      why: 'its length is insane',
      body: () => altered('Length=11', 'Length=99999999999999999999'),
    },
    { why: 'it is shorter than it says', body: () => altered('Length=11', 'Length=12') },
    { why: 'it is longer than it says', body: () => altered('Length=11', 'Length=10') },
    {
      why: 'it is far shorter than it says',
      body: () => altered('Length=11', 'Length=4000000000'),
    },
    { why: 'its header is longer than the rest', body: () => altered('\x10\0\0\0', '\xff\0\0\0') },
    { why: 'its header is empty', body: () => altered('\x10\0\0\0', '\0\0\0\0') },
    { why: 'its header is absurdly long', body: () => altered('\x10\0\0\0', '\xff\xff\xff\xff') },
    { why: 'its second part is no data', body: () => altered('octet-stream', 'soap+xml') },
    { why: 'it is not closed', body: () => altered('Boundary--\r\n', 'Boundary\r\n') },
    {
      why: 'it has headers without end',
      body: () => altered('\tOriginal', `${'\tX: y\r\n'.repeat(1000)}\tOriginal`),
    },
    {
      why: 'a line of it has no end',
      body: () => altered('\tOriginal', `\t${'x'.repeat(100_000)}`),
    },
  ])('when $why', ({ body }) => {
    expect(() => decodeSealed(contentType, body())).toThrow(MessageRefused);
  });

  test.each([
    'application/soap+xml;charset=UTF-8',
    'multipart/mixed;boundary="Encrypted Boundary"',
    'multipart/encrypted',
    'multipart/encrypted;protocol="x"',
    // CredSSP's, with several messages in one body.
    'multipart/x-multi-encrypted;boundary="Encrypted Boundary"',
  ])('when its type is %s', (type) => {
    expect(() => decodeSealed(type, example.body)).toThrow(MessageRefused);
  });

  test.each([
    { type: 'multipart/x-multi-encrypted;boundary="b"', answer: true },
    { type: 'multipart/encrypted', answer: true },
    { type: 'multipart/encryptedx', answer: false },
    { type: 'application/soap+xml;charset=UTF-8', answer: false },
    { type: 'text/plain; note=multipart/encrypted', answer: false },
    { type: '', answer: false },
  ])('or not held to be one: $type', ({ type, answer }) => {
    expect(isSealed(type)).toBe(answer);
  });
});
