import { z } from 'zod';
import { block, duration, line, text, whole } from '../contracts/fields.schema';
import { hostIdPattern } from '../contracts/ids';
import { advised, parseWith, shown } from '../contracts/parsed.schema';
import type { Parsed } from '../contracts/parsed.schema';
import type { LabFaults, LabShell, WindowsOptions } from './types';

/** What is wrong with the hosts of a fleet and what will go wrong with them, as a person writes it. */
export interface LabScenario {
  /** How many times faster than life things on the hosts take. */
  readonly timeScale: number;
  /** Host keys are made of it. */
  readonly seed: string;
  readonly defaults: ScenarioHost;
  readonly hosts: { readonly [hostId: string]: ScenarioHost };
}

export interface ScenarioHost {
  readonly windows?: WindowsOptions;
  readonly faults?: LabFaults;
  /** The account's shell over SSH; nothing to a host that is reached by WinRM. */
  readonly shell?: LabShell;
}

/** A duration with a unit, such as 90s, or plain milliseconds, as the names of the fields say. */
const milliseconds = z.preprocess(
  (value) => (typeof value === 'number' && Number.isInteger(value) ? `${value}ms` : value),
  duration(),
);

/** As milliseconds, and less than nothing too: clocks are behind, clocks step back. */
const signedMilliseconds = z.unknown().transform((value, context) => {
  const written = typeof value === 'number' ? `${value}ms` : String(value).trim();
  const size = duration().safeParse(written.replace(/^-/, ''));
  if (size.success) return written.startsWith('-') ? -size.data : size.data;
  const advice = 'write milliseconds or a duration such as 90s or -5m';
  context.addIssue({ code: 'custom', message: advised(`is ${shown(value)}`, advice) });
  return z.NEVER;
});

const bytes = whole(0, Number.MAX_SAFE_INTEGER);
const exitCode = whole(-2_147_483_648, 4_294_967_295);

/** YAML reads a bare year as a number. */
const exchange = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.union([z.boolean(), z.enum(['2010', '2013'])]),
);

const packageState = z.enum([
  'absent',
  'installed',
  'install-pending',
  'uninstall-pending',
  'superseded',
  'staged',
]);

const registryKey = text(
  /^HK(?:LM|EY_LOCAL_MACHINE)\\.+[^\\]$/i,
  'write HKLM\\ and the key below it',
);
const registryData = z
  .union([z.int().min(0).max(4_294_967_295), z.string(), z.array(z.string())])
  .nullable();

const filePath = text(
  /^(?:[A-Z]:|%(?:windir|systemroot)%)\\.+$/i,
  'write a whole path, such as C:\\Windows\\x.dll or %windir%\\x.dll',
);
const fileVersion = text(
  /^(?:\d+(?:\.\d+){3})?$/,
  "write four numbers, such as 6.1.7601.22823, or ''",
);

const service = block({
  displayName: line(256),
  state: z.enum(['running', 'stopped']),
  startMode: z.enum(['auto', 'manual', 'disabled']),
  dependsOn: z.array(line(256)),
  image: line(255),
}).partial();

const mailboxServer = block({
  dag: line(63),
  activationPolicy: z.enum(['Blocked', 'IntrasiteOnly', 'Unrestricted']).exactOptional(),
  suspendedCopies: z.array(line(63)).exactOptional(),
  inMaintenance: z.boolean().exactOptional(),
});

const windows = block({
  edition: z.enum(['2008r2-sp1', '2008r2-rtm', '2012r2']),
  role: z.enum(['member-server', 'domain-controller']),
  computerName: text(/^[A-Za-z0-9-]{1,15}$/, 'write 1 to 15 letters, digits and hyphens'),
  exchange,
  iis: z.boolean(),
  dns: z.boolean(),
  domainControllers: z.array(line(255)),
  ldap: z.enum(['none', 'stall', 'stall-one-dc', 'server-down', 'unavailable']),
  ldapSinceMs: milliseconds,
  topologyLevel: whole(0, 7).nullable(),
  logReachMs: milliseconds,
  hotfix: z.enum(['absent', 'installed', 'install-pending']),
  packages: z.record(line(200), packageState),
  registry: z.record(registryKey, z.record(line(255), registryData).nullable()),
  files: z.record(filePath, fileVersion.nullable()),
  services: z.record(line(256), service.nullable()),
  processorTime: z.record(line(255), whole(0, 100_000)),
  stoppedServices: z.array(line(256)),
  freeBytes: bytes,
  codePage: whole(1, 65_535),
  clockOffsetMs: signedMilliseconds,
  servicingBusyMs: milliseconds,
  managementShell: z.record(line(63), mailboxServer),
}).partial();

const faults = block({
  unreachable: z.enum(['always', 'after-first-session']),
  refuseLogin: z.boolean(),
  tokenFiltered: z.boolean(),
  shellsRefused: z.boolean(),
  slowMs: milliseconds,
  hang: z.array(line(256)),
  cutReply: whole(1, 1_000_000),
  installExitCode: exitCode,
  removeExitCode: exitCode,
  diskFull: z.boolean(),
  bootMs: milliseconds,
  winRmDelayMs: milliseconds,
  neverReturns: z.boolean(),
  secondRebootAfterMs: milliseconds,
  clockStepMs: signedMilliseconds,
  symptomStays: z.boolean(),
  servicesStuck: z.array(line(256)),
  startRefused: z.array(line(256)),
  stopStuck: z.array(line(256)),
  installMs: milliseconds,
}).partial();

const host = block({
  windows: windows.optional(),
  faults: faults.optional(),
  shell: z.enum(['cmd', 'powershell', 'posix']).optional(),
});

const hostName = text(
  hostIdPattern,
  'write a host id of letters, digits, dots and hyphens, at most 63',
);

/** Without one the keys of the example fleet would change with every start. */
export const defaultSeed = 'lab';

const scenario = block({
  timeScale: z.number().min(0.001).max(100_000).default(1),
  seed: line(100).default(defaultSeed),
  defaults: host.default({}),
  hosts: z.record(hostName, host).default({}),
});

/** @returns the scenario, or everything that is wrong with it */
export const parseScenario = (raw: unknown): Parsed<LabScenario> =>
  // zod says "or undefined" of what may be left out; a field that was left out is not there at all.
  parseWith(scenario, raw ?? {}) as Parsed<LabScenario>;
