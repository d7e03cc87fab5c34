import type { Host } from '../../../host';
import { type RunningProcess, runningProcesses } from '../../running-processes';
import { cimTime } from './cim-time';
import { imagePath } from './image-path';
import type { Instance, MethodCall, WmiClass } from './wmi-class';

/** wininit.exe, below which the services of every boot are. */
const wininitPid = 380;

export const process: WmiClass = {
  name: 'Win32_Process',
  alias: 'process',
  key: 'ProcessId',
  takesKey: true,
  properties: [
    'Caption',
    'CommandLine',
    'CreationDate',
    'CSName',
    'Description',
    'ExecutablePath',
    'Handle',
    'Name',
    'ParentProcessId',
    'Priority',
    'ProcessId',
    'SessionId',
  ],
  brief: ['Name', 'Priority', 'ProcessId'],
  instances: ({ host }) => runningProcesses(host).map((one) => instanceOf(one, host)),
  methods: new Map([['terminate', terminate]]),
};

function instanceOf(running: RunningProcess, host: Host): Instance {
  const { pid, image, commandLine, startedAt } = running;
  // The kernel's own have no image and no command line.
  const isKernel = pid <= 4;
  return {
    Caption: image,
    CommandLine: isKernel ? null : commandLine,
    CreationDate: pid === 0 ? null : cimTime(startedAt),
    CSName: host.windows.computerName,
    Description: image,
    ExecutablePath: isKernel
      ? null
      : imagePath(image)
          .replace(/ -k.*$/, '')
          .replaceAll('"', ''),
    Handle: String(pid),
    Name: image.slice(image.lastIndexOf('\\') + 1),
    ParentProcessId: isKernel ? 0 : parentOf(running, host),
    Priority: 8,
    ProcessId: pid,
    SessionId: 0,
  };
}

/** What sessions and tasks have started is below the service that did so. */
function parentOf({ pid, user }: RunningProcess, host: Host): number {
  if (!host.processes.list().some((entry) => entry.pid === pid)) return wininitPid;
  const starter = host.services.find(user.endsWith('SYSTEM') ? 'Schedule' : 'WinRM');
  return starter === null || starter.pid === 0 ? wininitPid : starter.pid;
}

/** Ends what a session or a task started; a process of Windows or of a service refuses: 2 is access denied. */
function terminate({ host, instance }: MethodCall): number {
  const entry = host.processes.list().find(({ pid }) => pid === instance['ProcessId']);
  if (entry === undefined) return 2;
  entry.control.kill();
  host.processes.remove(entry);
  return 0;
}
