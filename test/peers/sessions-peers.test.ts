import { openSession } from '../../remote/open-session';
import { judgeTest } from '../judges/judge';
import { checkBasics, checkUpload } from '../remote/session-basics';
import type { BasicsWorld } from '../remote/session-basics';
import { openPosixSession } from './posix-session';
import type { Sshd } from './sshd';
import { hasSshd, startSshd } from './sshd';
import { startWineHost } from './wine/host';
import type { WineHost } from './wine/host';
import { hasWine } from './wine/place';

/** On a busy machine Wine takes a second to start a program. */
jest.setTimeout(120_000);

describe("a session with OpenSSH's sshd and a POSIX shell", () => {
  let sshd: Sshd;
  const world = (): BasicsWorld => ({
    open: async () =>
      openPosixSession(
        {
          kind: 'ssh',
          address: '127.0.0.1',
          port: sshd.port,
          credentialRef: 'env:TEST',
          hostKey: sshd.fingerprint(),
        },
        { username: sshd.username, privateKey: await sshd.clientKey() },
      ),
    lineEnd: '\n',
    exitCodes: [0, 1, 7, 255],
    exitWith: (code) => `exit ${code}`,
    complain: (word) => `echo ${word} >&2`,
    // sshd ends no command of a root login (session.c: signals need its unprivileged child); its closed output does.
    endless: 'while echo; do sleep 1; done',
    talkative: 'seq 1 5000',
    reader: 'cat',
  });
  beforeAll(async () => {
    if (hasSshd) sshd = await startSshd();
  });
  afterAll(() => sshd?.close());

  checkBasics('sshd', (name, check) => judgeTest(name, hasSshd, check), world);
});

describe("a session with OpenSSH's sshd and Wine's cmd.exe", () => {
  let host: WineHost;
  const world = (): BasicsWorld => ({
    open: () => openSession(host.connection, host.credential),
    lineEnd: '\r\n',
    exitCodes: [0, 1, 194, 3010, 2149842967],
    exitWith: (code) => `cmd /c exit ${code | 0}`,
    complain: (word) => `echo ${word}>&2`,
    endless: 'ping -n 3600 127.0.0.1',
    talkative: 'for /l %I in (1,1,300) do @echo a line of some more than forty characters %I',
    reader: 'cmd /c "set /p LINE="',
  });
  beforeAll(async () => {
    if (hasWine) host = await startWineHost();
  });
  afterAll(() => host?.close());

  const check = (name: string, judge: () => Promise<void>): void => judgeTest(name, hasWine, judge);
  checkBasics('sshd with Wine', check, world);
  checkUpload('sshd with Wine', check, () => openSession(host.connection, host.credential));
});
