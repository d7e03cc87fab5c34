import type { Client, ParsedKey } from 'ssh2';
import { certificateSuffix } from './user-certificate';
import { WireReader, wireString } from './wire-reader';

/** What of ssh2 1.17 is touched below; none of it is promised by its documentation. */
interface PacketWriter {
  readonly allocStart: number;
  alloc(payloadBytes: number): Buffer;
  finalize(packet: Buffer, force?: boolean): Buffer;
}

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void;

interface Protocol {
  authPK(username: string, key: ParsedKey, algorithm?: string, sign?: Sign): void;
  readonly _packetRW: { readonly write: PacketWriter };
}

/**
 * Lets a client that is connecting log in with certificates. ssh2 writes the one name that it has for a key both into
 * the request, which is right, and into the signature, where servers want the name of the plain algorithm: sshd compares
 * it (ssh-ed25519.c, ssh_ed25519_verify) and refuses `ssh-ed25519-cert-v01@openssh.com`. The request is rewritten on its
 * way out, before it is encrypted.
 *
 * @throws Error when this ssh2 is made otherwise
 */
export function allowCertificates(client: Client): void {
  const { _protocol: protocol } = client as unknown as { readonly _protocol?: Protocol };
  if (protocol === undefined || !isAsExpected(protocol))
    throw new Error('this release of ssh2 cannot be made to sign with OpenSSH certificates');
  const authPK = protocol.authPK.bind(protocol);
  protocol.authPK = (username, key, algorithm, sign) => {
    if (sign === undefined || !key.type.endsWith(certificateSuffix))
      return authPK(username, key, algorithm, sign);
    return authPK(username, key, algorithm, (data, done) =>
      sign(data, (signature) =>
        rewriting(writerOf(protocol), plainName(key.type), () => done(signature)),
      ),
    );
  };
}

function isAsExpected({ authPK, _packetRW: packets }: Partial<Protocol>): boolean {
  return (
    typeof authPK === 'function' &&
    typeof packets?.write.alloc === 'function' &&
    typeof packets.write.finalize === 'function' &&
    typeof packets.write.allocStart === 'number'
  );
}

/** Looked up for each use: ssh2 replaces it when compression begins. */
const writerOf = ({ _packetRW: packets }: Protocol): PacketWriter => packets.write;

const plainName = (algorithm: string): string => algorithm.slice(0, -certificateSuffix.length);

/** Whatever is sent meanwhile, which is the one request, gets its signature renamed. */
function rewriting(writer: PacketWriter, algorithm: string, send: () => void): void {
  const finalize = writer.finalize.bind(writer);
  writer.finalize = (packet, force) => {
    const payload = withSignatureName(packet.subarray(writer.allocStart), algorithm);
    const rewritten = writer.alloc(payload.length);
    rewritten.set(payload, writer.allocStart);
    return finalize(rewritten, force);
  };
  try {
    send();
  } finally {
    writer.finalize = finalize;
  }
}

/**
 * SSH_MSG_USERAUTH_REQUEST of the method publickey (RFC 4252 section 7): byte 50, string user, string service,
 * string "publickey", boolean TRUE, string algorithm, string key, string signature (of string algorithm, string bytes).
 */
function withSignatureName(packet: Buffer, algorithm: string): Buffer {
  const reader = new WireReader(packet);
  reader.byte();
  for (let i = 0; i < 3; i += 1) reader.string();
  reader.byte();
  reader.string();
  reader.string();
  const before = packet.subarray(0, packet.length - reader.rest.length);
  const signature = new WireReader(reader.string());
  signature.string();
  const renamed = Buffer.concat([wireString(algorithm), wireString(signature.string())]);
  return Buffer.concat([before, wireString(renamed)]);
}
