import type { Failure } from '../../contracts/failures';
import { connect } from '../../remote/ssh/connect';
import type { SshLink } from '../../remote/ssh/connect';
import { judgeTest } from '../judges/judge';
import { hasSshd, startSshd } from './sshd';
import type { KeyKind, Sshd } from './sshd';

const servers: Sshd[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(config: string, hostKeys: readonly KeyKind[] = ['ed25519']): Promise<Sshd> {
  const server = await startSshd({ config: [config], hostKeys });
  servers.push(server);
  return server;
}

async function agreedWith(server: Sshd, algorithms?: 'legacy'): Promise<SshLink['agreed']> {
  const link = await connect(
    {
      kind: 'ssh',
      address: '127.0.0.1',
      port: server.port,
      credentialRef: 'env:TEST',
      hostKey: server.fingerprint(),
      ...(algorithms !== undefined && { algorithms }),
    },
    { username: server.username, privateKey: await server.clientKey() },
    {},
  );
  await link.end();
  return link.agreed;
}

const refusalOf = (login: Promise<unknown>): Promise<Failure> =>
  login.then(
    () => {
      throw new Error('nothing was refused');
    },
    (error: Failure) => error,
  );

const strong = [
  { config: 'KexAlgorithms curve25519-sha256@libssh.org', agreed: 'curve25519-sha256@libssh.org' },
  { config: 'KexAlgorithms ecdh-sha2-nistp521', agreed: 'ecdh-sha2-nistp521' },
  {
    config: 'KexAlgorithms diffie-hellman-group14-sha256',
    agreed: 'diffie-hellman-group14-sha256',
  },
  { config: 'Ciphers chacha20-poly1305@openssh.com', agreed: 'chacha20-poly1305@openssh.com' },
  { config: 'Ciphers aes256-ctr', agreed: 'aes256-ctr' },
  { config: 'MACs hmac-sha2-512', agreed: 'hmac-sha2-512' },
];

const weak = [
  {
    config: 'KexAlgorithms diffie-hellman-group14-sha1',
    offered: 'diffie-hellman-group14-sha1',
    category: 'key exchange',
  },
  { config: 'Ciphers aes128-cbc,3des-cbc', offered: 'aes128-cbc, 3des-cbc', category: 'cipher' },
  { config: 'Ciphers aes128-ctr\nMACs hmac-sha1', offered: 'hmac-sha1', category: 'MAC' },
  { config: 'HostKeyAlgorithms ssh-rsa', offered: 'ssh-rsa', category: 'host key', key: 'rsa' },
] as const;

describe('a server', () => {
  judgeTest('that has one strong algorithm of a kind is spoken to with it', hasSshd, async () => {
    for (const { config, agreed } of strong) {
      const server = await started(
        config.startsWith('MACs') ? `Ciphers aes128-ctr\n${config}` : config,
      );
      const { keyExchange, cipher, mac, isLegacy } = await agreedWith(server);
      expect([keyExchange, cipher, mac]).toContain(agreed);
      expect(isLegacy).toBe(false);
    }
  });

  for (const { config, offered, category, ...more } of weak)
    judgeTest(`that offers only ${offered} is spoken to on request only`, hasSshd, async () => {
      const server = await started(config, 'key' in more ? [more.key] : ['ed25519']);
      const failure = await refusalOf(agreedWith(server));
      expect(failure.code).toBe('algorithms-too-weak');
      expect(failure.message).toContain(`for ${category} the server offers ${offered}`);
      expect(failure.facts).toMatchObject({ category, offered });
      expect(await agreedWith(server, 'legacy')).toMatchObject({ isLegacy: true });
    });

  judgeTest('that is ahead of us is not called weak', hasSshd, async () => {
    const server = await started('KexAlgorithms sntrup761x25519-sha512@openssh.com');
    const failure = await refusalOf(agreedWith(server));
    expect(failure.code).toBe('protocol-error');
    expect(failure.advice).toContain('curve25519-sha256');
    expect(failure.facts['offered']).toBe('sntrup761x25519-sha512@openssh.com');
  });
});
