import { connectionFields, fieldsOf } from '../../contracts/connection.schema';
import { type Block, type FoundHost, HostDraft, type Surroundings } from './found-host';
import type { Group, Host } from './graph';
import { type Found, HostView } from './host-view';
import { type Mapping, wholeNumber } from './mapping';
import type { Origin, Variable } from './origin';
import type { Report } from './report';
import { takeSshVariables } from './ssh-variables';
import { takeWinRmVariables } from './winrm-variables';

/** What Ansible knows of a host → what the fleet has to know of it. */

export interface AnsibleHost {
  readonly host: Host;
  readonly memberships: ReadonlyMap<Group, Origin>;
  readonly variables: ReadonlyMap<string, Variable>;
}

type Kind = 'winrm' | 'ssh';

/** The host, and whether something of it was refused and told. */
export function hostOfAnsible(
  { host, memberships, variables }: AnsibleHost,
  around: Surroundings,
  report: Report,
): { readonly found: FoundHost; readonly isRefused: boolean } {
  const view = new HostView(host.name, variables, report);
  const draft = new HostDraft(host.name, host.origin);
  takeLabels(view, draft, memberships, around.labelVars);
  const above = around.above(host.name);
  takeConnection({ view, draft, above, below: around.below, jumpHosts: around.jumpHosts });
  return { found: draft.finish(loginOf(view)), isRefused: view.isRefused };
}

/** Groups are told apart from labels of people by their first part. */
function takeLabels(
  view: HostView,
  draft: HostDraft,
  memberships: ReadonlyMap<Group, Origin>,
  labelVars: readonly string[],
): void {
  for (const [{ name }, origin] of memberships) {
    if (name === 'all' || name === 'ungrouped') continue;
    draft.setLabel(`group.${name}`, 'yes', { origin: { ...origin, note: `group ${name}` }, name });
  }
  for (const variable of labelVars) {
    const found = view.text(variable);
    if (found !== null && found.value !== '') draft.setLabel(variable, found.value, found);
  }
}

function takeConnection(mapping: Mapping): void {
  const { view, draft, above, below } = mapping;
  const own = kindOfVariables(view);
  if (own === 'refused') return;
  const wanted = kindIn(above) ?? own?.kind ?? kindIn(below);
  const kind = wanted ?? 'ssh';
  const byDefault = {
    origin: { ...draft.origin, note: "Ansible's default" },
    name: 'ansible_connection',
  };
  if (own !== null) draft.setConnection('kind', own.kind, own.found);
  else if (wanted === null) draft.setConnection('kind', kind, byDefault);
  // The fleet reaches the host in another way: ports and logins of this one are of no use there.
  if (own !== null && own.kind !== kind) {
    const address = view.text('ansible_host');
    if (address !== null) draft.setAddress(address.value, address);
    takeOwnFields(view, draft, ['credentialRef']);
  } else {
    if (kind === 'winrm') takeWinRmVariables(mapping);
    else takeSshVariables(mapping);
    takeOwnFields(view, draft, fieldsFor(kind));
  }
}

const kinds: { readonly [connection: string]: Kind } = {
  winrm: 'winrm',
  psrp: 'winrm',
  ssh: 'ssh',
  smart: 'ssh',
  paramiko: 'ssh',
  paramiko_ssh: 'ssh',
};

function kindOfVariables(view: HostView): { kind: Kind; found: Found } | 'refused' | null {
  const found = view.text('ansible_connection', variableOf('kind'));
  if (found === null)
    return view.isRefusedBy('ansible_connection', variableOf('kind')) ? 'refused' : null;
  const kind = kinds[found.value.replace(/^ansible\.(?:builtin|legacy)\./, '')];
  if (kind !== undefined) return { kind, found };
  const advice = `use winrm, psrp or ssh, or leave the host out: hosts: all:!${view.host}`;
  view.refuse(found, `is ${found.value}, no way to reach a Windows host`, advice);
  return 'refused';
}

function kindIn({ kind }: Block): Kind | null {
  return kind === 'winrm' || kind === 'ssh' ? kind : null;
}

function fieldsFor(kind: Kind): string[] {
  const foreign: readonly string[] = fieldsOf[kind === 'ssh' ? 'winrm' : 'ssh'];
  return Object.keys(connectionFields.shape).filter(
    (field) => field !== 'kind' && !foreign.includes(field),
  );
}

/** Every field of a connection can be a variable of its own, which goes over what Ansible's own variables say. */
const variableOf = (field: string): string =>
  `rollout_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

function takeOwnFields(view: HostView, draft: HostDraft, fields: readonly string[]): void {
  for (const field of fields) {
    const found = view.find(variableOf(field));
    if (found !== null) draft.setConnection(field, wholeNumber(found.value), found);
  }
}

const userVariables = [
  'ansible_user',
  'ansible_ssh_user',
  'ansible_paramiko_user',
  'ansible_winrm_user',
  'ansible_psrp_user',
];

function loginOf(view: HostView): FoundHost['login'] {
  const found = view.peek(...userVariables);
  const { value, origin } = found ?? {};
  if (typeof value !== 'string' || origin === undefined || /\{\{|\{%/.test(value)) return null;
  return { user: value, origin };
}
