import { checks, diagnoseFacts, diagnoseFailure } from '../../../clients/doctor/diagnose';
import type { Check } from '../../../clients/doctor/diagnose';
import type { ChannelFacts, HostFacts, SshChannelFacts } from '../../../contracts/facts';
import { Failure } from '../../../contracts/failures';
import type { FailureCode } from '../../../contracts/failures';
import type { Hotfix } from '../../../contracts/hotfix';
import { hostId } from '../../../contracts/ids';
import { known, unknown } from '../../../contracts/reason';

const ex01 = hostId('ex01');
const tls = (protocol: string, isLegacy: boolean) => ({
  protocol,
  cipher: 'AES128-SHA',
  isLegacy,
});
const gigabyte = 1024 ** 3;
const hotfix = { install: { freeBytes: gigabyte } as Hotfix['install'] };

const well: HostFacts = {
  hostTime: known('2026-05-01T20:00:00Z'),
  clockSkewMs: 1500,
  os: known({
    version: '6.1.7601',
    servicePack: 1,
    productType: 'server',
    architecture: 'x64',
    caption: 'Windows Server 2008 R2',
    computerName: 'EX01',
  }),
  boot: known({ recordId: 1, lastBootUpTime: '2026-04-01T00:00:00Z' }),
  services: known([]),
  appPools: known([]),
  package: known({ state: 'absent', identity: null }),
  listedAsHotfix: known(false),
  fileVersions: known({}),
  pendingReboot: unknown('not asked'),
  freeBytes: known(40 * gigabyte),
  loggingLevel: known(1),
  events: unknown('not asked'),
};

const ssh: SshChannelFacts = {
  kind: 'ssh',
  server: 'OpenSSH_for_Windows_8.1',
  login: 'publickey',
  hostKey: 'ssh-ed25519 SHA256:x',
  keyExchange: 'curve25519-sha256',
  cipher: 'aes256-gcm@openssh.com',
  mac: null,
  isLegacy: false,
  via: [],
  shell: { kind: 'cmd', exitCodeBits: 32, conditionals: true },
};

const failing = (facts: Partial<HostFacts>) =>
  diagnoseFacts(ex01, { ...well, ...facts }, hotfix).findings.filter(({ ok }) => ok !== true);

describe('the doctor', () => {
  it('finds nothing wrong with a host that can be worked with', () => {
    expect(failing({})).toEqual([]);
  });

  it('says of every login what a network logon cannot do', () => {
    const { findings } = diagnoseFacts(ex01, well, hotfix);
    const notes = findings.flatMap(({ note }) => note ?? []);
    expect(notes).toEqual([expect.stringMatching(/network logon: wusa.*no second host/)]);
  });

  it.each<{ title: string; facts: Partial<HostFacts>; check: Check; advice: RegExp }>([
    {
      title: 'dism refuses who is no administrator',
      facts: { package: unknown('exit code 740') },
      check: 'rights',
      advice: /administrator/,
    },
    {
      title: 'the host gives the account no shell',
      facts: {
        package: unknown('dism needs a shell'),
        asked: { by: 'wmi', events: 'subscription', channel: null },
      },
      check: 'rights',
      advice: /AllowRemoteShellAccess/,
    },
    {
      title: 'the clock is six minutes behind',
      facts: { clockSkewMs: -360_000 },
      check: 'clock',
      advice: /synchronize/,
    },
    {
      title: 'the disk is nearly full',
      facts: { freeBytes: known(gigabyte / 2) },
      check: 'disk',
      advice: /free space/,
    },
    {
      title: 'the disk could not be asked: unknown is not fine',
      facts: { freeBytes: unknown('wmic failed') },
      check: 'disk',
      advice: /by hand/,
    },
    {
      title: 'the system could not be told',
      facts: { os: unknown('wmic failed') },
      check: 'os',
      advice: /report/,
    },
  ])('says what to do when $title', ({ facts, check, advice }) => {
    const [finding, ...others] = failing(facts);
    expect(others).toEqual([]);
    expect(finding?.check).toBe(check);
    expect(finding?.ok).toBe(false);
    expect(finding?.advice).toMatch(advice);
  });

  it.each<{ title: string; channel: ChannelFacts; found: string; warning: RegExp | null }>([
    {
      title: 'sealed NTLM over http',
      channel: { method: 'ntlm', isSealed: true, tls: null },
      found: 'ntlm, sealed',
      warning: null,
    },
    {
      title: 'Kerberos over TLS of today',
      channel: { method: 'kerberos', isSealed: false, tls: tls('TLSv1.3', false) },
      found: 'kerberos over TLSv1.3',
      warning: null,
    },
    {
      title: 'TLS 1.0',
      channel: { method: 'ntlm', isSealed: false, tls: tls('TLSv1', true) },
      found: 'ntlm over TLSv1 (legacy)',
      warning: /TLSv1 \(AES128-SHA\) with weak keys .*KB3080079/,
    },
    {
      title: 'Basic in the clear',
      channel: { method: 'basic', isSealed: false, tls: null },
      found: 'basic over plain http',
      warning: /read the password/,
    },
    {
      title: 'SSH with a key',
      channel: ssh,
      found: 'publickey over ssh (aes256-gcm@openssh.com)',
      warning: null,
    },
    {
      title: 'SSH over a jump host into a POSIX layer',
      channel: {
        ...ssh,
        via: ['bastion:22'],
        shell: { kind: 'posix', exitCodeBits: 8, conditionals: true },
      },
      found: 'publickey over ssh via bastion:22 (aes256-gcm@openssh.com), shell posix',
      warning: null,
    },
    {
      title: 'SSH with weak algorithms',
      channel: {
        ...ssh,
        isLegacy: true,
        keyExchange: 'diffie-hellman-group1-sha1',
        cipher: '3des-cbc',
      },
      found: 'publickey over ssh (3des-cbc, legacy)',
      warning: /diffie-hellman-group1-sha1, 3des-cbc.*remove algorithms: legacy/,
    },
  ])('tells how the host was reached: $title', ({ channel, found, warning }) => {
    const asked = { by: 'shell', events: 'subscription', channel } as const;
    const { findings } = diagnoseFacts(ex01, { ...well, asked }, hotfix);
    const finding = findings.find(({ check }) => check === 'channel');
    expect(finding).toMatchObject({ ok: true, found });
    if (warning === null) expect(finding?.warning).toBeUndefined();
    else expect(finding?.warning).toMatch(warning);
  });

  it.each<{ code: FailureCode; check: Check; reachable: boolean | null }>([
    { code: 'host-unreachable', check: 'reachable', reachable: false },
    { code: 'host-key-unknown', check: 'channel', reachable: true },
    { code: 'host-key-changed', check: 'channel', reachable: true },
    { code: 'algorithms-too-weak', check: 'channel', reachable: true },
    { code: 'certificate-invalid', check: 'channel', reachable: true },
    { code: 'tls-too-old', check: 'channel', reachable: true },
    { code: 'unencrypted-refused', check: 'channel', reachable: null },
    { code: 'kerberos-no-ticket', check: 'login', reachable: null },
    { code: 'client-certificate-refused', check: 'login', reachable: true },
    { code: 'rights-missing', check: 'rights', reachable: true },
    { code: 'login-refused', check: 'login', reachable: true },
    { code: 'credential-missing', check: 'login', reachable: null },
  ])(
    'puts $code down to $check and leaves open what was not asked',
    ({ code, check, reachable }) => {
      const { findings } = diagnoseFailure(ex01, new Failure(code, 'it went wrong'));
      expect(findings.map((finding) => finding.check)).toEqual(checks);
      const bad = findings.filter(({ ok }) => ok === false);
      expect(bad.map((finding) => finding.check)).toEqual([check]);
      expect(bad[0]?.advice).not.toBe('');
      expect(findings[0]?.ok).toBe(reachable);
      expect(findings.at(-1)?.ok).toBeNull();
    },
  );
});
