import type { HostClock } from '../clock';
import type { Service, Services } from './services';

/** How long managed availability takes to notice and to act. */
const responseMs = 20_000;
const healthManager = 'MSExchangeHM';
const recovery = 'MSExchangeHMRecovery';

/**
 * Exchange 2013 and later: while the health manager runs, services of Exchange that were stopped are started again, and
 * the recovery service does the same for the health manager.
 *
 * @returns what to call when a service was stopped
 */
export function createManagedAvailability(
  clock: HostClock,
  services: () => Services,
  isOn: () => boolean,
): (service: Service) => void {
  return ({ definition: { name } }) => {
    if (name === recovery || !/^MSExchange/i.test(name)) return;
    const guard = name === healthManager ? recovery : healthManager;
    clock.after(responseMs, () => {
      const all = services();
      const stopped = all.find(name);
      const isWanted = stopped?.state === 'stopped' && stopped.startMode === 'auto';
      if (isOn() && isWanted && all.find(guard)?.state === 'running') void all.start(name);
    });
  };
}
