import type { ServiceFacts } from '../../contracts/facts';
import type { FallbackDefinition } from '../../contracts/hotfix';
import { namesMatching } from './name-patterns';

export interface RestartPlan {
  /** Services stopped together, one stage after the other. */
  readonly stopStages: readonly (readonly string[])[];
  readonly startStages: readonly (readonly string[])[];
}

/**
 * In which order services are restarted: watchdogs first, for they would start the others again meanwhile; then all
 * that depends on the root, then the root; and back. Only what ran before is started.
 *
 * @param running services of the definition that ran before anything was done to the host
 * @param dependents running services outside the definition that depend on the root and must stop with it
 */
export function planRestart(
  running: readonly ServiceFacts[],
  dependents: readonly string[],
  definition: Pick<FallbackDefinition, 'watchdogs' | 'root'>,
): RestartPlan {
  const isWatchdog = namesMatching(definition.watchdogs);
  const isRoot = (name: string): boolean => name.toLowerCase() === definition.root?.toLowerCase();
  // Those that start by themselves at a boot come first: others may count on them.
  const ordered = running
    .toSorted((a, b) => Number(b.startMode === 'auto') - Number(a.startMode === 'auto'))
    .map(({ name }) => name);
  const watchdogs = ordered.filter((name) => isWatchdog(name) && !isRoot(name));
  const root = ordered.filter(isRoot);
  const rest = ordered.filter((name) => !isWatchdog(name) && !isRoot(name));
  const others = dependents.filter((name) => !ordered.includes(name));
  const startStages = [root, [...rest, ...others], watchdogs];
  return {
    startStages: startStages.filter((stage) => stage.length > 0),
    stopStages: startStages.toReversed().filter((stage) => stage.length > 0),
  };
}
