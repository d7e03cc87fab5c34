import type { Connection, Credential, Fleet, SshConnection } from '../../contracts/fleet';
import { hostId } from '../../contracts/ids';
import { labOptionsFor } from '../../lab/lab-options-for';
import { parseScenario } from '../../lab/scenario.schema';
import { labHostKey } from '../../lab/ssh/host-key';
import { ed25519KeyPair } from '../key-pair';

const credential: Credential = { username: 'Administrator', password: 'secret' };

const scenarioOf = (raw: unknown) => {
  const parsed = parseScenario(raw);
  if (!parsed.ok) throw new Error('the scenario of this test is wrong');
  return parsed.value;
};

const fleetOf = (connections: { readonly [id: string]: Connection }): Fleet => ({
  hosts: Object.entries(connections).map(([id, connection]) => ({
    hostId: hostId(id),
    connection,
    labels: {},
  })),
  availabilitySets: [],
});

const winrm: Connection = {
  kind: 'winrm',
  address: '127.0.0.1',
  port: 25_901,
  scheme: 'https',
  auth: 'basic',
  credentialRef: 'env:A',
  allowUnencrypted: false,
};
const sshAt = (hostKey: string): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.2',
  port: 25_902,
  credentialRef: 'env:B',
  hostKey,
});
const ssh = sshAt(labHostKey('lab', 'ex02').fingerprint);

describe('the lab of a fleet', () => {
  it('gives accounts over SSH the shell that the scenario names', async () => {
    const { hosts } = await labOptionsFor(
      fleetOf({ ex01: winrm, ex02: ssh, ex03: { ...ssh, port: 25_903, hostKey: keyOf('ex03') } }),
      scenarioOf({ defaults: { shell: 'powershell' }, hosts: { ex03: { shell: 'posix' } } }),
      () => Promise.resolve(credential),
      { ports: 'fixed' },
    );
    expect(
      hosts.map(({ transport }) => (transport.kind === 'ssh' ? transport.shell : null)),
    ).toEqual([null, 'powershell', 'posix']);
  });

  it('has every host at its address and port, with what the scenario says of it', async () => {
    const asked: string[] = [];
    const options = await labOptionsFor(
      fleetOf({ ex01: winrm, ex02: ssh, ex03: { ...ssh, port: 25_903, hostKey: keyOf('ex03') } }),
      scenarioOf({
        timeScale: 30,
        defaults: { windows: { codePage: 850, exchange: false } },
        hosts: { ex01: { windows: { exchange: true }, faults: { bootMs: '90s' } } },
      }),
      (ref) => {
        asked.push(ref);
        return Promise.resolve(credential);
      },
      { ports: 'fixed' },
    );
    expect(asked).toEqual(['env:A', 'env:B']);
    expect(options.timeScale).toBe(30);
    expect(options.hosts).toMatchObject([
      {
        id: 'ex01',
        transport: { kind: 'winrm', scheme: 'https', address: '127.0.0.1', port: 25_901 },
        credential,
        windows: { codePage: 850, exchange: true },
        faults: { bootMs: 90_000 },
      },
      {
        id: 'ex02',
        transport: { kind: 'ssh', address: '127.0.0.2', port: 25_902 },
        windows: { exchange: false },
        faults: {},
      },
      { id: 'ex03' },
    ]);
  });

  it('takes free ports on demand, whatever keys the fleet pins', async () => {
    const { hosts } = await labOptionsFor(
      fleetOf({ ex01: winrm, ex02: sshAt('SHA256:other') }),
      scenarioOf({}),
      () => Promise.resolve(credential),
      { ports: 'ephemeral' },
    );
    expect(hosts.map(({ transport }) => transport.port)).toEqual([0, 0]);
  });

  it('accepts the public half of a private key', async () => {
    const { private: privateKey, public: publicKey } = ed25519KeyPair();
    const { hosts } = await labOptionsFor(
      fleetOf({ ex02: ssh }),
      scenarioOf({}),
      () => Promise.resolve({ username: 'root', privateKey }),
      { ports: 'fixed' },
    );
    expect(hosts[0]?.credential).toEqual({ username: 'root', publicKey: publicKey.trim() });
  });

  it.each([
    { auth: 'basic', offered: ['negotiate', 'basic'] },
    { auth: 'ntlm', offered: ['negotiate'] },
    { auth: 'negotiate', offered: ['negotiate'] },
  ] as const)('offers what its fleet needs: $auth', async ({ auth, offered }) => {
    const connection = { ...winrm, auth, tls: 'legacy', allowUnencrypted: true } as const;
    const { hosts } = await labOptionsFor(
      fleetOf({ ex01: connection }),
      scenarioOf({}),
      () => Promise.resolve(credential),
      { ports: 'fixed' },
    );
    expect(hosts[0]?.transport).toMatchObject({
      auth: offered,
      tls: 'legacy',
      allowUnencrypted: true,
    });
    expect(hosts[0]?.credential).toEqual(credential);
  });

  it('maps the client certificate of a fleet to an account', async () => {
    const { hosts } = await labOptionsFor(
      fleetOf({ ex01: { ...winrm, auth: 'certificate' } }),
      scenarioOf({}),
      () => Promise.resolve({ certificate: 'the certificate', privateKey: 'the key' }),
      { ports: 'fixed' },
    );
    expect(hosts[0]).toMatchObject({
      transport: { auth: ['negotiate', 'certificate'], allowUnencrypted: false },
      credential: { certificate: 'the certificate' },
    });
    expect(JSON.stringify(hosts)).not.toContain('the key');
  });

  it.each([
    {
      what: 'a scenario that names a stranger',
      fleet: fleetOf({ ex01: winrm }),
      scenario: { hosts: { ex99: {} } },
      login: credential,
      says: 'ex99',
    },
    {
      what: 'another host key than the lab has',
      fleet: fleetOf({ ex02: sshAt('SHA256:other') }),
      scenario: {},
      login: credential,
      says: 'ex02 has another host key',
    },
    {
      what: 'a private key for WinRM',
      fleet: fleetOf({ ex01: winrm }),
      scenario: {},
      login: { username: 'root', privateKey: 'x' },
      says: 'is a private key for SSH, which auth: basic does not take',
    },
    {
      what: 'a password where a certificate logs in',
      fleet: fleetOf({ ex01: { ...winrm, auth: 'certificate' } }),
      scenario: {},
      login: credential,
      says: 'is a password, which auth: certificate does not take',
    },
    {
      what: 'a client certificate over SSH',
      fleet: fleetOf({ ex02: ssh }),
      scenario: {},
      login: { certificate: 'x', privateKey: 'y' },
      says: 'is a client certificate, which SSH does not take',
    },
    {
      what: 'Kerberos, for which the lab has no realm',
      fleet: fleetOf({ ex01: { ...winrm, auth: 'kerberos' } }),
      scenario: {},
      login: credential,
      says: 'ex01 is reached with auth: kerberos',
    },
    {
      what: 'a Kerberos ticket',
      fleet: fleetOf({ ex01: { ...winrm, auth: 'negotiate' } }),
      scenario: {},
      login: { username: 'root', ticketCache: 'default' },
      says: 'is a Kerberos principal',
    },
    {
      what: 'a private key that cannot be read',
      fleet: fleetOf({ ex02: ssh }),
      scenario: {},
      login: { username: 'root', privateKey: 'x' },
      says: 'cannot be read',
    },
  ])('is refused for $what', async ({ fleet, scenario, login, says }) => {
    const lab = labOptionsFor(fleet, scenarioOf(scenario), () => Promise.resolve(login), {
      ports: 'fixed',
    });
    await expect(lab).rejects.toMatchObject({ code: 'bad-request' });
    await expect(lab).rejects.toThrow(says);
  });
});

const keyOf = (id: string): string => labHostKey('lab', id).fingerprint;
