/** Reads the data types of RFC 4251 section 5 from a key, a certificate or a message of an agent. */
export class WireReader {
  private position = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  /** What has not been read yet. */
  get rest(): Buffer {
    return this.bytes.subarray(this.position);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  uint64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  string(): Buffer {
    return this.take(this.uint32());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  /** @throws RangeError when there are fewer bytes left: lengths come from the other side. */
  private take(length: number): Buffer {
    if (length > this.bytes.length - this.position)
      throw new RangeError('a field is longer than what it stands in');
    const taken = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return taken;
  }
}

/** Length and bytes (RFC 4251 section 5, string). */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
