import fc from 'fast-check';
import { md4 } from '../../../../../remote/winrm/wire/ntlm/md4';
import { createRc4, rc4Once } from '../../../../../remote/winrm/wire/ntlm/rc4';

describe('MD4', () => {
  // RFC 1320, A.5.
  test.each([
    { text: '', digest: '31d6cfe0d16ae931b73c59d7e0c089c0' },
    { text: 'a', digest: 'bde52cb31de33e46245e05fbdbd6fb24' },
    { text: 'abc', digest: 'a448017aaf21d8525fc10ae87aa6729d' },
    { text: 'message digest', digest: 'd9130a8164549fe818874806e1c7014b' },
    { text: 'abcdefghijklmnopqrstuvwxyz', digest: 'd79e1c308aa5bbcdeea8ed63df412da9' },
    {
      text: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      digest: '043f8582f241db351ce627e153e7f0e4',
    },
    {
      text: '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      digest: 'e33b4ddc9c38f2199c3e7b164fcc0536',
    },
  ])('of "$text" is what RFC 1320 says', ({ text, digest }) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
  });

  test('leaves the message as it was', () => {
    const message = Buffer.from('secret');
    md4(message);
    expect(message.toString()).toBe('secret');
  });
});

describe('RC4', () => {
  // RFC 6229, 2.
  test.each([
    { key: '0102030405', offset: 0, stream: 'b2396305f03dc027ccc3524a0a1118a8' },
    { key: '0102030405', offset: 16, stream: '6982944f18fc82d589c403a47a0d0919' },
    { key: '0102030405', offset: 4096, stream: 'ff25b58995996707e51fbdf08b34d875' },
    { key: '0102030405060708', offset: 0, stream: '97ab8a1bf0afb96132f2f67258da15a8' },
    {
      key: '0102030405060708090a0b0c0d0e0f10',
      offset: 0,
      stream: '9ac7cc9a609d1ef7b2932899cde41b97',
    },
    {
      key: '0102030405060708090a0b0c0d0e0f10',
      offset: 16,
      stream: '5248c4959014126a6e8a84f11d1a9e1c',
    },
    {
      key: '0102030405060708090a0b0c0d0e0f10',
      offset: 4096,
      stream: 'a36a4c301ae8ac13610ccbc12256cacc',
    },
  ])('under $key has the stream of RFC 6229 at $offset', ({ key, offset, stream }) => {
    const bytes = createRc4(Buffer.from(key, 'hex')).apply(Buffer.alloc(offset + 16));
    expect(bytes.subarray(offset).toString('hex')).toBe(stream);
  });

  test('gives the same stream however the data are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 32 }),
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        (key, pieces) => {
          const cipher = createRc4(Buffer.from(key));
          const cut = Buffer.concat(pieces.map((piece) => cipher.apply(Buffer.from(piece))));
          expect(cut).toEqual(rc4Once(Buffer.from(key), Buffer.concat(pieces)));
        },
      ),
    );
  });

  test('begins anew when it is told to, and not under its old key after it was disposed of', () => {
    const cipher = createRc4(Buffer.from('Key'));
    const first = cipher.apply(Buffer.from('Plaintext'));
    cipher.restart();
    expect(cipher.apply(Buffer.from('Plaintext'))).toEqual(first);
    cipher.dispose();
    cipher.restart();
    expect(cipher.apply(Buffer.from('Plaintext'))).not.toEqual(first);
  });
});
