/** One RC4 key stream: what is taken from it is never given again. */
export interface Rc4 {
  /** Encrypts or decrypts, which is the same, with the next bytes of the stream. */
  readonly apply: (data: Buffer) => Buffer;
  /** Back to the first byte of the stream. */
  readonly restart: () => void;
  /** Overwrites the key. The stream is of no use afterwards. */
  readonly dispose: () => void;
}

/** RC4, which NTLM seals with ([MS-NLMP] 3.4.3) and OpenSSL 3 no longer has outside of its legacy provider. */
export function createRc4(key: Buffer): Rc4 {
  const start = schedule(key);
  const state = Uint8Array.from(start);
  let i = 0;
  let j = 0;
  return {
    apply: (data) => {
      const result = Buffer.allocUnsafe(data.length);
      for (let at = 0; at < data.length; at++) {
        i = (i + 1) & 255;
        const x = state[i] ?? 0;
        j = (j + x) & 255;
        const y = state[j] ?? 0;
        state[i] = y;
        state[j] = x;
        result[at] = (data[at] ?? 0) ^ (state[(x + y) & 255] ?? 0);
      }
      return result;
    },
    restart: () => {
      state.set(start);
      i = 0;
      j = 0;
    },
    dispose: () => {
      start.fill(0);
      state.fill(0);
    },
  };
}

function schedule(key: Buffer): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  let j = 0;
  for (let i = 0; i < 256; i++) {
    const x = state[i] ?? 0;
    j = (j + x + (key[i % key.length] ?? 0)) & 255;
    state[i] = state[j] ?? 0;
    state[j] = x;
  }
  return state;
}

/** RC4K of [MS-NLMP] 6: one value under a key that is used for nothing else. */
export function rc4Once(key: Buffer, data: Buffer): Buffer {
  const cipher = createRc4(key);
  try {
    return cipher.apply(data);
  } finally {
    cipher.dispose();
  }
}
