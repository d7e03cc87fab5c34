import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Failure } from '../../contracts/failures';
import type { PasswordCredential } from '../../contracts/fleet';
import { connect } from '../../remote/ssh/connect';
import { judgeTest } from '../judges/judge';
import { hasSshd, startSshd } from './sshd';
import type { Sshd } from './sshd';
import { timesLogged } from './sshd-scene';

/** Only a server that is run by root can look passwords up, and only root can make a user for the test. */
const mayMakeUsers = hasSshd && process.getuid?.() === 0;

const credential: PasswordCredential = {
  username: `sshtest${randomBytes(4).toString('hex')}`,
  password: randomBytes(12).toString('base64url'),
};
const servers: Sshd[] = [];

beforeAll(() => {
  if (!mayMakeUsers) return;
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', credential.username]);
  execFileSync('chpasswd', { input: `${credential.username}:${credential.password}\n` });
});

afterAll(() => {
  if (mayMakeUsers) execFileSync('userdel', [credential.username], { stdio: 'ignore' });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(...config: readonly string[]): Promise<Sshd> {
  const server = await startSshd({ config });
  servers.push(server);
  return server;
}

async function loginWith(server: Sshd, login: PasswordCredential): Promise<string> {
  const { port } = server;
  const link = await connect(
    {
      kind: 'ssh',
      address: '127.0.0.1',
      port,
      credentialRef: 'env:TEST',
      hostKey: server.fingerprint(),
    },
    login,
    {},
  );
  await link.end();
  return link.agreed.login;
}

const refusalOf = (login: Promise<unknown>): Promise<Failure> =>
  login.then(
    () => {
      throw new Error('the login was not refused');
    },
    (error: Failure) => error,
  );

const wrong = { ...credential, password: 'not that one' };

describe('a password', () => {
  judgeTest('lets in where it is taken as such, and is shown once', mayMakeUsers, async () => {
    const server = await started(
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication yes',
      'UsePAM yes',
    );
    expect(await loginWith(server, credential)).toBe('password');
    const failure = await refusalOf(loginWith(server, wrong));
    expect(failure.code).toBe('login-refused');
    expect(failure.facts).toMatchObject({
      tried: 'password',
      offered: expect.stringContaining('keyboard-interactive'),
    });
    expect(`${failure.message}${JSON.stringify(failure.facts)}`).not.toContain(wrong.password);
    expect(await timesLogged(server, /Failed password/g)).toBe(1);
    expect(await server.log()).not.toContain('Failed keyboard-interactive');
  });

  judgeTest('answers a server that only asks for it', mayMakeUsers, async () => {
    const server = await started('KbdInteractiveAuthentication yes', 'UsePAM yes');
    expect(await loginWith(server, credential)).toBe('keyboard-interactive');
    const failure = await refusalOf(loginWith(server, wrong));
    expect(failure.code).toBe('login-refused');
    expect(failure.facts).toMatchObject({ tried: 'password, keyboard-interactive' });
    expect(await timesLogged(server, /Failed keyboard-interactive/g)).toBe(1);
  });

  judgeTest('that has expired is told by what the server asks then', mayMakeUsers, async () => {
    const server = await started('KbdInteractiveAuthentication yes', 'UsePAM yes');
    execFileSync('chage', ['--lastday', '0', credential.username]);
    try {
      const failure = await refusalOf(loginWith(server, credential));
      expect(failure.code).toBe('login-refused');
      expect(failure.message).toMatch(/after the password the server asked ".*password/i);
    } finally {
      execFileSync('chage', ['--lastday', '-1', credential.username]);
    }
  });

  judgeTest('that the server has no use for is said so', mayMakeUsers, async () => {
    const failure = await refusalOf(loginWith(await started(), credential));
    expect(failure.code).toBe('login-refused');
    expect(failure.message).toContain('the server takes publickey');
  });
});
