import type { FleetHost } from '../../contracts/fleet';
import type { Gate } from '../../contracts/gate';
import type { HostId } from '../../contracts/ids';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { Hook, HostPolicy, Plan } from '../../contracts/plan';
import type { Report } from './resolve-package';
import { hostFinder, unknownHost } from './select-hosts';

export interface ManagementHosts {
  /** Those that hooks and gates use and that the plan does not change, in the order of the fleet. */
  readonly hosts: readonly FleetHost[];
  /** With the names of hosts as the fleet writes them. */
  readonly hostPolicy: HostPolicy;
  readonly gates: readonly Gate[];
}

/**
 * Hosts that hooks run on and gates ask. A gate may ask a host of the plan: while that one is away there is no answer, and
 * no answer lets nothing go on. A hook may not: a host that is changed while it drains another one could be rebooted
 * between the two halves of that, and nobody would restore the other.
 */
export function managementHosts(
  plan: Plan,
  known: readonly FleetHost[],
  hosts: readonly FleetHost[],
  report: Report,
): ManagementHosts {
  const find = hostFinder(known);
  const changed = new Set(hosts);
  const used = new Set<FleetHost>();
  const look = (name: HostId, path: FieldPath, isHook: boolean): HostId => {
    const host = find(name);
    if (host === undefined) report(path, ...unknownHost(name, known));
    else if (!changed.has(host)) used.add(host);
    else if (isHook) report(path, ...isChanged(host));
    return host?.hostId ?? name;
  };
  const hostPolicy = { ...plan.hostPolicy, hooks: { ...plan.hostPolicy.hooks } };
  for (const [name, hook] of Object.entries(plan.hostPolicy.hooks) as [HookName, Hook | null][]) {
    if (hook?.on === undefined) continue;
    hostPolicy.hooks[name] = { ...hook, on: look(hook.on, ['hooks', name, 'on'], true) };
  }
  const gates = plan.gates.map((gate, index) => {
    const { check } = gate;
    if (!('host' in check) || check.host === null) return gate;
    const path = ['gates', index, check.kind, 'host'];
    return { ...gate, check: { ...check, host: look(check.host, path, false) } };
  });
  return { hosts: known.filter((host) => used.has(host)), hostPolicy, gates };
}

type HookName = keyof HostPolicy['hooks'];

const isChanged = ({ hostId }: FleetHost): [message: string, advice: string] => [
  `is ${hostId}, which this plan changes: it could reboot in the middle of draining another host`,
  'run hooks on a host outside of the plan, and change that one with a plan of its own',
];
