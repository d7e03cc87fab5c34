import type { MachineEventLogs, MachineWmi, WmiRefused } from '../../lab/machine';

function refuse(): WmiRefused {
  return {
    problem: 'no-such-namespace',
    operation: 'GetObject',
    about: '',
    description: null,
  };
}

/** What a machine without Windows has of its management: nothing. */
export const noManagement: {
  readonly wmi: MachineWmi;
  readonly eventLogs: MachineEventLogs;
} = {
  wmi: { query: refuse, list: refuse, get: refuse, invoke: async () => refuse() },
  eventLogs: { select: () => 'no-such-channel' },
};
