import type { Invocation, Program } from '../process/invocation';
import type { Service } from '../services/services';
import { win32Texts } from '../services/win32-errors';

/** net.exe: 0 or 2, errors on standard error, services by their short or their display names. */
export const net: Program = async (invocation) => {
  const [verb = '', ...rest] = invocation.args;
  const names = rest.filter((arg) => !arg.startsWith('/'));
  const flags = rest.filter((arg) => arg.startsWith('/')).map((arg) => arg.toLowerCase());
  switch (verb.toLowerCase()) {
    case 'start':
      return names[0] === undefined ? listRunning(invocation) : startService(names[0], invocation);
    case 'stop':
      return names[0] === undefined
        ? usage(invocation)
        : stopService(names[0], flags.includes('/y'), invocation);
    case 'user':
      return listUsers(invocation);
    default:
      return usage(invocation);
  }
};

function usage({ stderr }: Invocation): number {
  const text =
    'The syntax of this command is:\r\n\r\nNET\r\n    [ ACCOUNTS | COMPUTER | CONFIG | CONTINUE | FILE | GROUP | HELP |\r\n      HELPMSG | LOCALGROUP | PAUSE | SESSION | SHARE | START |\r\n      STATISTICS | STOP | TIME | USE | USER | VIEW ]\r\n';
  stderr.text(text);
  return 1;
}

function listRunning({ host, stdout }: Invocation): number {
  stdout.text('These Windows services are started:\r\n\r\n');
  const names = host.services
    .list()
    .filter(({ state }) => state === 'running')
    .map(({ definition }) => definition.displayName);
  for (const name of names.toSorted()) stdout.line(`   ${name}`);
  stdout.text('\r\nThe command completed successfully.\r\n\r\n');
  return 0;
}

function listUsers({ host, stdout }: Invocation): number {
  const line = '-'.repeat(79);
  stdout.text(
    `\r\nUser accounts for \\\\${host.windows.computerName}\r\n\r\n${line}\r\nAdministrator            Guest                    \r\nThe command completed successfully.\r\n\r\n`,
  );
  return 0;
}

async function startService(name: string, invocation: Invocation): Promise<number> {
  const { host, stdout } = invocation;
  const service = host.services.find(name);
  if (service === null) return tell(invocation, 'The service name is invalid.', 2185);
  if (service.state === 'running' || service.state === 'start-pending')
    return tell(invocation, 'The requested service has already been started.', 2182);
  const title = titleOf(service);
  const code = await host.services.start(service.definition.name);
  if (code !== 0 && code !== 1053) return systemError(invocation, code);
  stdout.text(`The ${title} is starting.`);
  await settle(service, invocation);
  stdout.line();
  if (!isRunning(service)) {
    return tell(
      invocation,
      `The ${title} could not be started.\r\n\r\nThe service did not report an error.`,
      3534,
    );
  }
  stdout.text(`The ${title} was started successfully.\r\n\r\n`);
  return 0;
}

async function stopService(name: string, isYes: boolean, invocation: Invocation): Promise<number> {
  const { host, stdout, stderr } = invocation;
  const service = host.services.find(name);
  if (service === null) return tell(invocation, 'The service name is invalid.', 2185);
  if (service.state === 'stopped')
    return tell(invocation, `The ${titleOf(service)} is not started.`, 3521);
  const dependents = host.services
    .dependentsOf(service.definition.name)
    .filter(({ state }) => state !== 'stopped');
  if (dependents.length > 0) {
    const list = dependents.map(({ definition }) => `   ${definition.displayName}\r\n`).join('');
    stdout.text(
      `The following services are dependent on the ${titleOf(service)}.\r\nStopping the ${titleOf(service)} will also stop these services.\r\n\r\n${list}\r\n`,
    );
    if (!isYes) {
      stdout.text('Do you want to continue this operation? (Y/N) [N]: ');
      if (!/^y/i.test(await answerOf(invocation))) {
        stderr.text('\r\nNo valid response was provided.\r\n');
        return 2;
      }
    }
  }
  for (const one of [...dependents, service]) {
    const code = await stopOne(one, invocation);
    if (code !== 0) return code;
  }
  return 0;
}

async function stopOne(service: Service, invocation: Invocation): Promise<number> {
  const { host, stdout } = invocation;
  await settle(service, invocation);
  const code = service.state === 'stopped' ? 0 : host.services.stop(service.definition.name);
  if (code === 1052)
    return tell(
      invocation,
      `The requested pause, continue, or stop is not valid for this service.`,
      2191,
    );
  if (code !== 0) return systemError(invocation, code);
  stdout.text(`The ${titleOf(service)} is stopping.`);
  await settleOrTire(service, invocation);
  stdout.line();
  if (isStopping(service)) {
    invocation.stderr.text(`The ${titleOf(service)} could not be stopped.\r\n\r\n`);
    return 2;
  }
  stdout.text(`The ${titleOf(service)} was stopped successfully.\r\n\r\n`);
  return 0;
}

/** What is typed on the prompt; an input without anything in it is no answer. */
async function answerOf({ stdin, context }: Invocation): Promise<string> {
  const bytes = await stdin.read(context.control);
  return bytes?.toString('latin1').trim() ?? '';
}

function settle(service: Service, { host, context }: Invocation): Promise<void> {
  return context.control.race((resolve) => {
    void host.services.settled(service.definition.name).then(resolve);
    return () => undefined;
  });
}

/** How long net waits for a service that does not stop. Common knowledge: about as long as it says it needs. */
const patienceMs = 60_000;

function settleOrTire(service: Service, { host, context }: Invocation): Promise<void> {
  return context.control.race((resolve) => {
    const cancel = host.clock.after(patienceMs, () => resolve());
    void host.services.settled(service.definition.name).then(() => {
      cancel();
      resolve();
    });
    return cancel;
  });
}

function isStopping({ state }: Service): boolean {
  return state === 'stop-pending';
}

function isRunning({ state }: Service): boolean {
  return state === 'running';
}

/** net puts the word behind every display name, as in "Print Spooler service". */
function titleOf({ definition }: Service): string {
  return `${definition.displayName} service`;
}

function tell({ stderr }: Invocation, text: string, message: number): number {
  stderr.text(`${text}\r\n\r\nMore help is available by typing NET HELPMSG ${message}.\r\n\r\n`);
  return 2;
}

function systemError({ stderr }: Invocation, code: number): number {
  stderr.text(`System error ${code} has occurred.\r\n\r\n${win32Texts[code] ?? ''}\r\n\r\n`);
  return 2;
}
