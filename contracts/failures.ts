/**
 * Every way in which asking or reaching something can fail. A command that ran is a result, whatever its exit code.
 * Each code has a line in docs/errors.md; a test compares both directions.
 */
export interface FailureKind {
  /** Whether the same attempt may succeed later without anybody doing anything. */
  readonly retryable: boolean;
  /** What a person does about it; the last part of every message. */
  readonly advice: string;
}

const kind = (retryable: boolean, advice: string): FailureKind => ({ retryable, advice });

export const failureKinds = {
  // Reaching a host.
  'host-unreachable': kind(
    true,
    'check that the host is up, the address, the port and the firewalls between',
  ),
  'connection-lost': kind(
    true,
    'nothing if it is booting; otherwise look at the network and at the host',
  ),
  'connect-timeout': kind(true, 'check the port and the firewalls between'),
  'command-timeout': kind(true, 'look at what the host is busy with'),
  'login-refused': kind(
    false,
    'check user name, password or key behind the credentialRef, and the right to log in',
  ),
  'host-key-changed': kind(
    false,
    'find out why; if the host was set up anew, put its new fingerprint into the fleet',
  ),
  'host-key-unknown': kind(
    false,
    'collect it with `rollout doctor --record-host-keys`, compare it with the host itself, then add it to the fleet',
  ),
  'host-key-revoked': kind(
    false,
    'do not log in; have the host make a new key, and put its fingerprint into the fleet',
  ),
  'algorithms-too-weak': kind(
    false,
    'renew the SSH server of the host, or set algorithms: legacy for it in the fleet',
  ),
  'certificate-invalid': kind(
    false,
    'renew the certificate, or name its issuer (caFile) or its fingerprint in the fleet',
  ),
  'certificate-changed': kind(
    false,
    'find out why; if it was renewed, put its new fingerprint into the fleet',
  ),
  'tls-too-old': kind(
    false,
    'enable TLS 1.2 on the host (on 2008 R2 KB3080079 and the registry), or set tls: legacy for it in the fleet',
  ),
  'client-certificate-refused': kind(
    false,
    'give the host a credentialRef with a certificate whose issuer it trusts and which it maps to an account',
  ),
  'kerberos-unavailable': kind(
    false,
    'install koffi and the GSSAPI library on the worker, or use auth: ntlm',
  ),
  'kdc-unreachable': kind(
    true,
    'check that the KDC is up, that krb5.conf or DNS leads to it, and the firewalls between',
  ),
  'kerberos-no-ticket': kind(
    false,
    'check account, realm and KDC as the message says; krb5.conf of the worker must lead to the KDC',
  ),
  'unencrypted-refused': kind(
    false,
    'use https, or set allowUnencrypted: true for this host if its network is trusted',
  ),
  'protocol-error': kind(false, 'check that the port belongs to the service that the fleet names'),
  'too-many-sessions': kind(
    true,
    'wait for sessions of others to end, or raise the quota on the host',
  ),
  'hostile-reply': kind(false, 'find out what answers in place of the host'),
  'command-killed': kind(
    true,
    'find out who ends processes on the host; what the command had done by then is not known',
  ),
  'upload-failed': kind(true, 'check free space and rights in the folder on the host'),
  'upload-corrupt': kind(true, 'look at the network and at the disk of the host'),
  'url-unreachable': kind(
    true,
    'check that the host itself, as its SYSTEM account, reaches the server: name, firewall, proxy, TLS version',
  ),
  'url-refused': kind(
    false,
    'check the url of the package; the SYSTEM account of the host gets it without a login',
  ),
  'disk-full': kind(false, 'free space on the system drive of the host'),
  'wmi-refused': kind(false, 'look up the fault code; the query or its class is not for this host'),
  'rights-missing': kind(false, 'use an account that is an administrator of the host'),
  'unexpected-output': kind(false, 'run `rollout doctor` for this host and report what it shows'),
  // What the worker needs.
  'credential-missing': kind(false, 'set what the credentialRef names for the worker process'),
  'credential-malformed': kind(
    false,
    'make it JSON with username and password, or username, privateKey and passphrase',
  ),
  'package-missing': kind(false, 'put the package into the package folder of the worker'),
  'package-corrupt': kind(false, 'replace the file by the one whose sha256 the plan names'),
  'preview-missing': kind(
    false,
    'let client and worker use the same preview folder, and preview the plan again',
  ),
  'preview-changed': kind(false, 'preview the plan again; its file was altered'),
  'calendar-unreadable': kind(
    true,
    'put the iCalendar file where the plan names it, on every worker, or correct it; nothing is changed meanwhile',
  ),
  'fleet-unreadable': kind(
    true,
    'put the fleet file where the message says, on every worker, or correct it; no host is begun meanwhile',
  ),
  'bad-request': kind(false, 'correct the request'),
  // What happened on a host.
  'installer-timeout': kind(false, 'look at the installer on the host; it was left running'),
  'task-refused': kind(false, 'check that the account may create tasks that run as SYSTEM'),
  'reboot-refused': kind(false, 'check that the account may shut the host down'),
  'bad-hook-report': kind(
    false,
    'correct what the hook prints: one line `rollout-state: TEXT`, encoded with letters, digits, space and . _ : , = @ / + -',
  ),
  // Telling people.
  'notice-refused': kind(
    false,
    'correct the channel under notify: in the plan; the rollout itself is not touched by this',
  ),
  'notice-undelivered': kind(true, 'check that the worker reaches the server of the channel'),
} as const satisfies { [code: string]: FailureKind };

export type FailureCode = keyof typeof failureKinds;

export const failureCodes = Object.keys(failureKinds) as FailureCode[];

/** Non-retryable codes, as Temporal retry policies want them. */
export const finalFailureCodes: FailureCode[] = failureCodes.filter(
  (code) => !failureKinds[code].retryable,
);

export type FailureFacts = { readonly [name: string]: string | number | boolean | null };

/** Fields first; the message is computed from them: what, where (facts.host), what to do. Never carries a secret. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly facts: FailureFacts;
  readonly advice: string;

  constructor(
    code: FailureCode,
    what: string,
    options: { facts?: FailureFacts; advice?: string; cause?: unknown } = {},
  ) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.facts = options.facts ?? {};
    this.advice = options.advice ?? failureKinds[code].advice;
  }

  get retryable(): boolean {
    return failureKinds[this.code].retryable;
  }
}
