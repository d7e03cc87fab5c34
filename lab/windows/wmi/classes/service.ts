import type { Host } from '../../host';
import type { Service } from '../../services/services';
import { imagePath } from './image-path';
import {
  type Instance,
  type MethodCall,
  type MethodResult,
  methodsOf,
  type Properties,
  type PropertyValue,
  returnValueOnly,
  textOf,
  type WmiClass,
} from './wmi-class';

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

const properties: Properties = {
  AcceptPause: 'boolean',
  AcceptStop: 'boolean',
  Caption: 'string',
  CheckPoint: 'uint32',
  CreationClassName: 'string',
  Description: 'string',
  DesktopInteract: 'boolean',
  DisplayName: 'string',
  ErrorControl: 'string',
  ExitCode: 'uint32',
  InstallDate: 'datetime',
  Name: 'string',
  PathName: 'string',
  ProcessId: 'uint32',
  ServiceSpecificExitCode: 'uint32',
  ServiceType: 'string',
  Started: 'boolean',
  StartMode: 'string',
  StartName: 'string',
  State: 'string',
  Status: 'string',
  SystemCreationClassName: 'string',
  SystemName: 'string',
  TagId: 'uint32',
  WaitHint: 'uint32',
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
    CheckPoint: 0,
    CreationClassName: 'Win32_Service',
    DesktopInteract: false,
    DisplayName: definition.displayName,
    ErrorControl: 'Normal',
    ExitCode: exitCode,
    Name: definition.name,
    PathName: imagePath(definition.image, host.windows),
    ProcessId: pid,
    ServiceSpecificExitCode: 0,
    ServiceType: definition.isShared ? 'Share Process' : 'Own Process',
    Started: state === 'running',
    StartMode: startModes[startMode],
    StartName: 'LocalSystem',
    State: states[state],
    Status: state === 'start-pending' || state === 'stop-pending' ? 'Degraded' : 'OK',
    SystemCreationClassName: 'Win32_ComputerSystem',
    SystemName: host.windows.computerName,
    TagId: 0,
    WaitHint: 0,
    ...(isTerminalService(definition.name) && idleSessions),
  };
}

/** Nobody is logged on to a console of a machine of the lab. */
const idleSessions = {
  DisconnectedSessions: 0,
  EstimatedSessionCapacity: 0,
  RawSessionCapacity: 0,
  ResourceConstraint: 0,
  TotalSessions: 0,
} as const;

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
const invalidParameter = 21;

function nameIn({ instance }: MethodCall): string {
  return textOf(instance?.['Name'] ?? null);
}

function answered(win32: number): MethodResult {
  return { ReturnValue: returnValues[win32] ?? unknownFailure };
}

/** The host refused or it took the order: whether the service then runs shows in its state alone. */
async function start(call: MethodCall): Promise<MethodResult> {
  return answered(await call.host.services.start(nameIn(call)));
}

function stop(call: MethodCall): MethodResult {
  return answered(call.host.services.stop(nameIn(call)));
}

function changeStartMode(call: MethodCall): MethodResult {
  const mode = modesByArgument.get(textOf(call.parameters['StartMode'] ?? null).toLowerCase());
  if (mode === undefined) return { ReturnValue: invalidParameter };
  call.host.services.setStartMode(nameIn(call), mode);
  return { ReturnValue: 0 };
}

const methods = methodsOf(
  { name: 'StartService', input: {}, output: returnValueOnly, run: start },
  { name: 'StopService', input: {}, output: returnValueOnly, run: stop },
  {
    name: 'ChangeStartMode',
    input: { StartMode: 'string' },
    output: returnValueOnly,
    run: changeStartMode,
  },
);

export const service: WmiClass = {
  name: 'Win32_Service',
  alias: 'service',
  key: 'Name',
  takesKey: true,
  properties,
  brief: ['ExitCode', 'Name', 'ProcessId', 'StartMode', 'State', 'Status'],
  methods,
  subclassOf: ({ Name }) => (isTerminalService(Name ?? null) ? terminalService : null),
  instances: ({ host, key }) => {
    const named = host.services.list().filter((one) => key === null || isNamed(one, key));
    return named.map((one) => instanceOf(one, host));
  },
};

/** The one service that has a class of its own, which a query for services gives as what it is. */
export const terminalService: WmiClass = {
  ...service,
  name: 'Win32_TerminalService',
  alias: null,
  properties: {
    ...properties,
    DisconnectedSessions: 'uint32',
    EstimatedSessionCapacity: 'uint32',
    RawSessionCapacity: 'uint32',
    ResourceConstraint: 'uint32',
    TotalSessions: 'uint32',
  },
  subclassOf: () => null,
  instances: (source) =>
    service.instances(source).filter(({ Name }) => isTerminalService(Name ?? null)),
};

function isTerminalService(name: PropertyValue): boolean {
  return name === 'TermService';
}
