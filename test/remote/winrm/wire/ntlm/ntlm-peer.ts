import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { judgePython } from '../../../../judges/judge';

const script = join(__dirname, '..', '..', '..', '..', 'judges', 'ntlm_judge.py');

export interface PeerOpening {
  readonly peer: 'pyspnego' | 'gss-ntlmssp';
  readonly side: 'acceptor' | 'initiator';
  /** Lines of an NTLM_USER_FILE: domain, user and password with colons between. */
  readonly accounts: readonly string[];
  readonly bindings: Buffer | null;
  readonly username?: string;
  readonly password?: string;
  readonly host?: string;
}

/** A verdict: what the peer answered, or the text of its objection. */
export type Answer<T> = T | { readonly refused: string };

export interface NtlmPeer {
  step(
    token: Buffer | null,
  ): Promise<Answer<{ token: Buffer | null; complete: boolean; who: string | null }>>;
  wrap(message: Buffer): Promise<{ header: Buffer; data: Buffer }>;
  unwrap(header: Buffer, data: Buffer): Promise<Answer<Buffer>>;
  /** Seals and frames a message as pypsrp does before it sends it. */
  pack(message: Buffer): Promise<Buffer>;
  unpack(body: Buffer): Promise<Answer<Buffer>>;
  signList(list: Buffer): Promise<Buffer>;
  verifyList(list: Buffer, mic: Buffer): Promise<Answer<null>>;
  /** Resolves when its process has ended. */
  close(): Promise<void>;
}

/** Whether the GSSAPI of this machine has an NTLM mechanism, and Python reaches it. */
export function hasGssNtlm(): boolean {
  if (!existsSync(judgePython)) return false;
  const code =
    'import sys, gssapi.raw as g; sys.exit(not any(m.dotted_form == "1.3.6.1.4.1.311.2.2.10" for m in g.indicate_mechs()))';
  return spawnSync(judgePython, ['-c', code]).status === 0;
}

export function openNtlmPeer(opening: PeerOpening): NtlmPeer {
  const child = spawn(judgePython, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (value: unknown): void => void child.stdin.write(`${JSON.stringify(value)}\n`);
  const ask = async (question: { readonly [name: string]: unknown }): Promise<WireAnswer> => {
    send(question);
    const line = await lines.next();
    if (line.done === true) throw new Error('the peer has ended');
    return JSON.parse(line.value) as WireAnswer;
  };
  send({ ...opening, bindings: encode(opening.bindings) });
  return {
    step: async (token) => {
      const answer = await ask({ do: 'step', token: encode(token) });
      if (answer.refused !== undefined) return { refused: answer.refused };
      const { complete = false, who = null } = answer;
      return {
        token: typeof answer.token === 'string' ? decode(answer.token) : null,
        complete,
        who,
      };
    },
    wrap: async (message) => {
      const { header, data } = await ask({ do: 'wrap', message: encode(message) });
      return { header: decode(header), data: decode(data) };
    },
    unwrap: async (header, data) => {
      const answer = await ask({ do: 'unwrap', header: encode(header), data: encode(data) });
      return answer.refused === undefined ? decode(answer.message) : { refused: answer.refused };
    },
    pack: async (message) => decode((await ask({ do: 'pack', message: encode(message) })).body),
    unpack: async (body) => {
      const answer = await ask({ do: 'unpack', body: encode(body) });
      return answer.refused === undefined ? decode(answer.message) : { refused: answer.refused };
    },
    signList: async (list) => decode((await ask({ do: 'sign-list', list: encode(list) })).mic),
    verifyList: async (list, mic) => {
      const answer = await ask({ do: 'verify-list', list: encode(list), mic: encode(mic) });
      return answer.refused === undefined ? null : { refused: answer.refused };
    },
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}

interface WireAnswer {
  readonly refused?: string;
  readonly token?: string | null;
  readonly complete?: boolean;
  readonly who?: string | null;
  readonly header?: string;
  readonly data?: string;
  readonly message?: string;
  readonly body?: string;
  readonly mic?: string;
}

function encode(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64');
}

function decode(text: string | undefined): Buffer {
  if (text === undefined) throw new Error('the peer did not answer what it was asked');
  return Buffer.from(text, 'base64');
}
