/** Keeps the first bytes of both streams. */
export interface Output {
  add(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  read(): { readonly stdout: Buffer; readonly stderr: Buffer; readonly truncated: boolean };
}

/** What comes beyond `maxBytes` of a stream is dropped, but still has to be fetched: a full pipe stops the command. */
export function createOutput(maxBytes: number): Output {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const room = { stdout: maxBytes, stderr: maxBytes };
  let truncated = false;
  return {
    add: (stream, bytes) => {
      const taken = bytes.subarray(0, room[stream]);
      truncated ||= taken.length < bytes.length;
      room[stream] -= taken.length;
      if (taken.length > 0) kept[stream].push(taken);
    },
    read: () => ({
      stdout: Buffer.concat(kept.stdout),
      stderr: Buffer.concat(kept.stderr),
      truncated,
    }),
  };
}
