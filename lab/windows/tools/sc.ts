import type { Invocation, Program } from '../process/invocation';
import type { Service, ServiceState } from '../services/services';
import { win32Texts } from '../services/win32-errors';

/** sc.exe: what it says goes to standard output, errors too, and the exit code is the error's number. */
export const sc: Program = async (invocation) => {
  const args = [...invocation.args];
  if (args[0]?.startsWith('\\\\') === true) args.shift();
  const [verb = '', ...rest] = args;
  const command = commands.get(verb.toLowerCase());
  if (command === undefined) {
    invocation.stdout.text(
      verb === '' ? usage : `\r\nERROR:  Unrecognized command\r\n\r\n${usage}`,
    );
    return verb === '' ? 0 : 1639;
  }
  return command(rest, invocation);
};

type Command = (args: readonly string[], invocation: Invocation) => number | Promise<number>;

const stateNumbers: Readonly<Record<ServiceState, string>> = {
  stopped: '1  STOPPED',
  'start-pending': '2  START_PENDING',
  'stop-pending': '3  STOP_PENDING',
  running: '4  RUNNING',
};

function statusOf(service: Service, withProcess: boolean): string {
  const { definition, state, exitCode, pid } = service;
  const lines = [
    '',
    `SERVICE_NAME: ${definition.name}`,
    `        TYPE               : ${definition.isShared ? '20  WIN32_SHARE_PROCESS' : '10  WIN32_OWN_PROCESS'}`,
    `        STATE              : ${stateNumbers[state]} `,
    ...(state === 'stopped' ? [] : [`                                (${acceptsOf(service)})`]),
    `        WIN32_EXIT_CODE    : ${exitCode}  (0x${exitCode.toString(16)})`,
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    `        WAIT_HINT          : ${state === 'start-pending' || state === 'stop-pending' ? '0x7d0' : '0x0'}`,
    ...(withProcess
      ? [`        PID                : ${pid}`, '        FLAGS              : ']
      : []),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function acceptsOf({ state, definition }: Service): string {
  if (state !== 'running') return 'NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN';
  return definition.isStoppable
    ? 'STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN'
    : 'NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN';
}

/** `query`, `queryex`: one service, or all that run; `state= all` and `state= inactive` widen it. */
function query(withProcess: boolean): Command {
  return (args, invocation) => {
    const { services } = invocation.host;
    const [first] = args;
    if (first !== undefined && !/^(state|type|group|bufsize|ri)=/i.test(first)) {
      const service = findByName(first, invocation);
      if (service === null) return fail('EnumQueryServicesStatus:OpenService', 1060, invocation);
      invocation.stdout.text(statusOf(service, withProcess));
      return 0;
    }
    const wanted = optionOf(args, 'state') ?? 'active';
    const isWanted = ({ state }: Service): boolean =>
      wanted === 'all' || (wanted === 'inactive') === (state === 'stopped');
    for (const service of services.list().filter(isWanted)) {
      const named = statusOf(service, withProcess).replace(
        /(SERVICE_NAME: [^\r]*\r\n)/,
        `$1DISPLAY_NAME: ${service.definition.displayName}\r\n`,
      );
      invocation.stdout.text(named);
    }
    return 0;
  };
}

/** `name= value` is two words, `name=value` one and no option for sc. */
function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg.toLowerCase() === `${name}=`);
  return at === -1 ? undefined : args[at + 1]?.toLowerCase();
}

const queryConfiguration: Command = ([name], invocation) => {
  const service = name === undefined ? null : findByName(name, invocation);
  if (service === null) return fail('OpenService', 1060, invocation);
  const { definition, startMode } = service;
  const modes = {
    auto: '2   AUTO_START',
    manual: '3   DEMAND_START',
    disabled: '4   DISABLED',
  } as const;
  const [first = '', ...others] = definition.dependsOn;
  const lines = [
    '[SC] QueryServiceConfig SUCCESS',
    '',
    `SERVICE_NAME: ${definition.name}`,
    `        TYPE               : ${definition.isShared ? '20  WIN32_SHARE_PROCESS' : '10  WIN32_OWN_PROCESS'} `,
    `        START_TYPE         : ${modes[startMode]}`,
    '        ERROR_CONTROL      : 1   NORMAL',
    `        BINARY_PATH_NAME   : ${definition.image}`,
    '        LOAD_ORDER_GROUP   : ',
    '        TAG                : 0',
    `        DISPLAY_NAME       : ${definition.displayName}`,
    `        DEPENDENCIES       : ${first}`,
    ...others.map((other) => `                           : ${other}`),
    '        SERVICE_START_NAME : LocalSystem',
  ];
  invocation.stdout.text(lines.map((line) => `${line}\r\n`).join(''));
  return 0;
};

const start: Command = async ([name], invocation) => {
  const service = name === undefined ? null : findByName(name, invocation);
  if (service === null) return fail('StartService: OpenService', 1060, invocation);
  const code = await invocation.host.services.start(service.definition.name);
  invocation.context.control.check();
  if (code !== 0) return fail('StartService', code, invocation);
  invocation.stdout.text(statusOf(service, true));
  return 0;
};

const stop: Command = ([name], invocation) => {
  const service = name === undefined ? null : findByName(name, invocation);
  if (service === null) return fail('OpenService', 1060, invocation);
  const code = invocation.host.services.stop(service.definition.name);
  if (code !== 0) return fail('ControlService', code, invocation);
  invocation.stdout.text(statusOf(service, false));
  return 0;
};

const configure: Command = ([name, ...options], invocation) => {
  const service = name === undefined ? null : findByName(name, invocation);
  if (service === null) return fail('OpenService', 1060, invocation);
  const wanted = optionOf(options, 'start');
  const mode =
    wanted === 'demand'
      ? 'manual'
      : wanted === 'auto' || wanted === 'disabled'
        ? wanted
        : wanted === 'delayed-auto'
          ? 'auto'
          : null;
  if (mode === null) {
    invocation.stdout.text(usage);
    return 1639;
  }
  invocation.host.services.setStartMode(service.definition.name, mode);
  invocation.stdout.line('[SC] ChangeServiceConfig SUCCESS');
  return 0;
};

const dependents: Command = ([name], invocation) => {
  const service = name === undefined ? null : findByName(name, invocation);
  if (service === null) return fail('EnumDependentServices:OpenService', 1060, invocation);
  const list = invocation.host.services
    .dependentsOf(service.definition.name)
    .filter(({ state }) => state !== 'stopped');
  invocation.stdout.line(`Enum: entriesRead  = ${list.length}`);
  for (const one of list) {
    invocation.stdout.text(
      statusOf(one, false).replace(
        /(SERVICE_NAME: [^\r]*\r\n)/,
        `$1DISPLAY_NAME: ${one.definition.displayName}\r\n`,
      ),
    );
  }
  return 0;
};

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['query', query(false)],
  ['queryex', query(true)],
  ['qc', queryConfiguration],
  ['start', start],
  ['stop', stop],
  ['config', configure],
  ['enumdepend', dependents],
]);

/** sc takes the service's own name only. */
function findByName(name: string, { host }: Invocation): Service | null {
  const service = host.services.find(name);
  return service?.definition.name.toLowerCase() === name.toLowerCase() ? service : null;
}

function fail(step: string, code: number, { stdout }: Invocation): number {
  stdout.text(`[SC] ${step} FAILED ${code}:\r\n\r\n${win32Texts[code] ?? ''}\r\n\r\n`);
  return code;
}

const usage = [
  'DESCRIPTION:',
  '        SC is a command line program used for communicating with the',
  '        Service Control Manager and services.',
  'USAGE:',
  '        sc <server> [command] [service name] <option1> <option2>...',
  '',
].join('\r\n');
