import type { Host } from '../../host';
import { type RunningProcess, runningProcesses } from '../../tools/running-processes';
import { type Instance, noMethods, type WmiClass } from './wmi-class';

const oneTick = 1;

/**
 * Counters of the performance object Process: an instance for each process, named after its image without .exe, the
 * second of a name with #1. With the stall the service that takes RPC turns in circles, and what waits for it stands.
 */
export const processCounters: WmiClass = {
  name: 'Win32_PerfFormattedData_PerfProc_Process',
  alias: null,
  key: 'Name',
  takesKey: true,
  properties: {
    Caption: 'string',
    CreatingProcessID: 'uint32',
    Description: 'string',
    ElapsedTime: 'uint64',
    HandleCount: 'uint32',
    IDProcess: 'uint32',
    IOReadOperationsPersec: 'uint64',
    IOWriteOperationsPersec: 'uint64',
    Name: 'string',
    PercentPrivilegedTime: 'uint64',
    PercentProcessorTime: 'uint64',
    PercentUserTime: 'uint64',
    PriorityBase: 'uint32',
    PrivateBytes: 'uint64',
    ThreadCount: 'uint32',
    WorkingSet: 'uint64',
  },
  brief: ['IDProcess', 'Name', 'PercentProcessorTime'],
  methods: noMethods,
  instances({ host }) {
    const seen = new Map<string, number>();
    const found = runningProcesses(host).map((one) => {
      const base = one.pid === 0 ? 'Idle' : one.image.replace(/^.*\\/, '').replace(/\.exe$/i, '');
      const count = seen.get(base.toLowerCase()) ?? 0;
      seen.set(base.toLowerCase(), count + 1);
      const name = count === 0 ? base : `${base}#${count}`;
      return { name, pid: one.pid, percent: percentOf(name, one, host), startedAt: one.startedAt };
    });
    const busy = found.reduce((sum, { pid, percent }) => sum + (pid === 0 ? 0 : percent), 0);
    const idle = Math.max(0, 400 - busy);
    const all = found.map((one) => (one.pid === 0 ? { ...one, percent: idle } : one));
    const total = { name: '_Total', pid: 0, percent: busy + idle, startedAt: host.power.bootedAt };
    return [...all, total].map((one) => instanceOf(one, host));
  },
};

interface Counted {
  readonly name: string;
  readonly pid: number;
  readonly percent: number;
  readonly startedAt: number;
}

function instanceOf({ name, pid, percent, startedAt }: Counted, { clock }: Host): Instance {
  const kernel = Math.floor(percent / 4);
  return {
    CreatingProcessID: pid <= 4 ? 0 : 380,
    ElapsedTime: Math.max(oneTick, Math.floor((clock.now() - startedAt) / 1000)),
    HandleCount: 100 + (pid % 900),
    IDProcess: pid,
    IOReadOperationsPersec: percent,
    IOWriteOperationsPersec: percent,
    Name: name,
    PercentPrivilegedTime: kernel,
    PercentProcessorTime: percent,
    PercentUserTime: percent - kernel,
    PriorityBase: 8,
    PrivateBytes: 20_000_000 + pid * 1000,
    ThreadCount: 8 + (pid % 40),
    WorkingSet: 30_000_000 + pid * 1000,
  };
}

/** Of one processor: several threads may go beyond 100. What a scenario made busy is so until it is another process. */
function percentOf(name: string, { pid, image, services }: RunningProcess, host: Host): number {
  const given = Object.entries(host.windows.processorTime).find(
    ([instance]) => instance.toLowerCase() === name.toLowerCase(),
  );
  if (given !== undefined && host.firstPids.has(pid)) return given[1];
  if (services.includes('MSExchangeRPC')) return host.isStalled('MSExchangeRPC') ? 96 : 3;
  if (services.includes('MSExchangeIS')) return host.isStalled('MSExchangeIS') ? 0 : 11;
  if (/^w3wp\.exe$/i.test(image)) return host.isStalled('MSExchangeOWAAppPool') ? 0 : 2 + (pid % 5);
  return 0;
}
