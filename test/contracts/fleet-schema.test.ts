import { parseFleet } from '../../contracts/fleet.schema';
import { fieldName } from '../../contracts/parsed.schema';

const hostKey = `SHA256:${'a'.repeat(43)}`;
const winrm = { kind: 'winrm', credentialRef: 'env:FLEET' };
const host = (change: object = {}, connection: object = winrm): object => ({
  address: 'ex01.contoso.test',
  connection,
  ...change,
});
const connectionOf = (connection: object, defaults: object = {}): unknown => {
  const parsed = parseFleet({
    defaults: { connection: defaults },
    hosts: { ex01: host({}, connection) },
  });
  return parsed.ok ? parsed.value.hosts[0]?.connection : parsed.problems;
};
const problemsOf = (raw: unknown): string[] => {
  const parsed = parseFleet(raw);
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );
};

test('a WinRM connection is https on 5986 with Negotiate when nothing else is said', () => {
  expect(connectionOf(winrm)).toEqual({
    kind: 'winrm',
    address: 'ex01.contoso.test',
    port: 5986,
    scheme: 'https',
    auth: 'negotiate',
    credentialRef: 'env:FLEET',
    allowUnencrypted: false,
  });
});

test.each([
  { given: { port: 5985, allowUnencrypted: true }, scheme: 'http', port: 5985 },
  { given: { scheme: 'http', allowUnencrypted: true }, scheme: 'http', port: 5985 },
  { given: { scheme: 'http', port: 25901, allowUnencrypted: true }, scheme: 'http', port: 25901 },
  { given: { scheme: 'https', port: 5985 }, scheme: 'https', port: 5985 },
  { given: { port: 25901 }, scheme: 'https', port: 25901 },
])('$given is $scheme on port $port', ({ given, scheme, port }) => {
  expect(connectionOf({ ...winrm, ...given })).toMatchObject({ scheme, port });
});

test('an SSH connection has port 22 and its host key', () => {
  expect(connectionOf({ kind: 'ssh', credentialRef: 'file:keys/ex01', hostKey })).toEqual({
    kind: 'ssh',
    address: 'ex01.contoso.test',
    port: 22,
    credentialRef: 'file:keys/ex01',
    hostKey,
  });
});

test('fields of a host go over the defaults', () => {
  const defaults = { ...winrm, caFile: 'ca.pem', port: 1 };
  expect(connectionOf({ port: 2 }, defaults)).toMatchObject({ port: 2, caFile: 'ca.pem' });
});

test('a host reached in another way takes only the credential from the defaults', () => {
  const defaults = { ...winrm, port: 5985, allowUnencrypted: true, caFile: 'ca.pem' };
  expect(connectionOf({ kind: 'ssh', hostKey }, defaults)).toEqual({
    kind: 'ssh',
    address: 'ex01.contoso.test',
    port: 22,
    credentialRef: 'env:FLEET',
    hostKey,
  });
});

test.each(['ntlm', 'kerberos', 'negotiate'])('%s seals its messages and may use http', (auth) => {
  expect(connectionOf({ ...winrm, auth, port: 5985 })).toMatchObject({
    auth,
    scheme: 'http',
    allowUnencrypted: false,
  });
});

test('what a host needs beyond the ordinary is told in its connection', () => {
  const more = {
    tls: 'legacy',
    servicePrincipal: 'HTTP/ex01.contoso.test@CONTOSO.TEST',
    maxEnvelopeKb: 500,
  };
  expect(connectionOf({ ...winrm, ...more })).toMatchObject(more);
});

test('a certificate fingerprint is stored without colons, in lower case', () => {
  const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
  expect(connectionOf({ ...winrm, certificateFingerprint: fingerprint })).toMatchObject({
    certificateFingerprint: 'ab'.repeat(32),
  });
});

test('hosts keep their order, labels join the defaults, sets find their members', () => {
  const parsed = parseFleet({
    defaults: { connection: winrm, labels: { site: 'fra', role: 'none' } },
    hosts: {
      zeta: { address: 'z.test', labels: { dag: 'dag1' } },
      alpha: { address: 'a.test', labels: { dag: 'dag1', role: 'exchange' } },
      beta: { address: 'b.test' },
    },
    availabilitySets: {
      dag1: { labels: { dag: 'dag1' } },
      fra: { labels: { site: 'fra', role: 'none' }, maxUnavailable: 2 },
    },
  });
  expect(parsed.ok && parsed.value.hosts.map(({ hostId, labels }) => [hostId, labels])).toEqual([
    ['zeta', { site: 'fra', role: 'none', dag: 'dag1' }],
    ['alpha', { site: 'fra', role: 'exchange', dag: 'dag1' }],
    ['beta', { site: 'fra', role: 'none' }],
  ]);
  expect(parsed.ok && parsed.value.availabilitySets).toEqual([
    { name: 'dag1', maxUnavailable: 1, hosts: ['zeta', 'alpha'] },
    { name: 'fra', maxUnavailable: 2, hosts: ['zeta', 'beta'] },
  ]);
});

test('what must stay up of a set tells what may be down', () => {
  const hosts = {
    a: { address: 'a.test', connection: winrm, labels: { dag: 'dag1' } },
    b: { address: 'b.test', connection: winrm, labels: { dag: 'dag1' } },
    c: { address: 'c.test', connection: winrm, labels: { dag: 'dag1' } },
  };
  const limits = [1, 2, 3, 9].map((minAvailable) => {
    const parsed = parseFleet({
      hosts,
      availabilitySets: { dag1: { labels: { dag: 'dag1' }, minAvailable } },
    });
    return parsed.ok && parsed.value.availabilitySets[0]?.maxUnavailable;
  });
  expect(limits).toEqual([2, 1, 0, 0]);
});

test.each([
  [
    {
      hosts: { ex01: host() },
      availabilitySets: { s: { labels: { a: 'b' }, maxUnavailable: 1, minAvailable: 1 } },
    },
    /^availabilitySets\.s says both maxUnavailable and minAvailable; remove one/,
  ],
  [
    { hosts: { ex01: host() }, availabilitySets: { s: { labels: { a: 'b' }, minAvailable: 0 } } },
    /^availabilitySets\.s\.minAvailable is 0/,
  ],
  [{}, /^hosts is missing/],
  [{ hosts: {} }, /^hosts names no host/],
  [{ hosts: { 'ex 01': host() } }, /^hosts\.ex 01 is "ex 01"; write a host id/],
  [{ hosts: { ex01: host({ address: 'https://ex01:5986' }) } }, /^hosts\.ex01\.address is/],
  [{ hosts: { ex01: { connection: winrm } } }, /^hosts\.ex01\.address is missing/],
  [
    { hosts: { ex01: host({ lables: {} }) } },
    /^hosts\.ex01\.lables is not a known field; did you mean labels\?/,
  ],
  [
    { hosts: { ex01: { address: 'a.test', connection: { kind: 'winrm' } } } },
    /^hosts\.ex01\.connection\.credentialRef is missing/,
  ],
  [
    { hosts: { ex01: host({}, { credentialRef: 'env:A' }) } },
    /^hosts\.ex01\.connection\.kind is missing/,
  ],
  [
    { hosts: { ex01: host({}, { kind: 'winrm' }) } },
    /credentialRef is missing; add env:NAME or file:PATH/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, credentialRef: 'hunter2' }) } },
    /credentialRef is no reference; write env:NAME/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, auth: 'digest' }) } },
    /auth is no way to log in over WinRM; use negotiate, ntlm/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, auth: 'certificate', scheme: 'http' }) } },
    /scheme is http, where no client certificate can be shown/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, tls: 'modern' }) } },
    /tls is no kind of TLS; write legacy/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, servicePrincipal: 'ex01' }) } },
    /servicePrincipal is "ex01"; write service and host/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, maxEnvelopeKb: 10 }) } },
    /maxEnvelopeKb is 10; write a whole number from 32 to 1024/,
  ],
  [{ hosts: { ex01: host({}, { ...winrm, via: 'jump' }) } }, /via belongs to ssh; remove it/],
  [
    { hosts: { ex01: host({}, { ...winrm, password: 'x' }) } },
    /password is not available .* credentialRef/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, kind: 'psrp' }) } },
    /kind is no way to reach a host in this version; use winrm or ssh/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, auth: 'basic', scheme: 'http' }) } },
    /scheme is http, .*allowUnencrypted: true/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, auth: 'basic', port: 5985 }) } },
    /port is http, .*allowUnencrypted: true/,
  ],
  [
    { hosts: { ex01: host({}, { ...winrm, port: 70000 }) } },
    /port is 70000; write a whole number from 1 to 65535/,
  ],
  [{ hosts: { ex01: host({}, { ...winrm, hostKey }) } }, /hostKey belongs to ssh/],
  [
    { hosts: { ex01: host({}, { kind: 'ssh', credentialRef: 'env:A' }) } },
    /hostKey is missing; add hostKey: SHA256/,
  ],
  [
    { hosts: { ex01: host({}, { kind: 'ssh', credentialRef: 'env:A', hostKey: 'SHA256:x' }) } },
    /hostKey is "SHA256:x"; write the fingerprint/,
  ],
  [
    { hosts: { ex01: host({}, { kind: 'ssh', credentialRef: 'env:A', hostKey, auth: 'basic' }) } },
    /auth belongs to winrm/,
  ],
  [
    { hosts: { ex01: host(), ex02: host({ address: 'EX01.contoso.test' }) } },
    /^hosts\.ex02\.address has the address and port of ex01/,
  ],
  [
    { hosts: { ex01: host(), EX01: host({ address: 'other.test' }) } },
    /^hosts\.EX01 is the host ex01 in other letters/,
  ],
  [
    { hosts: { ex01: host() }, availabilitySets: { dag1: { labels: { dag: 'dag1' } } } },
    /^availabilitySets\.dag1\.labels matches no host/,
  ],
  [
    { hosts: { ex01: host() }, availabilitySets: { dag1: { labels: {} } } },
    /^availabilitySets\.dag1\.labels names no label/,
  ],
  [
    { hosts: { ex01: host() }, availabilitySets: { dag1: {} } },
    /^availabilitySets\.dag1\.labels is missing/,
  ],
  [
    { hosts: { ex01: host() }, defaults: { conection: {} } },
    /^defaults\.conection is not a known field; did you mean connection\?/,
  ],
])('a fleet like %j is refused with one clear problem', (raw, expected) => {
  expect(problemsOf(raw)).toEqual([expect.stringMatching(expected)]);
});

test('one address with two ports is two hosts', () => {
  const second = host({}, { ...winrm, port: 25902 });
  expect(problemsOf({ hosts: { ex01: host(), ex02: second } })).toEqual([]);
});
