import { Duplex } from 'node:stream';
import { createIdentificationReader } from './identification';
import type { IdentificationReader } from './identification';

/** What a wire tells of the server's first words; one of the two is called, once. */
export interface WireListener {
  /** The identification, such as `SSH-2.0-OpenSSH_9.2p1 Debian-2`. */
  identified(line: string): void;
  /** The server says something else, or hangs up before. */
  unidentified(what: {
    readonly hungUp: boolean;
    readonly what: string;
    readonly said: string;
  }): void;
}

/**
 * The bytes of one SSH connection, over a socket or a channel of a jump host. It stands between them and ssh2 to hear
 * whether the host says anything at all (ssh2 counts answers to its own questions only, so that it takes a host for dead
 * whose answers wait behind a long output on a slow line), and to read the identification.
 */
export class Wire extends Duplex {
  readonly #carrier: Duplex;
  readonly #listener: WireListener;
  #reader: IdentificationReader | null = createIdentificationReader();
  #heard = false;

  constructor(carrier: Duplex, listener: WireListener) {
    // Whoever is done closes: no half-open connections.
    super({ allowHalfOpen: false });
    this.#carrier = carrier;
    this.#listener = listener;
    carrier.on('data', (bytes: Buffer) => this.#receive(bytes));
    carrier.once('end', () => this.#end());
    carrier.once('close', () => {
      this.#end();
      this.destroy();
    });
    carrier.on('error', (error) => this.destroy(error));
    // ssh2 listens too, but not before it is connected and not to all.
    this.on('error', () => undefined);
  }

  /** Whether anything came since it was last asked. */
  takeHeard(): boolean {
    const heard = this.#heard;
    this.#heard = false;
    return heard;
  }

  #receive(bytes: Buffer): void {
    this.#heard = true;
    if (this.#reader === null) return this.#deliver(bytes);
    const found = this.#reader.take(bytes);
    if (found.kind === 'more') return;
    if (found.kind === 'nonsense') return this.#refuse(false, found.what);
    this.#reader = null;
    this.#listener.identified(found.line);
    this.#deliver(Buffer.concat([Buffer.from(`${found.line}\r\n`, 'latin1'), found.rest]));
  }

  #deliver(bytes: Buffer): void {
    if (!this.push(bytes)) this.#carrier.pause();
  }

  #refuse(hungUp: boolean, what: string): void {
    const said = this.#reader?.said() ?? '';
    this.#reader = null;
    this.#listener.unidentified({ hungUp, what, said });
    this.destroy();
  }

  #end(): void {
    if (this.destroyed || this.readableEnded) return;
    if (this.#reader !== null) this.#refuse(true, 'the host hung up before it said what it is');
    else this.push(null);
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#carrier.write(bytes)) done();
    else this.#whenDrained(done);
  }

  #whenDrained(done: () => void): void {
    const finish = () => {
      this.#carrier.off('drain', finish);
      this.#carrier.off('close', finish);
      done();
    };
    this.#carrier.on('drain', finish);
    this.#carrier.on('close', finish);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#carrier.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#carrier.removeAllListeners('data');
    // A channel says that it is closed only when all of it was read.
    this.#carrier.resume();
    this.#carrier.destroy();
    done(error);
  }
}
