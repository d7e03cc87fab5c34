import { randomBytes } from 'node:crypto';
import { bytesPerPiece, encodePieces, openSource } from '../../../remote/winrm/upload-encoding';
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

async function encode(bytes: Buffer, maxEnvelopeBytes: number) {
  const source = await openSource({ bytes, sha256: '' }, { host: 'h', url: 'u' });
  const pieces: { bytes: Uint8Array; last: boolean }[] = [];
  for await (const piece of encodePieces(source, maxEnvelopeBytes)) pieces.push(piece);
  return pieces;
}

test('a message with a piece stays below the limit of the host even when that is counted in UTF-16', async () => {
  const [piece] = await encode(randomBytes(200_000), 153_600);
  const message = buildSend(header, command, piece?.bytes ?? Buffer.alloc(0), true);
  expect(message.toString().length * 2).toBeLessThanOrEqual(153_600);
  // And is not needlessly small: one line more would be too much.
  expect(message.length * 2).toBeGreaterThan(153_600 * 0.9);
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

test('a larger envelope makes fewer pieces, a tiny one still makes some', () => {
  expect(bytesPerPiece(512_000)).toBeGreaterThan(3 * bytesPerPiece(153_600));
  expect(bytesPerPiece(1000)).toBe(750);
});
