import type { DocumentName } from '../../contracts/json-schemas.schema';

/** A change to a good document after which its shape is wrong: a path and what stands there then; undefined: nothing. */
export interface Breakage {
  readonly document: DocumentName;
  readonly path: string;
  readonly value: unknown;
}

const breakages = (document: DocumentName, changes: readonly (readonly [string, unknown])[]) =>
  changes.map(([path, value]): Breakage => ({ document, path, value }));

export const broken: readonly Breakage[] = [
  ...breakages('hotfix', [
    ['id', 'KB 3004383'],
    ['title', undefined],
    ['applicability.os.version', '6.1'],
    ['applicability.os.servicePack', 'one'],
    ['applicability.os.architectures', []],
    ['applicability.prerequisites', [{ name: 'SHA-2', kb: '4474419', when: {} }]],
    ['symptom.event.code.value', 55],
    ['symptom.burst', '20'],
    ['symptom.lookback', 14],
    ['symptom.minimumServers', 0],
    ['affected.rule', {}],
    ['affected.rule', { events: { coverage: 'most' } }],
    ['affected.rule', { all: [] }],
    ['affected.rule', { service: { name: 'DNS', is: 'up' } }],
    ['affected.rule', { events: { coverage: 'all' }, service: { name: 'DNS', is: 'running' } }],
    ['affected.rule', { powershell: { script: 'Get-Service' } }],
    ['affected.kind', 'event-burst'],
    ['install.freeSpace', '1 gigabyte'],
    ['install.reboot', 'maybe'],
    ['verification.files', [{ path: '%windir%\\x.dll', atLeast: 'new' }]],
    ['fallback.actions', []],
    ['fallback.actions', ['restart-everything']],
    ['fallback.actions', [{ setRegistry: { key: 'HKLM\\X' } }]],
  ]),
  ...breakages('fleet', [
    ['hosts', 'ex01'],
    ['hosts.ex01.address', ''],
    ['hosts.ex01.port', 5986],
    ['defaults.connection.kind', 'telnet'],
    ['defaults.connection.port', 70_000],
    ['availabilitySets.dag1.maxUnavailable', 0],
    ['availabilitySets.dag1', { labels: { a: 'b' }, maxUnavailable: 1, minAvailable: 1 }],
    ['availabilitySets.dag1', { labels: { a: 'b' }, minAvailable: 0 }],
  ]),
  ...breakages('plan', [
    ['change', ''],
    ['hosts', {}],
    ['hosts', { all: true, names: ['ex01'] }],
    ['serial', [1, '0%']],
    ['maxConcurrency', 0],
    ['maxErrors', -1],
    ['pause', { duration: 30 }],
    ['onSuspect', 'guess'],
    ['pendingReboot', 'ignore'],
    ['package.sha256', 'abc'],
    ['reboot.maxReboot', 1],
    ['approvals', { minApprovals: 0 }],
    ['approvals', { minApprovals: 2, ttl: 7 }],
    ['availabilitySets', { dag1: { maxUnavailable: 1, minAvailable: 1 } }],
    ['availabilitySets', { dag1: {} }],
    ['order', [{ hosts: { all: true }, after: 'other' }]],
    ['order', [{ after: 'others' }]],
    ['window', { schedule: '0 22 * * 6', duration: '6h' }],
    ['gates', [{ name: 'a', before: 'wave' }]],
    ['hostDuration', 30],
  ]),
];

/** The document with the breakage in it. */
export function breakDocument(document: unknown, { path, value }: Breakage): unknown {
  const copy = structuredClone(document) as Record<string, unknown>;
  const keys = path.split('.');
  let at = copy;
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  const last = keys.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}
