import type { Host } from '../../../host';
import type { Service } from '../../../services/services';
import { imagePath } from './image-path';
import { type Instance, type MethodCall, textOf, type WmiClass } from './wmi-class';

const states = {
  running: 'Running',
  stopped: 'Stopped',
  'start-pending': 'Start Pending',
  'stop-pending': 'Stop Pending',
} as const;

const startModes = { auto: 'Auto', manual: 'Manual', disabled: 'Disabled' } as const;
const modesByArgument: ReadonlyMap<string, keyof typeof startModes> = new Map([
  ['automatic', 'auto'],
  ['manual', 'manual'],
  ['disabled', 'disabled'],
]);

export const service: WmiClass = {
  name: 'Win32_Service',
  alias: 'service',
  key: 'Name',
  takesKey: true,
  properties: [
    'AcceptPause',
    'AcceptStop',
    'Caption',
    'Description',
    'DisplayName',
    'ErrorControl',
    'ExitCode',
    'Name',
    'PathName',
    'ProcessId',
    'ServiceType',
    'Started',
    'StartMode',
    'StartName',
    'State',
    'Status',
    'SystemName',
  ],
  brief: ['ExitCode', 'Name', 'ProcessId', 'StartMode', 'State', 'Status'],
  instances: ({ host, key }) => {
    if (key === null) return host.services.list().map((one) => instanceOf(one, host));
    const found = host.services.list().find((one) => isNamed(one, key));
    return found === undefined ? [] : [instanceOf(found, host)];
  },
  methods: new Map<string, (call: MethodCall) => number | Promise<number>>([
    ['startservice', start],
    ['stopservice', stop],
    ['changestartmode', changeStartMode],
  ]),
};

function isNamed({ definition }: Service, key: string): boolean {
  return definition.name.toLowerCase() === key.toLowerCase();
}

function instanceOf(
  { definition, startMode, state, pid, exitCode }: Service,
  host: Host,
): Instance {
  return {
    AcceptPause: false,
    AcceptStop: state === 'running' && definition.isStoppable,
    Caption: definition.displayName,
    DisplayName: definition.displayName,
    ErrorControl: 'Normal',
    ExitCode: exitCode,
    Name: definition.name,
    PathName: imagePath(definition.image),
    ProcessId: pid,
    ServiceType: definition.isShared ? 'Share Process' : 'Own Process',
    Started: state === 'running',
    StartMode: startModes[startMode],
    StartName: 'LocalSystem',
    State: states[state],
    Status: state === 'start-pending' || state === 'stop-pending' ? 'Degraded' : 'OK',
    SystemName: host.windows.computerName,
  };
}

/** Return values of Win32_Service by the Win32 error that the service control manager gives. */
const returnValues: Readonly<Record<number, number>> = {
  0: 0,
  1051: 3,
  1052: 5,
  1053: 7,
  1056: 10,
  1058: 14,
  1061: 5,
  1062: 5,
  1068: 13,
};
const unknownFailure = 8;

async function start({ host, instance }: MethodCall): Promise<number> {
  const code = await host.services.start(textOf(instance['Name'] ?? null));
  return returnValues[code] ?? unknownFailure;
}

function stop({ host, instance }: MethodCall): number {
  return returnValues[host.services.stop(textOf(instance['Name'] ?? null))] ?? unknownFailure;
}

function changeStartMode({ host, instance, arguments: [typed = ''] }: MethodCall): number {
  const mode = modesByArgument.get(typed.toLowerCase());
  // 21: invalid parameter.
  if (mode === undefined) return 21;
  host.services.setStartMode(textOf(instance['Name'] ?? null), mode);
  return 0;
}
