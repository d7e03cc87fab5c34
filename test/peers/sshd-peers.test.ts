import { judgeTest } from '../judges/judge';
import { openPosixSession } from './posix-session';
import { hasSshd, startSshd } from './sshd';

judgeTest(
  'a session with OpenSSH sshd runs a command and tells its exit code',
  hasSshd,
  async () => {
    const sshd = await startSshd();
    try {
      const session = await openPosixSession(
        {
          kind: 'ssh',
          address: '127.0.0.1',
          port: sshd.port,
          credentialRef: 'env:TEST',
          hostKey: sshd.fingerprint(),
        },
        { username: sshd.username, privateKey: await sshd.clientKey() },
      );
      const result = await session.run('echo hello; exit 7');
      expect(result).toMatchObject({ exitCode: 7, timedOut: false });
      expect(result.stdout.toString()).toBe('hello\n');
      await session.close();
    } finally {
      await sshd.close();
    }
  },
);
