import { join } from 'node:path';
import type { Credential, SshConnection } from '../../contracts/fleet';
import { Failure } from '../../contracts/failures';
import { connect } from '../../remote/ssh/connect';
import { createCredentialResolver } from '../../store/credentials';
import { judgeTest } from '../judges/judge';
import { makeKeyFolder, startAgent } from './ssh-keys';
import type { Agent, KeyFolder } from './ssh-keys';
import { hasSshd, startSshd } from './sshd';
import type { Sshd } from './sshd';

let sshd: Sshd;
let keys: KeyFolder;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (!hasSshd) return;
  keys = await makeKeyFolder();
  await keys.make('authority', '-t', 'ed25519');
  sshd = await startSshd({
    config: [`TrustedUserCAKeys ${join(keys.folder, 'authority.pub')}`],
  });
});

afterAll(async () => {
  if (!hasSshd) return;
  await sshd.close();
  await keys.close();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const target = (server: Sshd, more: Partial<SshConnection> = {}): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port: server.port,
  credentialRef: 'env:TEST',
  hostKey: server.fingerprint(),
  ...more,
});

/** How the server let us in. */
async function loginWith(
  credential: Credential,
  server = sshd,
  more: Partial<SshConnection> = {},
): Promise<string> {
  const link = await connect(target(server, more), credential, {});
  await link.end();
  return link.agreed.login;
}

const refusalOf = (login: Promise<unknown>): Promise<Failure> =>
  login.then(
    () => {
      throw new Error('the login was not refused');
    },
    (error: unknown) => {
      if (error instanceof Failure) return error;
      throw error;
    },
  );

async function started(config: readonly string[]): Promise<Sshd> {
  const server = await startSshd({ config });
  cleanUps.push(() => server.close());
  return server;
}

const authority = () => join(keys.folder, 'authority');

describe('a private key', () => {
  judgeTest('of every kind lets in', hasSshd, async () => {
    const { username } = sshd;
    for (const kind of ['ed25519', 'ecdsa', 'rsa'] as const) {
      const privateKey = await sshd.clientKey(kind);
      expect(await loginWith({ username, privateKey })).toBe('publickey');
    }
    expect(await sshd.log()).toContain('pkalg rsa-sha2-512');
  });

  judgeTest('that is encrypted lets in with its passphrase', hasSshd, async () => {
    const privateKey = await sshd.clientKey('ed25519', 'open sesame');
    const credential = { username: sshd.username, privateKey };
    expect(await loginWith({ ...credential, passphrase: 'open sesame' })).toBe('publickey');
    expect(await refusalOf(loginWith(credential))).toMatchObject({
      code: 'credential-malformed',
      message: expect.stringContaining('encrypted and the credential has no passphrase'),
    });
    const wrong = await refusalOf(loginWith({ ...credential, passphrase: 'open barley' }));
    expect(wrong.code).toBe('credential-malformed');
    expect(wrong.message).toContain('the passphrase does not open the private key');
    expect(JSON.stringify(wrong)).not.toContain('barley');
  });

  judgeTest(
    'that is refused is told with its fingerprint, beside what the server takes',
    hasSshd,
    async () => {
      const stranger = await keys.make('stranger', '-t', 'ed25519');
      const failure = await refusalOf(
        loginWith({ username: sshd.username, privateKey: await keys.text(stranger) }),
      );
      expect(failure.code).toBe('login-refused');
      expect(failure.facts).toMatchObject({
        tried: `key ssh-ed25519 ${await keys.fingerprint(stranger)}`,
        offered: 'publickey',
      });
      expect(failure.message).toContain('the server takes publickey');
    },
  );

  judgeTest(
    'of RSA signs with SHA-256 where the server takes no better, and never with SHA-1 unasked',
    hasSshd,
    async () => {
      const sha256 = await started(['PubkeyAcceptedAlgorithms rsa-sha2-256']);
      const sha1 = await started(['PubkeyAcceptedAlgorithms ssh-rsa']);
      const credentialFor = async (server: Sshd) => ({
        username: server.username,
        privateKey: await server.clientKey('rsa'),
      });
      expect(await loginWith(await credentialFor(sha256), sha256)).toBe('publickey');
      const failure = await refusalOf(loginWith(await credentialFor(sha1), sha1));
      expect(failure.code).toBe('login-refused');
      expect(failure.message).toMatch(/tried for \S+: key rsa-sha2-512 \S+, key rsa-sha2-256/);
      expect(failure.message).not.toContain('key ssh-rsa');
      expect(await sha1.log()).not.toContain('pkalg ssh-rsa ');
    },
  );

  judgeTest('that is not enough alone is told as accepted', hasSshd, async () => {
    const server = await started([
      'PasswordAuthentication yes',
      'AuthenticationMethods publickey,password',
    ]);
    const failure = await refusalOf(
      loginWith({ username: server.username, privateKey: await server.clientKey() }, server),
    );
    expect(failure.code).toBe('login-refused');
    expect(failure.message).toContain('was accepted, but the server also wants password');
    expect(failure.advice).toContain('AuthenticationMethods');
  });
});

describe('a certificate', () => {
  const certified = async (name: string, options: readonly string[], ...kind: string[]) => {
    const path = await keys.make(name, ...kind);
    const sshCertificate = await keys.certify(authority(), path, '-I', name, ...options);
    return { username: sshd.username, privateKey: await keys.text(path), sshCertificate, path };
  };

  judgeTest('of every kind of key lets in', hasSshd, async () => {
    const forUs = ['-n', sshd.username];
    const kinds = [
      ['-t', 'ed25519'],
      ['-t', 'ecdsa', '-b', '256'],
      ['-t', 'ecdsa', '-b', '521'],
      ['-t', 'rsa', '-b', '2048'],
    ];
    for (const [index, kind] of kinds.entries()) {
      const { path: _path, ...credential } = await certified(`c${index}`, forUs, ...kind);
      expect(await loginWith(credential)).toBe('certificate');
    }
    expect(await sshd.log()).toContain('pkalg rsa-sha2-512-cert-v01@openssh.com');
  });

  judgeTest('that has expired is refused, and said to have', hasSshd, async () => {
    const { path: _path, ...credential } = await certified(
      'expired',
      ['-n', sshd.username, '-V', '20200101000000Z:20200102000000Z'],
      '-t',
      'ed25519',
    );
    const failure = await refusalOf(loginWith(credential));
    expect(failure.code).toBe('login-refused');
    expect(failure.message).toContain(
      'of the certificate "expired": it has expired at 2020-01-02T00:00:00.000Z',
    );
  });

  judgeTest('for another account is refused, and its names are told', hasSshd, async () => {
    const { path: _path, ...credential } = await certified(
      'other',
      ['-n', 'alice,bob'],
      '-t',
      'ed25519',
    );
    const failure = await refusalOf(loginWith(credential));
    expect(failure.code).toBe('login-refused');
    expect(failure.message).toContain(`it is for alice, bob and not for ${sshd.username}`);
  });

  judgeTest('that was made for something else is malformed', hasSshd, async () => {
    const mine = await certified('mine', ['-n', sshd.username], '-t', 'ed25519');
    const other = await certified('another', ['-n', sshd.username], '-t', 'ed25519');
    const host = await certified('host', ['-h'], '-t', 'ed25519');
    const { path: _path, ...credential } = mine;
    const attempts = [
      { sshCertificate: other.sshCertificate, says: 'belongs to another key' },
      { ...host, says: 'is one for hosts' },
      { sshCertificate: 'ssh-ed25519 AAAA', says: 'is no OpenSSH certificate' },
    ];
    for (const { says, ...attempt } of attempts) {
      const failure = await refusalOf(loginWith({ ...credential, ...attempt }));
      expect(failure.code).toBe('credential-malformed');
      expect(failure.message).toContain(says);
    }
  });

  judgeTest('that is refused does not keep its key from being tried', hasSshd, async () => {
    const path = join(sshd.folder, 'keys', 'ed25519-plain');
    const privateKey = await sshd.clientKey();
    const sshCertificate = await keys.certify(authority(), path, '-I', 'x', '-n', 'nobody-else');
    expect(await loginWith({ username: sshd.username, privateKey, sshCertificate })).toBe(
      'publickey',
    );
  });
});

describe('an ssh-agent', () => {
  const withAgent = async (...paths: readonly string[]): Promise<Agent> => {
    const agent = await startAgent(keys.folder);
    cleanUps.push(() => agent.close());
    for (const path of paths) await agent.add(path);
    return agent;
  };

  const known = async (kind: 'ed25519' | 'ecdsa' | 'rsa') => {
    await sshd.clientKey(kind);
    return join(sshd.folder, 'keys', `${kind}-plain`);
  };

  judgeTest('lets in with each kind of key that it holds', hasSshd, async () => {
    const agent = await withAgent();
    for (const kind of ['ed25519', 'ecdsa', 'rsa'] as const) {
      const path = await known(kind);
      await agent.add(path);
      const credential = {
        username: sshd.username,
        agent: agent.socket,
        key: await keys.fingerprint(path),
      };
      expect(await loginWith(credential)).toBe('agent');
    }
  });

  judgeTest('is found by SSH_AUTH_SOCK', hasSshd, async () => {
    const agent = await withAgent(await known('ed25519'));
    const env = {
      SSH: JSON.stringify({ username: sshd.username, agent: 'default' }),
      SSH_AUTH_SOCK: agent.socket,
    };
    const credential = await createCredentialResolver({ env, baseDir: '/' })('env:SSH');
    expect(await loginWith(credential)).toBe('agent');
  });

  judgeTest('lets in with a certificate that it holds', hasSshd, async () => {
    for (const [name, ...kind] of [
      ['held', '-t', 'ed25519'],
      ['held-rsa', '-t', 'rsa', '-b', '2048'],
      ['held-ecdsa', '-t', 'ecdsa'],
    ] as const) {
      const path = await keys.make(name, ...kind);
      await keys.certify(authority(), path, '-I', name, '-n', sshd.username);
      // ssh-add takes the certificate beside the key along.
      const agent = await withAgent(path);
      const credential = { username: sshd.username, agent: agent.socket };
      expect(await loginWith(credential)).toBe('certificate');
      await cleanUps.pop()?.();
    }
  });

  judgeTest('that cannot help is told from one that is not there', hasSshd, async () => {
    const agent = await withAgent();
    const credential = { username: sshd.username, agent: agent.socket };
    const refusals = [await refusalOf(loginWith(credential))];
    await agent.add(await known('ed25519'));
    refusals.push(await refusalOf(loginWith({ ...credential, key: 'SHA256:none' })));
    await cleanUps.pop()?.();
    refusals.push(await refusalOf(loginWith(credential)));
    expect(refusals.map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => 'credential-missing'),
    );
    expect(refusals[0]?.message).toContain('the ssh-agent holds no keys');
    expect(refusals[1]?.message).toContain(
      'does not hold the key SHA256:none; it holds ssh-ed25519 SHA256:',
    );
    expect(refusals[2]?.message).toContain(`no ssh-agent answers at ${agent.socket}`);
  });

  judgeTest('with more keys than the server bears is told to name one', hasSshd, async () => {
    const agent = await withAgent();
    for (let i = 0; i < 8; i += 1) await agent.add(await keys.make(`many${i}`, '-t', 'ed25519'));
    const path = await known('ed25519');
    await agent.add(path);
    const credential = { username: sshd.username, agent: agent.socket };
    const failure = await refusalOf(loginWith(credential));
    expect(failure.code).toBe('login-refused');
    expect(failure.advice).toContain('name the one key to use');
    const key = await keys.fingerprint(path);
    expect(await loginWith({ ...credential, key })).toBe('agent');
  });

  judgeTest('that does not want to sign is told so', hasSshd, async () => {
    const agent = await withAgent();
    // It asks a person, and there is none.
    await agent.add('-c', await known('ed25519'));
    const failure = await refusalOf(loginWith({ username: sshd.username, agent: agent.socket }));
    expect(failure.code).toBe('credential-missing');
    expect(failure.message).toContain('the ssh-agent did not sign with key ssh-ed25519 SHA256:');
  });
});
