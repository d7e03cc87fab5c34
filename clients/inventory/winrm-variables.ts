import type { Found } from './host-view';
import { type Mapping, wholeNumber } from './mapping';

/** Variables of Ansible's connection plug-ins `winrm` and `psrp`, by the names that ansible-core 2.19 documents. */
export function takeWinRmVariables(mapping: Mapping): void {
  const { view, draft } = mapping;
  const host = view.text('ansible_host', 'ansible_winrm_host', 'ansible_psrp_host');
  if (host !== null) draft.setAddress(host.value, host);
  const port = view.find('ansible_port', 'ansible_winrm_port', 'ansible_psrp_port');
  if (port !== null) draft.setConnection('port', wholeNumber(port.value), port);
  const scheme = view.text('ansible_winrm_scheme', 'ansible_psrp_protocol');
  if (scheme !== null) draft.setConnection('scheme', scheme.value.toLowerCase(), scheme);
  takeAuth(mapping);
  takePrincipal(mapping);
  takeTrust(mapping);
  refuseOtherPaths(mapping);
}

/** How a login is proved, of both plug-ins; `plaintext` and `ssl` are Basic over http and over https. */
const methods: { readonly [transport: string]: string } = {
  basic: 'basic',
  plaintext: 'basic',
  ssl: 'basic',
  ntlm: 'ntlm',
  kerberos: 'kerberos',
  certificate: 'certificate',
  negotiate: 'negotiate',
};

function takeAuth({ view, draft, above }: Mapping): void {
  if (above['auth'] !== undefined || view.peek('rollout_auth') !== null) return;
  const found = view.find('ansible_winrm_transport', 'ansible_psrp_auth');
  if (found === null) return;
  const names = transportsOf(found.value);
  const unknown = names.find((name) => methods[name] === undefined);
  const [auth, ...more] = new Set(names.map((name) => methods[name]));
  if (unknown === 'credssp') {
    const advice =
      'use negotiate, kerberos or ntlm: credssp hands the password over to the host, and nothing here needs that';
    view.refuse(found, 'is credssp', advice);
  } else if (unknown !== undefined || auth === undefined) {
    const advice = 'use negotiate, kerberos, ntlm, certificate or basic';
    view.refuse(found, `is ${unknown ?? 'empty'}, no known way to log in`, advice);
  } else if (more.length === 0) {
    draft.setConnection('auth', auth, found);
  } else if ([auth, ...more].every((name) => /^(?:kerberos|ntlm|negotiate)$/.test(name ?? ''))) {
    draft.setConnection('auth', 'negotiate', found);
  } else {
    const advice = 'name the one to use, here or as rollout_auth; kerberos with ntlm is negotiate';
    view.refuse(found, `has several ways to log in: ${names.join(', ')}`, advice);
  }
}

/** A list, or a text with commas. */
const transportsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : String(value).split(','))
    .map((name) => String(name).trim().toLowerCase())
    .filter((name) => name !== '');

/** Another name in the Kerberos ticket than that of the host. */
function takePrincipal({ view, draft }: Mapping): void {
  const winrm = view.text('ansible_winrm_kerberos_hostname_override');
  const psrp = view.text('ansible_psrp_negotiate_hostname_override');
  const found = winrm ?? psrp;
  if (found === null || found.value === '') return;
  const service =
    winrm === null
      ? (view.text('ansible_psrp_negotiate_service')?.value ?? 'WSMAN')
      : (view.text('ansible_winrm_service')?.value ?? 'HTTP');
  draft.setConnection('servicePrincipal', `${service}/${found.value}`, found);
}

function takeTrust(mapping: Mapping): void {
  const { view, draft } = mapping;
  const trust = view.text(
    'ansible_winrm_ca_trust_path',
    'ansible_psrp_cert_trust_path',
    'ansible_psrp_ca_cert',
  );
  // pywinrm's word for the certificates of the library requests: those of the system are their place here.
  const isFile = trust !== null && trust.value !== '' && trust.value !== 'legacy_requests';
  if (isFile) draft.setConnection('caFile', trust.value, trust);
  const validation = view.text(
    'ansible_winrm_server_cert_validation',
    'ansible_psrp_cert_validation',
  );
  if (validation === null || !/^(?:ignore|false)$/i.test(validation.value)) return;
  if (schemeOf(mapping) === 'http' || isFile || isPinned(mapping)) return;
  const advice =
    'pin the certificate (certificateFingerprint) or name its issuer (caFile), in the connection of the include or of the host, or as rollout_certificate_fingerprint or rollout_ca_file';
  view.refuse(validation, 'is ignore, but certificates are always checked', advice);
}

/** As far as it can be told before everything is laid over each other. */
function schemeOf({ view, draft, above, below }: Mapping): unknown {
  const first = (field: string): unknown =>
    above[field] ?? view.peek(`rollout_${field}`)?.value ?? draft.connection[field] ?? below[field];
  return first('scheme') ?? (wholeNumber(first('port')) === 5985 ? 'http' : 'https');
}

const isPinned = ({ view, above, below }: Mapping): boolean =>
  ['caFile', 'certificateFingerprint'].some(
    (field) => above[field] !== undefined || below[field] !== undefined,
  ) || view.peek('rollout_ca_file', 'rollout_certificate_fingerprint') !== null;

function refuseOtherPaths({ view }: Mapping): void {
  const path = view.text('ansible_winrm_path', 'ansible_psrp_path');
  if (path !== null && !/^\/?wsman\/?$/i.test(path.value)) {
    const advice = 'remove it: Windows listens at /wsman';
    view.refuse(path, `is ${path.value}, where no host is asked in this version`, advice);
  }
  const proxy: Found | null = view.find('ansible_winrm_proxy', 'ansible_psrp_proxy');
  if (proxy !== null && proxy.value !== '')
    view.refuse(proxy, 'names a proxy', 'remove it; hosts are reached directly');
}
