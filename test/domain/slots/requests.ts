import { hostId, rolloutId } from '../../../contracts/ids';
import type { SlotNews, SlotRequest } from '../../../contracts/slots';
import { answerTo, decideSlots, noSlots } from '../../../domain/slots';
import type { SlotsEvent, SlotsState } from '../../../domain/slots';

export const request = (
  host: string,
  owner = 'one',
  maxUnavailable = 1,
  runId = `${owner}-${host}`,
): SlotRequest => ({
  hostId: hostId(host),
  owner: rolloutId(owner),
  maxUnavailable,
  workflowId: `host/${host}`,
  runId,
});

const of = (host: string, owner: string) => ({ hostId: hostId(host), owner: rolloutId(owner) });

export const healthy = (host: string, owner = 'one'): SlotNews => ({
  kind: 'healthy',
  ...of(host, owner),
});
export const foundHealthy = (host: string, owner = 'one'): SlotNews => ({
  kind: 'found-healthy',
  ...of(host, owner),
});
export const withdrawn = (host: string, owner = 'one'): SlotNews => ({
  kind: 'withdrawn',
  ...of(host, owner),
});
export const down = (
  host: string,
  owner = 'one',
  cause: 'left-down' | 'found-down' = 'left-down',
  why = `${host} is down`,
): SlotNews => ({ kind: 'down', ...of(host, owner), cause, why });

/** One set, asked and told as its workflow is; a second passes with every event. */
export function openSet(name = 'dag1') {
  let state: SlotsState = noSlots(name);
  let now = Date.parse('2026-08-01T00:00:00Z');
  const granted: SlotRequest[] = [];
  const take = (event: SlotsEvent): readonly SlotRequest[] => {
    now += 1000;
    const served = decideSlots(state, event, now);
    // What crosses from run to run is JSON.
    state = JSON.parse(JSON.stringify(served.state)) as SlotsState;
    granted.push(...served.grants);
    return served.grants;
  };
  return {
    state: () => state,
    take,
    /** Told later that they may go on, in order. */
    granted: () => granted.map(({ hostId: host }) => host as string),
    ask(asked: SlotRequest) {
      take({ type: 'asked', request: asked });
      return answerTo(state, asked);
    },
    tell: (...news: SlotNews[]) => take({ type: 'told', news }).map((one) => one.hostId as string),
    release: (host: string, id = 'r1', reason = 'repaired') =>
      take({
        type: 'released',
        request: { hostId: hostId(host), author: 'ada', reason },
        id,
      }).map((one) => one.hostId as string),
    leases: () => state.leases.map((lease) => `${lease.hostId} ${lease.cause} ${lease.owner}`),
  };
}
