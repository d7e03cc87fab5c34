import type { ServiceFacts } from '../../contracts/facts';
import type { FallbackDefinition } from '../../contracts/hotfix';
import type { Dependents } from './service-dependents';
import { needs } from './service-dependents';

export interface RestartPlan {
  /** Services stopped together, one stage after the other. */
  readonly stopStages: readonly (readonly string[])[];
  readonly startStages: readonly (readonly string[])[];
}

/**
 * In which order services are restarted. Stopped are
 *
 * 1. the watchdogs and what needs them, for they would start the others again meanwhile;
 * 2. whatever nothing else needs, then what only that needed, and so on;
 * 3. the root, which the definition calls so, and what the root itself needs.
 *
 * Started is the other way round, and of those between root and watchdogs first the ones that start by themselves at a
 * boot, with what they need: others count on them without saying so.
 *
 * @param services what is to be restarted
 */
export function planRestart(
  services: readonly Pick<ServiceFacts, 'name' | 'startMode'>[],
  dependents: Dependents,
  definition: Pick<FallbackDefinition, 'watchdogs' | 'root'>,
): RestartPlan {
  const groups = grouped(
    services.map(({ name }) => name),
    dependents,
    definition,
  );
  const auto = services.filter(({ startMode }) => startMode === 'auto').map(({ name }) => name);
  const isEarly = (name: string): boolean =>
    auto.includes(name) || isNeededByAny(name, auto, dependents);
  const first = stopLevels(groups.first, dependents);
  const between = stopLevels(groups.between, dependents);
  const below = stopLevels(groups.below, dependents);
  const starting = between.toReversed();
  return {
    stopStages: [...first, ...between, groups.root, ...below].filter(isStage),
    startStages: [
      ...below.toReversed(),
      groups.root,
      ...starting.map((level) => level.filter(isEarly)),
      ...starting.map((level) => level.filter((name) => !isEarly(name))),
      ...first.toReversed(),
    ].filter(isStage),
  };
}

const isStage = (stage: readonly string[]): boolean => stage.length > 0;

/** In the order in which they stop; each service is in one of them. */
function grouped(
  names: readonly string[],
  dependents: Dependents,
  { watchdogs, root: rootName }: Pick<FallbackDefinition, 'watchdogs' | 'root'>,
) {
  const root = names.filter((name) => isOneOf(name, rootName === null ? [] : [rootName]));
  const others = names.filter((name) => !root.includes(name));
  const below = others.filter((name) => isNeededByAny(name, root, dependents));
  const rest = others.filter((name) => !below.includes(name));
  const isFirst = (name: string): boolean =>
    isOneOf(name, watchdogs) || watchdogs.some((one) => needs(dependents, name, one));
  return {
    first: rest.filter(isFirst),
    between: rest.filter((name) => !isFirst(name)),
    root,
    below,
  };
}

const isOneOf = (name: string, names: readonly string[]): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());

const isNeededByAny = (name: string, others: readonly string[], dependents: Dependents): boolean =>
  others.some((one) => needs(dependents, one, name));

/** Groups in which nothing needs another of the same group, those that nothing needs first. */
function stopLevels(names: readonly string[], dependents: Dependents): string[][] {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    // A circle, which Windows does not allow, ends here.
    depths.set(name, 0);
    const above = names.filter((other) => needs(dependents, other, name)).map(depthOf);
    const depth = above.length === 0 ? 0 : Math.max(...above) + 1;
    depths.set(name, depth);
    return depth;
  };
  const levels: string[][] = [];
  for (const name of names) (levels[depthOf(name)] ??= []).push(name);
  return Array.from(levels, (level) => level ?? []);
}
