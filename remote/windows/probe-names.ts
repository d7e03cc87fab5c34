import type { AppPoolFacts } from '../../contracts/facts';
import type { FallbackDefinition } from '../../contracts/hotfix';
import { namesMatching } from './name-patterns';

type Names = Pick<
  FallbackDefinition,
  'services' | 'watchdogs' | 'root' | 'appPools' | 'applications'
>;

/** Which services and pools of a host a hotfix is about. */
export function namesOf({ fallback }: { readonly fallback: Names }): {
  readonly isOurService: (name: string) => boolean;
  /** By its name, or by what lives in it; of a pool whose applications nobody recorded only the name is known. */
  readonly isOurPool: (pool: Pick<AppPoolFacts, 'name' | 'applications'>) => boolean;
} {
  const { appPools, applications } = fallback;
  const isNamed = namesMatching(appPools);
  const isOurApplication = namesMatching(applications);
  return {
    isOurService: isServiceOf(fallback),
    isOurPool: (pool) => isNamed(pool.name) || (pool.applications ?? []).some(isOurApplication),
  };
}

export function isServiceOf({
  services,
  watchdogs,
  root,
}: Pick<Names, 'services' | 'watchdogs' | 'root'>): (name: string) => boolean {
  const names = [...watchdogs, ...(root === null ? [] : [root])];
  return namesMatching([...services, ...names.map(literal)]);
}

/** Watchdogs and root are names, in any case of letters; the others are patterns. */
function literal(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
