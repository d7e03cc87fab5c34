import { startLab } from '../../lab';
import { labHostKey } from '../../lab/ssh/host-key';
import type { LabEndpoint, LabHostOptions } from '../../lab/types';
import type { Connection, Credential } from '../../contracts/fleet';
import { describeSession, hostId } from './session-contract';
import type { SessionWorld } from './session-contract';

const createWorld =
  (connectionTo: (endpoint: LabEndpoint) => Connection) =>
  async (host: LabHostOptions, timeScale: number): Promise<SessionWorld> => {
    // Free ports come again: a host that is another one by then has another key.
    const seed = JSON.stringify(host.transport);
    const lab = await startLab({ hosts: [host], timeScale, seed });
    const { username, password = '' } = host.credential;
    const credential: Credential = { username, password };
    return { lab, connection: connectionTo(lab.endpoint(hostId)), credential };
  };

const winrm = { kind: 'winrm', auth: 'basic', credentialRef: 'env:TEST' } as const;

const shells = [
  { name: 'SSH', transport: { kind: 'ssh' } },
  { name: 'SSH with PowerShell as the shell', transport: { kind: 'ssh', shell: 'powershell' } },
  { name: 'SSH with a POSIX shell', transport: { kind: 'ssh', shell: 'posix' } },
] as const;

for (const { name, transport } of shells)
  describeSession(name, {
    transport,
    createWorld: createWorld(({ address, port, hostKey = '' }) => ({
      kind: 'ssh',
      address,
      port,
      hostKey,
      credentialRef: 'env:TEST',
    })),
    mistrust: (connection) => ({
      ...connection,
      kind: 'ssh',
      hostKey: labHostKey('another lab', hostId).fingerprint,
    }),
    mistrustCode: 'host-key-changed',
    outputReply: 1,
  });

describeSession('WinRM by https', {
  transport: { kind: 'winrm', scheme: 'https' },
  createWorld: createWorld(({ address, port, certificateFingerprint = '' }) => ({
    ...winrm,
    scheme: 'https',
    address,
    port,
    allowUnencrypted: false,
    certificateFingerprint,
  })),
  mistrust: (connection) => ({
    ...winrm,
    scheme: 'https',
    address: connection.address,
    port: connection.port,
    allowUnencrypted: false,
    certificateFingerprint: '0'.repeat(64),
  }),
  mistrustCode: 'certificate-changed',
  // The first reply says that the command was taken.
  outputReply: 2,
});

describeSession('WinRM by http', {
  transport: { kind: 'winrm', scheme: 'http' },
  createWorld: createWorld(({ address, port }) => ({
    ...winrm,
    scheme: 'http',
    address,
    port,
    allowUnencrypted: true,
  })),
  mistrust: null,
  mistrustCode: 'certificate-changed',
  outputReply: 2,
});
