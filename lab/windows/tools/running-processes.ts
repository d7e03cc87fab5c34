import type { Host } from '../host';

export interface RunningProcess {
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  readonly user: string;
  /** Services in it. */
  readonly services: readonly string[];
  readonly startedAt: number;
}

const system = 'NT AUTHORITY\\SYSTEM';

/** Everything that runs: Windows' own, services, workers of IIS, and what sessions and tasks started. */
export function runningProcesses(host: Host): RunningProcess[] {
  const startedAt = host.power.bootedAt;
  const own = (pid: number, image: string, commandLine = image): RunningProcess => ({
    pid,
    image,
    commandLine,
    user: system,
    services: [],
    startedAt,
  });
  const list = [
    own(0, 'System Idle Process', ''),
    own(4, 'System', ''),
    own(232, 'smss.exe'),
    own(328, 'csrss.exe'),
    own(380, 'wininit.exe'),
    own(476, 'lsm.exe'),
  ];
  list.push(...servicesOf(host), ...workersOf(host));
  // What holds the installer without being a session's own is shown as the standalone installer of somebody else.
  if (host.servicing.isBusyElsewhere)
    list.push(
      own(988, 'wusa.exe', 'wusa.exe C:\\Updates\\Windows6.1-KB2999226-x64.msu /quiet /norestart'),
    );
  for (const { pid, image, commandLine, identity, startedAt: begun } of host.processes.list()) {
    list.push({
      pid,
      image,
      commandLine,
      user: identity === 'system' ? system : `${host.windows.computerName}\\Administrator`,
      services: [],
      startedAt: begun,
    });
  }
  return list;
}

function servicesOf(host: Host): RunningProcess[] {
  const byPid = new Map<number, RunningProcess>();
  for (const { pid, definition } of host.services.list()) {
    if (pid === 0) continue;
    const services = [...(byPid.get(pid)?.services ?? []), definition.name];
    byPid.set(pid, {
      pid,
      image: definition.image,
      commandLine: definition.image,
      user: system,
      services,
      startedAt: host.power.bootedAt,
    });
  }
  return [...byPid.values()];
}

function workersOf({ pools, power }: Host): RunningProcess[] {
  return (pools?.list() ?? []).flatMap(({ name, workerPid }) =>
    workerPid === null
      ? []
      : [
          {
            pid: workerPid,
            image: 'w3wp.exe',
            commandLine: `c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "${name}"`,
            user: system,
            services: [],
            startedAt: power.bootedAt,
          },
        ],
  );
}
