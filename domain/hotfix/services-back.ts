import type { HostFacts } from '../../contracts/facts';
import { type Reason, reason } from '../../contracts/reason';

/** Whether every service that ran before a change runs again after it; what is new or was stopped does not count. */
export function servicesBack(
  before: HostFacts,
  after: HostFacts,
): { readonly are: 'back' | 'lost' | 'unknown'; readonly reason: Reason } {
  if (!before.services.known || !after.services.known) {
    const message = 'Whether every service that ran before runs again is not known.';
    return { are: 'unknown', reason: reason('services-unanswered', message) };
  }
  const running = new Set(
    after.services.value.flatMap(({ name, state }) =>
      state === 'running' ? [name.toLowerCase()] : [],
    ),
  );
  const ran = before.services.value.filter(({ state }) => state === 'running');
  const lost = ran.filter(({ name }) => !running.has(name.toLowerCase()));
  if (lost.length > 0) {
    const message = `Services that ran before do not run: ${lost.map(({ name }) => name).join(', ')}.`;
    const seen = { lost: lost.length, ranBefore: ran.length };
    return { are: 'lost', reason: reason('services-lost', message, seen) };
  }
  const message = `All ${ran.length} services that ran before run again.`;
  return { are: 'back', reason: reason('services-back', message, { ranBefore: ran.length }) };
}
