import { randomBytes } from 'node:crypto';
import { openSource } from '../../../remote/upload/source';
import { bytesPerPiece, encodeSegment } from '../../../remote/winrm/upload-encoding';
import { buildSend } from '../../../remote/winrm/wire/shell-requests';

const header = {
  to: `https://${'a'.repeat(255)}:65535/wsman`,
  messageId: 'uuid:00000000-0000-0000-0000-000000000000',
  operationTimeoutMs: 20_000,
  maxEnvelopeBytes: 153_600,
};
const command = {
  shellId: '00000000-0000-0000-0000-000000000000',
  commandId: '00000000-0000-0000-0000-000000000000',
};

async function encode(bytes: Buffer, maxEnvelopeBytes: number, from = 0) {
  const source = await openSource({ bytes, sha256: '' }, 'h');
  const pieces: { bytes: Uint8Array; last: boolean }[] = [];
  const segment = { from, to: bytes.length };
  for await (const piece of encodeSegment(source, segment, maxEnvelopeBytes)) pieces.push(piece);
  return pieces;
}

const messageOf = (piece: { bytes: Uint8Array } | undefined): Buffer =>
  buildSend(header, command, piece?.bytes ?? Buffer.alloc(0), true);

test('a message with a piece stays below the limit of a 2.0 host even when that is counted in UTF-16', async () => {
  const [piece] = await encode(randomBytes(200_000), 153_600);
  const message = messageOf(piece);
  expect(message.toString().length * 2).toBeLessThanOrEqual(153_600);
  // And is not needlessly small: one line more would be too much.
  expect(message.length * 2).toBeGreaterThan(153_600 * 0.9);
});

test('a message for a host that takes 500 KB uses them, and leaves room for sealing', async () => {
  const [piece] = await encode(randomBytes(900_000), 512_000);
  const message = messageOf(piece);
  expect(message.length).toBeLessThanOrEqual(512_000 - 1000);
  expect(message.length).toBeGreaterThan(512_000 * 0.9);
});

test.each([1, 750, 39_750, 200_000])(
  'the pieces of %i bytes decode to the same bytes',
  async (size) => {
    const bytes = randomBytes(size);
    const pieces = await encode(bytes, 153_600);
    const text = Buffer.concat(pieces.map((piece) => piece.bytes)).toString('latin1');
    expect(Buffer.from(text, 'base64')).toEqual(bytes);
    expect(text.endsWith('\r\n')).toBe(true);
    for (const line of text.trimEnd().split('\r\n')) expect(line.length).toBeLessThanOrEqual(1000);
    expect(pieces.map((piece) => piece.last)).toEqual(
      pieces.map((_, at) => at === pieces.length - 1),
    );
  },
);

test('a segment begins where it is told to', async () => {
  const bytes = randomBytes(3000);
  const [piece] = await encode(bytes, 153_600, 1500);
  const text = Buffer.from(piece?.bytes ?? []).toString('latin1');
  expect(Buffer.from(text, 'base64')).toEqual(bytes.subarray(1500));
});

test('a larger envelope makes fewer pieces, a tiny one still makes some', () => {
  expect(bytesPerPiece(512_000)).toBeGreaterThan(6 * bytesPerPiece(153_600));
  expect(bytesPerPiece(1000)).toBe(750);
});
