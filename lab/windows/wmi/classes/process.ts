import type { Host } from '../../host';
import { endProcess } from '../../process/end-process';
import { startDetached } from '../../process/start-detached';
import { type RunningProcess, runningProcesses } from '../../tools/running-processes';
import { cimTime } from './cim-time';
import { imagePath } from './image-path';
import {
  type Instance,
  type MethodCall,
  type MethodResult,
  methodsOf,
  returnValueOnly,
  textOf,
  type WmiClass,
} from './wmi-class';

/** wininit.exe, below which the services of every boot are. */
const wininitPid = 380;

export const process: WmiClass = {
  name: 'Win32_Process',
  alias: 'process',
  key: 'ProcessId',
  keys: ['Handle'],
  takesKey: true,
  properties: {
    Caption: 'string',
    CommandLine: 'string',
    CreationDate: 'datetime',
    CSName: 'string',
    Description: 'string',
    ExecutablePath: 'string',
    Handle: 'string',
    Name: 'string',
    ParentProcessId: 'uint32',
    Priority: 'uint32',
    ProcessId: 'uint32',
    SessionId: 'uint32',
  },
  brief: ['Name', 'Priority', 'ProcessId'],
  instances: ({ host }) => runningProcesses(host).map((one) => instanceOf(one, host)),
  methods: methodsOf(
    {
      name: 'Create',
      isStatic: true,
      input: { CommandLine: 'string', CurrentDirectory: 'string' },
      output: { ProcessId: 'uint32', ReturnValue: 'uint32' },
      run: create,
    },
    { name: 'Terminate', input: { Reason: 'uint32' }, output: returnValueOnly, run: terminate },
  ),
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
      : imagePath(image, host.windows)
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

/** Return values of Win32_Process. */
const accessDenied = 2;
const pathNotFound = 9;
const invalidParameter = 21;

function create({ host, parameters }: MethodCall): MethodResult {
  const line = textOf(parameters['CommandLine'] ?? null).trim();
  if (line === '') return { ReturnValue: invalidParameter };
  const folder = textOf(parameters['CurrentDirectory'] ?? null);
  const pid = startDetached(host, line, folder === '' ? null : folder);
  return pid === null ? { ReturnValue: pathNotFound } : { ProcessId: pid, ReturnValue: 0 };
}

/** A process that Windows needs refuses. */
function terminate({ host, instance }: MethodCall): MethodResult {
  const image = textOf(instance?.['Name'] ?? null);
  const hasEnded = endProcess(Number(instance?.['ProcessId'] ?? 0), image, host);
  return { ReturnValue: hasEnded ? 0 : accessDenied };
}
