import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { MadeCertificate } from './tls-certificates';

/** `openssl s_server`: prints what it is sent, sends what it is told, and renegotiates on demand. */
export interface TlsServer {
  readonly port: number;
  /** Resolves when its output since the start matches. @throws when it ends before */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** A line of one letter is a command: `R` renegotiates and asks for a client certificate. */
  readonly tell: (text: string) => void;
  readonly close: () => Promise<void>;
}

/** @param options of s_server, beside certificate and port, divided by blanks */
export async function startTlsServer(
  certificate: MadeCertificate,
  options: string,
): Promise<TlsServer> {
  const { certFile, keyFile } = certificate;
  const words = `s_server -accept 127.0.0.1:0 ${options}`.trim().split(/ +/);
  const child = spawn('openssl', [...words, '-cert', certFile, '-key', keyFile]);
  const exited = once(child, 'exit');
  let output = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('latin1');
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(output)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      exited.then(() => reject(new Error(`s_server has ended: ${output}`)), reject);
      look();
    });
  await until(/ACCEPT .*:\d+/);
  return {
    port: Number(/ACCEPT .*:(\d+)/.exec(output)?.[1]),
    until,
    tell: (text) => void child.stdin.write(text),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}
