import type { Host } from '../host';

/**
 * Ends a process from outside: what a session or a task started, a service that has a process of its own, or a worker of
 * IIS. False for what Windows itself needs.
 */
export function endProcess(pid: number, image: string, host: Host): boolean {
  const entry = host.processes.list().find((candidate) => candidate.pid === pid);
  if (entry !== undefined) {
    entry.control.kill();
    host.processes.remove(entry);
    return true;
  }
  // Written first: what the end of a process leads to comes after it in the ledger.
  if (!isOwnProcess(pid, host)) return false;
  host.record('process-ended', { pid, image });
  return host.services.endProcess(pid) || host.pools?.endWorker(pid) === true;
}

function isOwnProcess(pid: number, { services, pools }: Host): boolean {
  const isService = services.list().some((one) => one.pid === pid && !one.definition.isShared);
  return pid !== 0 && (isService || (pools?.list() ?? []).some((pool) => pool.workerPid === pid));
}
