import { connect } from 'node:net';
import { sshFailure } from './errors';
import type { Where } from './errors';
import { WireReader, wireString } from './wire-reader';

/** A key that an ssh-agent holds: its public half or certificate in wire form. */
export interface AgentIdentity {
  readonly blob: Buffer;
  readonly comment: string;
}

/** An agent at a socket. */
export interface SshAgent {
  /** @throws Failure credential-missing when nothing answers as an agent does */
  identities(): Promise<readonly AgentIdentity[]>;
  /** Signature without the name of its algorithm; rejects when the agent does not want to sign. */
  sign(blob: Buffer, data: Buffer, flags: number): Promise<Buffer>;
}

/** draft-miller-ssh-agent, sections 3.5, 3.6 and 6.1. */
const message = { requestIdentities: 11, identities: 12, signRequest: 13, signature: 14 } as const;
/** Section 3.6.1: digests of RSA signatures. */
export const signFlags = { sha256: 2, sha512: 4 } as const;

/** An answer is a few kilobytes for each key; more is no agent. */
const maxAnswerBytes = 1024 * 1024;
const listTimeoutMs = 5_000;
/** An agent may ask a person first (ssh-add -c); the time-out of the login ends it sooner. */
const signTimeoutMs = 60_000;

/**
 * @param socketPath of the agent; the worker has put SSH_AUTH_SOCK in the place of `default`
 * @throws Failure credential-missing
 */
export function agentAt(socketPath: string, where: Where): SshAgent {
  return {
    identities: async () => {
      const request = Buffer.from([message.requestIdentities]);
      try {
        return decodeIdentities(await ask(socketPath, request, listTimeoutMs));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw missing(`no ssh-agent answers at ${socketPath}: ${why}`, where, error);
      }
    },
    sign: async (blob, data, flags) => {
      const end = Buffer.alloc(4);
      end.writeUInt32BE(flags);
      const request = [Buffer.from([message.signRequest]), wireString(blob), wireString(data), end];
      return decodeSignature(await ask(socketPath, Buffer.concat(request), signTimeoutMs));
    },
  };
}

const missing = (what: string, where: Where, cause?: unknown) =>
  sshFailure('credential-missing', what, where, {
    advice: 'start the agent, give the worker its socket, and let the worker read and write it',
    ...(cause === undefined ? {} : { cause }),
  });

function decodeIdentities(answer: Buffer): readonly AgentIdentity[] {
  const reader = new WireReader(answer);
  if (reader.byte() !== message.identities) throw new Error('it refused to list its keys');
  const identities: AgentIdentity[] = [];
  for (let left = reader.uint32(); left > 0; left -= 1)
    identities.push({ blob: Buffer.from(reader.string()), comment: reader.text() });
  return identities;
}

function decodeSignature(answer: Buffer): Buffer {
  const reader = new WireReader(answer);
  if (reader.byte() !== message.signature) throw new Error('the ssh-agent refused to sign');
  const signature = new WireReader(reader.string());
  signature.string();
  return Buffer.from(signature.string());
}

/** One question on a connection of its own: agents answer in order, and a slow signature would hold up the others. */
function ask(path: string, request: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const chunks: Buffer[] = [];
    const fail = (why: Error) => {
      reject(why);
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('it hung up')));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const length = bytes.length < 4 ? 0 : bytes.readUInt32BE();
      if (length > maxAnswerBytes) return fail(new Error('what answers is no agent'));
      if (length === 0 || bytes.length < 4 + length) return undefined;
      resolve(bytes.subarray(4, 4 + length));
      return socket.destroy();
    });
    socket.write(wireString(request));
  });
}
