import type { FleetHost } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { HostSelector, OrderRule, PlanOrder } from '../../contracts/plan';
import { walkOrder } from '../../domain/preview';
import type { Report } from './resolve-package';
import { selectHosts } from './select-hosts';

/** Host ids that all rules of one plan may name together: they are part of what a rollout is started with. */
const maxNamed = 40_000;

interface Places {
  /** Of the fleet. */
  readonly known: readonly FleetHost[];
  /** Of the plan. */
  readonly hosts: readonly FleetHost[];
  readonly report: Report;
}

export interface ResolvedOrder {
  readonly rules: readonly OrderRule[];
  /** Hosts of the plan, each behind those that it waits for. */
  readonly hosts: readonly FleetHost[];
}

/** The rules of a plan with the hosts that they mean; one for each value of the label under `within`. */
export function resolveOrder(
  order: readonly PlanOrder[],
  known: readonly FleetHost[],
  hosts: readonly FleetHost[],
  report: Report,
): ResolvedOrder {
  const rules = order.flatMap((rule, index) =>
    resolveRule(rule, ['order', index], { known, hosts, report }),
  );
  const named = rules.reduce((sum, rule) => sum + namedBy(rule), 0);
  if (named > maxNamed) {
    const message = `names ${named} hosts in all rules together; it may be ${maxNamed}`;
    report(['order'], message, 'write fewer rules, or split the plan');
    return { rules, hosts };
  }
  const walk = walkOrder(idsOf(hosts), rules);
  if (walk.cycle !== null) {
    const message = `lets hosts wait for each other for ever: ${cycleWords(walk.cycle)}`;
    report(['order'], message, 'remove one of the rules, or take hosts out of it');
    return { rules, hosts };
  }
  const byId = new Map(hosts.map((host) => [host.hostId, host]));
  return { rules, hosts: walk.hosts.flatMap((id) => byId.get(id) ?? []) };
}

const namedBy = ({ hosts, after = [], notWhile = [] }: OrderRule): number =>
  hosts.length + after.length + notWhile.length;

function resolveRule(rule: PlanOrder, path: FieldPath, places: Places): OrderRule[] {
  const chosen = chosenBy(rule.hosts, [...path, 'hosts'], places);
  const after = afterOf(rule.after, chosen, [...path, 'after'], places);
  const notWhile =
    rule.notWhile === null ? null : chosenBy(rule.notWhile, [...path, 'notWhile'], places);
  if (chosen.length === 0 || after?.length === 0 || notWhile?.length === 0) return [];
  const { within } = rule;
  const sides = [after ?? [], notWhile ?? []] as const;
  if (within === null) return [ruleOf(chosen, ...sides)];
  const concerned = [...chosen, ...sides.flat()];
  if (!areLabelled(concerned, within, [...path, 'within'], places)) return [];
  const values = new Set(chosen.map(({ labels }) => labels[within]));
  const rules = [...values].flatMap((value) => {
    const alike = (side: readonly FleetHost[]): readonly FleetHost[] =>
      side.filter(({ labels }) => labels[within] === value);
    const [first, beside] = [alike(sides[0]), alike(sides[1])];
    return first.length + beside.length === 0 ? [] : [ruleOf(alike(chosen), first, beside)];
  });
  if (rules.length === 0) {
    const message = `is ${within}, of which no host on one side has the value of one on the other`;
    places.report([...path, 'within'], message, 'the rule would order nothing: correct it');
  }
  return rules;
}

/** Hosts outside of the plan are not waited for: nobody here knows when they are changed. */
function chosenBy(selector: HostSelector, path: FieldPath, places: Places): readonly FleetHost[] {
  const { known, hosts, report } = places;
  let isTold = false;
  const found = selectHosts(selector, known, path, (...problem) => {
    isTold = true;
    report(...problem);
  });
  const inPlan = new Set(hosts);
  const chosen = found.filter((host) => inPlan.has(host));
  if (chosen.length === 0 && !isTold) {
    const advice = 'name hosts that the plan has, or remove the rule: it would not hold';
    report(path, 'selects no host of the plan', advice);
  }
  return chosen;
}

function afterOf(
  after: PlanOrder['after'],
  chosen: readonly FleetHost[],
  path: FieldPath,
  places: Places,
): readonly FleetHost[] | null {
  if (after === null) return null;
  if (after !== 'all-others') return chosenBy(after, path, places);
  const own = new Set(chosen);
  const others = places.hosts.filter((host) => !own.has(host));
  if (others.length === 0) {
    const advice = 'leave out hosts of the rule, or remove it: it orders nothing';
    places.report(path, 'is others, but the rule has all hosts of the plan', advice);
  }
  return others;
}

/** A host without the label would be left out of the rule without a word. */
function areLabelled(
  concerned: readonly FleetHost[],
  label: string,
  path: FieldPath,
  { report }: Places,
): boolean {
  const lacking = [...new Set(concerned)].filter(({ labels }) => labels[label] === undefined);
  if (lacking.length === 0) return true;
  const message = `is ${label}, a label that is missing on ${some(lacking.map(({ hostId }) => hostId))}`;
  report(path, message, 'add the label in the fleet, or leave within: out');
  return false;
}

function ruleOf(
  hosts: readonly FleetHost[],
  after: readonly FleetHost[],
  notWhile: readonly FleetHost[],
): OrderRule {
  return {
    hosts: idsOf(hosts),
    ...(after.length > 0 && { after: idsOf(after) }),
    ...(notWhile.length > 0 && { notWhile: idsOf(notWhile) }),
  };
}

const idsOf = (hosts: readonly FleetHost[]): HostId[] => hosts.map(({ hostId }) => hostId);

const some = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and others` : names.join(', ');

const cycleWords = (cycle: readonly HostId[]): string => {
  const [first = ''] = cycle;
  const shown = cycle.length > 8 ? [...cycle.slice(0, 8), '…'] : cycle;
  return [...shown, first].join(' waits for ');
};
