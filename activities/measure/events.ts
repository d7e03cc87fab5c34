import { Failure } from '../../contracts/failures';
import type { GateCheck } from '../../contracts/gate';
import type { Judged } from '../../domain/gate';
import { countEvents } from '../../remote/windows/event-count';
import { inSession } from '../step';
import type { Asking } from './asking';
import { targetOf } from './asking';

export async function measureEvents(
  { deps, input }: Asking,
  check: GateCheck & { readonly kind: 'events' },
): Promise<Judged> {
  const target = targetOf(input, check.host);
  const { max, timeoutMs } = check;
  const count = await inSession(deps, target, (session, signal) =>
    countEvents(session, check, max, { timeoutMs, signal }),
  );
  if (!count.known) {
    throw new Failure('unexpected-output', `${target.hostId}: ${count.why}`, {
      facts: { host: target.hostId, channel: check.channel },
    });
  }
  const isTooMany = count.value > max;
  const shown = isTooMany ? `more than ${max}` : String(count.value);
  return {
    phase: isTooMany ? 'failed' : 'successful',
    message: `${target.hostId}: ${shown} events ${check.eventId} in ${check.channel} within ${Math.round(check.withinMs / 1000)} s, at most ${max} may be`,
  };
}
