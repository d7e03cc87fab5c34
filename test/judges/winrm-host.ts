import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { labCertificates } from '../../lab/winrm/certificates';
import { serveWinRm } from '../../lab/winrm/server';
import type { WinRmServer, WinRmServerOptions } from '../../lab/winrm/server';
import { createFakeMachine } from '../lab/winrm/fake-machine';
import type { FakeCommand, FakeMachine } from '../lab/winrm/fake-machine';

/** What every judge has the host run. */
const plainCommands: { readonly [start: string]: FakeCommand } = {
  'say grüß': ({ out, err, options: { codePage }, exit }) => {
    out(`Grüß Gott, ${codePage}\r\n`);
    err('kein Fehler: ñ €\r\n');
    exit(0);
  },
  'exit 3010': ({ exit }) => exit(3010),
  'exit hresult': ({ exit }) => exit(0x80070005),
  slow: ({ out, exit }) => {
    setTimeout(() => {
      out('at last');
      exit(0);
    }, 1500);
  },
  copy: ({ onInput, out, exit }) => onInput(out, () => exit(7)),
  long: ({ out, exit }) => {
    out(longOutput);
    exit(0);
  },
};

/** No PowerShell; but one that is given a command of the list in the way of its own runs it. */
const commands: typeof plainCommands = {
  ...plainCommands,
  'PowerShell ': (process) => {
    const [, encoded = ''] = /-EncodedCommand (\S+)/.exec(process.line) ?? [];
    const line = Buffer.from(encoded, 'base64').toString('utf16le');
    const found = Object.entries(plainCommands).find(([start]) => line.startsWith(start));
    if (found === undefined) return process.exit(1);
    found[1]({ ...process, line });
  },
};

const longOutput = Buffer.from(
  Array.from({ length: 60_000 }, (_, line) => `${line}: Zeile für Zeile, лог событий\r\n`).join(''),
);

/** What `long` prints: some megabytes. */
export const longStream = {
  bytes: longOutput.length,
  sha256: createHash('sha256').update(longOutput).digest('hex'),
};

export interface ClientCertificate {
  readonly pem: string;
  readonly issuerPem: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A host for judges, one at a time, with the files that they want to be shown. */
export interface JudgedHosts {
  readonly folder: string;
  /** The CA of the lab. */
  readonly caFile: string;
  readonly client: ClientCertificate;
  /** Another one, of another issuer. */
  readonly stranger: ClientCertificate;
  readonly machine: FakeMachine;
  readonly server: WinRmServer;
  serve(
    options: Omit<WinRmServerOptions, 'tls'>,
    edition?: '2008r2-sp1' | '2012r2',
  ): Promise<WinRmServer>;
  /** Ends the host. */
  stop(): Promise<void>;
  /** Removes the files. */
  dispose(): Promise<void>;
}

export async function createJudgedHosts(): Promise<JudgedHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'judged-'));
  const certificates = await labCertificates();
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificates.caPem);
  const client = await createClientCertificate(folder, 'operator');
  const stranger = await createClientCertificate(folder, 'stranger');
  let running: { machine: FakeMachine; server: WinRmServer } | null = null;
  const need = () => {
    if (running === null) throw new Error('no host is running');
    return running;
  };
  return {
    folder,
    caFile,
    client,
    stranger,
    get machine() {
      return need().machine;
    },
    get server() {
      return need().server;
    },
    serve: async (options, edition = '2008r2-sp1') => {
      const machine = createFakeMachine(commands, { edition }, client.pem);
      const tls = options.scheme === 'https' ? { tls: certificates } : {};
      const server = await serveWinRm(machine, { ...options, ...tls });
      running = { machine, server };
      return server;
    },
    stop: async () => {
      await running?.server.close();
      running = null;
    },
    dispose: () => rm(folder, { recursive: true }),
  };
}

async function createClientCertificate(folder: string, name: string): Promise<ClientCertificate> {
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const issuer = await generate([{ name: 'commonName', value: `Issuer of ${name}` }], {
    ...common,
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const made = await generate([{ name: 'commonName', value: name }], {
    ...common,
    ca: { key: issuer.private, cert: issuer.cert },
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  const certificateFile = join(folder, `${name}.pem`);
  const keyFile = join(folder, `${name}.key`);
  await writeFile(certificateFile, made.cert);
  await writeFile(keyFile, made.private, { mode: 0o600 });
  return { pem: made.cert, issuerPem: issuer.cert, certificateFile, keyFile };
}
