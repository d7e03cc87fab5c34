import type { Invocation, Program } from '../process/invocation';
import { shutdownReason } from '../shutdown-reason';

const texts: Readonly<Record<number, string>> = {
  1115: 'A system shutdown is in progress.',
  1116: 'Unable to abort the system shutdown because no shutdown was in progress.',
  1190: 'A system shutdown has already been scheduled.',
};

interface Order {
  restarts: boolean;
  stops: boolean;
  aborts: boolean;
  delaySeconds: number;
  comment: string;
  reason: string;
}

const longestDelaySeconds = 315_360_000;

/** shutdown.exe: exit codes are Win32's; an error comes as `text(code)` on standard error. */
export const shutdown: Program = (invocation) => {
  const order = readOrder(invocation.args);
  if (order === null || (!order.restarts && !order.stops && !order.aborts)) {
    invocation.stdout.text(
      'Usage: shutdown [/i | /l | /s | /r | /g | /a | /p | /h | /e] [/f]\r\n    [/m \\\\computer][/t xxx][/d [p|u:]xx:yy [/c "comment"]]\r\n',
    );
    return invocation.args.length === 0 ? 0 : 87;
  }
  const { power } = invocation.host;
  if (order.aborts) return finish(power.abort(), invocation);
  const reason = reasonOf(order, invocation);
  if (reason === null) return finish(87, invocation);
  const code = power.shutDown({
    delayMs: order.delaySeconds * 1000,
    restarts: order.restarts,
    reason,
  });
  return finish(code, invocation);
};

type Setter = (order: Order, value: string) => boolean;

const switches: Readonly<Record<string, (order: Order) => void>> = {
  r: (order) => void (order.restarts = true),
  g: (order) => void (order.restarts = true),
  s: (order) => void (order.stops = true),
  a: (order) => void (order.aborts = true),
  f: () => undefined,
};

/** Options with a value; false for one that is not taken. */
const settings: Readonly<Record<string, Setter>> = {
  t(order, value) {
    order.delaySeconds = Number(value);
    return /^\d+$/.test(value) && order.delaySeconds <= longestDelaySeconds;
  },
  c(order, value) {
    order.comment = value;
    return value.length <= 512;
  },
  d(order, value) {
    order.reason = value;
    return true;
  },
};

function readOrder(args: readonly string[]): Order | null {
  const order: Order = { ...noOrder };
  for (let at = 0; at < args.length; at += 1) {
    const name = /^[/-]([a-z])$/i.exec(args[at] ?? '')?.[1]?.toLowerCase() ?? '';
    const setter = settings[name];
    if (setter === undefined) {
      const apply = switches[name];
      if (apply === undefined) return null;
      apply(order);
      continue;
    }
    at += 1;
    const value = args[at];
    if (value === undefined || !setter(order, value)) return null;
  }
  return order.restarts && order.stops ? null : order;
}

const noOrder: Order = {
  restarts: false,
  stops: false,
  aborts: false,
  delaySeconds: 30,
  comment: '',
  reason: '',
};

type Reason = Parameters<Invocation['host']['power']['shutDown']>[0]['reason'];

/** `p:2:17` is planned; its code has the top bit, the major reason in bits 16 to 23, the minor one below. */
function reasonOf(
  { reason, restarts, comment }: Order,
  { host, context }: Invocation,
): Reason | null {
  const match = /^(?:(p|u):)?(\d+):(\d+)$/i.exec(reason === '' ? '0:0' : reason);
  if (match === null) return null;
  const isPlanned = match[1]?.toLowerCase() === 'p';
  const [major, minor] = [Number(match[2]), Number(match[3])];
  if (major > 255 || minor > 65_535) return null;
  return shutdownReason({
    process: 'C:\\Windows\\system32\\shutdown.exe',
    user:
      context.identity === 'system'
        ? 'NT AUTHORITY\\SYSTEM'
        : `${host.windows.computerName}\\Administrator`,
    isRestart: restarts,
    comment,
    code: (isPlanned ? 0x80000000 : 0) + major * 65_536 + minor,
    isGiven: reason !== '',
  });
}

function finish(code: number, { stderr }: Invocation): number {
  if (code !== 0) stderr.line(`${texts[code] ?? 'The parameter is incorrect.'}(${code})`);
  return code;
}
