import { createHash } from 'node:crypto';
import { digestIn, emptySha256 } from '../../../remote/upload/digest';

const digest = createHash('sha256').update('x').digest('hex');
const spaced = digest.match(/../g)?.join(' ') ?? '';

describe("the digest in certutil's output", () => {
  it.each([
    { of: '2008 R2, English', says: `SHA256 hash of file C:\\x:\r\n${spaced}\r\nCertUtil: ok\r\n` },
    { of: '2016, German', says: `SHA256-Hash von C:\\x:\r\n${digest}\r\nCertUtil: Befehl ok\r\n` },
    { of: 'upper case', says: `hash\r\n${digest.toUpperCase()}\r\n` },
  ])('is found: $of', ({ says }) => {
    expect(digestIn(Buffer.from(says, 'latin1'))).toBe(digest);
  });

  it.each(['', 'CertUtil: -hashfile command FAILED: 0x80070002\r\n', `${spaced.slice(3)}\r\n`])(
    'is not made up from %p',
    (says) => {
      expect(digestIn(Buffer.from(says))).toBeNull();
    },
  );

  it('of an empty file is known without asking', () => {
    expect(createHash('sha256').digest('hex')).toBe(emptySha256);
  });
});
