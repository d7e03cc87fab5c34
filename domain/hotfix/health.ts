import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { Health } from '../../contracts/outcome';
import { type Reason, reason } from '../../contracts/reason';
import { matcherOf } from './name-patterns';

/** Whether the services that start by themselves and that the hotfix is about run. */
export function judgeHealth(
  facts: HostFacts,
  hotfix: Hotfix,
): { readonly health: Health; readonly reasons: readonly Reason[] } {
  if (!facts.services.known) {
    const message = `Whether the services run is not known: ${facts.services.why}.`;
    return { health: 'unknown', reasons: [reason('services-unanswered', message)] };
  }
  const isOurs = matcherOf(hotfix.fallback.services);
  const down = facts.services.value.filter(
    ({ name, startMode, state }) => startMode === 'auto' && state !== 'running' && isOurs(name),
  );
  if (down.length === 0) return { health: 'healthy', reasons: [] };
  const names = down.map(({ name, state }) => `${name} (${state})`).join(', ');
  return {
    health: 'unhealthy',
    reasons: [reason('services-down', `Services do not run: ${names}.`, { services: down.length })],
  };
}
