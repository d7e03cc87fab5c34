import type { Credential, Connection } from '../../contracts/fleet';
import { startLab } from '../../lab';
import type { Lab, LabTransport } from '../../lab/types';
import { openSession } from '../../remote/open-session';
import { checkBasics, checkUpload } from './session-basics';

/** The suite that also runs over OpenSSH's sshd and over Wine, in test/peers: what it says holds for all of them. */
const password = 'Gr1mm-&-secret';
const credential: Credential = { username: 'Administrator', password };

describe.each<{ name: string; transport: LabTransport }>([
  { name: 'lab SSH', transport: { kind: 'ssh' } },
  { name: 'lab WinRM', transport: { kind: 'winrm', scheme: 'https' } },
])('a session with $name', ({ name, transport }) => {
  let lab: Lab;
  beforeAll(async () => {
    const host = { id: 'ex01', transport, credential: { username: 'Administrator', password } };
    lab = await startLab({ hosts: [host] });
  });
  afterAll(() => lab.close());

  const connection = (): Connection => {
    const { address, port, hostKey, certificateFingerprint = '' } = lab.endpoint('ex01');
    const common = { address, port, credentialRef: 'env:TEST' };
    return hostKey === undefined
      ? {
          kind: 'winrm',
          ...common,
          scheme: 'https',
          auth: 'negotiate',
          allowUnencrypted: false,
          certificateFingerprint,
        }
      : { kind: 'ssh', ...common, hostKey };
  };
  const open = () => openSession(connection(), credential);
  checkBasics(name, it, () => ({
    open,
    lineEnd: '\r\n',
    exitCodes: [0, 1, 194, 3010, 2149842967],
    exitWith: (code) => `cmd /c exit ${code | 0}`,
    complain: (word) => `echo ${word}>&2`,
    endless: 'ping -n 3600 127.0.0.1',
    talkative: 'for /l %I in (1,1,300) do @echo a line of some more than forty characters %I',
    reader: 'findstr "^"',
  }));
  checkUpload(name, it, open);
});
