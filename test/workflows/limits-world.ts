import type { Activities } from '../../contracts/activities';
import type { HostId } from '../../contracts/ids';
import type { Verdict } from '../../contracts/outcome';
import { reason } from '../../contracts/reason';
import type { CheckResult } from '../../contracts/steps';
import { createFakeWorld } from './fake-world';
import { factsOf, verdictOf } from './samples';

interface LargeWorldChoice {
  readonly isAffected: (host: HostId) => boolean;
  /** Told with every installation how many there are. */
  readonly onInstalled: (count: number) => void;
}

/**
 * Thousands of hosts that answer at once. The package is in force without a reboot: what is measured is the rollout,
 * and the shorter way of each host leaves its part of the history as it is.
 */
export function createLargeWorld({ isAffected, onInstalled }: LargeWorldChoice): Activities {
  const installed = new Set<HostId>();
  const verdict = (host: HostId): Verdict =>
    installed.has(host)
      ? verdictOf('already-fixed')
      : { ...verdictOf(isAffected(host) ? 'affected' : 'not-affected'), reasons: [ownWords(host)] };
  const look = (host: HostId): CheckResult => ({
    facts: factsOf(1, installed.has(host) ? 'installed' : 'absent'),
    verdict: verdict(host),
    durationMs: 1,
  });
  return {
    ...createFakeWorld().activities,
    assess: async ({ hosts }) =>
      hosts.map((hostId) => ({
        hostId,
        reached: true,
        verdict: verdict(hostId),
        facts: factsOf(1, 'absent'),
      })),
    check: async ({ hostId }) => look(hostId),
    verify: async ({ hostId }) => look(hostId),
    async apply({ hostId, attempt }) {
      installed.add(hostId);
      onInstalled(installed.size);
      return {
        how: 'installed',
        exitCode: 0,
        package: { state: 'installed', identity: 'Package_for_KB3004383~x' },
        task: `KB3004383-${attempt}`,
        logTail: 'The operation completed successfully. '.repeat(50),
        durationMs: 1,
      };
    },
  };
}

/** No two hosts give the same reason, so that none can be kept once for all. */
const ownWords = (host: HostId) =>
  reason(
    'event-burst',
    `${host}: 17 events 2070 with code 0x55 within 60 s name all 3 of its domain controllers, the last of them an hour ago; looked back 24 h in a log that reaches far enough.`,
    { host, events: 17, servers: 3, lookbackHours: 24 },
  );
