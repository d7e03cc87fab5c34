import type { Invocation } from '../../process/invocation';
import type { TaskPlan } from '../../tasks/tasks';
import type { SchtasksLine } from './command-line';

/** Longest `/tr` that schtasks takes. */
const longestAction = 261;

const schedules: ReadonlySet<string> = new Set([
  'minute',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'once',
  'onstart',
  'onlogon',
  'onidle',
  'onevent',
]);
const systemNames: ReadonlySet<string> = new Set([
  'system',
  'nt authority\\system',
  'localsystem',
  '',
]);

/** `/create`. Times are kept as typed: no task of the lab starts by its schedule, only by `/run`. */
export function createTask({ values, flags }: SchtasksLine, invocation: Invocation): number {
  const { host, stdout, stderr } = invocation;
  const problem = problemOf(values);
  if (problem !== null) {
    stderr.text(`ERROR: ${problem}\r\nType "SCHTASKS /CREATE /?" for usage.\r\n`);
    return 1;
  }
  const name = values.get('tn') ?? '';
  if ((values.get('tr') ?? '').length > longestAction) {
    stderr.line(`ERROR: Value for '/tr' option cannot be more than ${longestAction} character(s).`);
    return 1;
  }
  if (host.tasks.find(name) !== null && !flags.has('f')) {
    stdout.text(
      `WARNING: The task name "${name}" already exists. Do you want to replace it (Y/N)? `,
    );
    stderr.text('\r\nERROR: The operation was canceled by the user.\r\n');
    return 1;
  }
  const plan = planOf(values, invocation);
  host.tasks.create(plan);
  if (plan.schedule === 'once' && isPast(plan.startTime, host.clock.now())) {
    stdout.line('WARNING: The option ST is set to a time in the past; the task might not run.');
  }
  stdout.line(`SUCCESS: The scheduled task "${name}" has successfully been created.`);
  return 0;
}

function planOf(values: SchtasksLine['values'], { host, context }: Invocation): TaskPlan {
  const name = values.get('tn') ?? '';
  const isHighest = values.get('rl')?.toLowerCase() === 'highest';
  return {
    name: name.startsWith('\\') ? name : `\\${name}`,
    command: values.get('tr') ?? '',
    user: userOf(values.get('ru')),
    runLevel: isHighest ? 'highest' : 'limited',
    schedule: (values.get('sc') ?? '').toLowerCase(),
    startTime: values.get('st') ?? '',
    author:
      context.identity === 'system' ? 'SYSTEM' : `${host.windows.computerName}\\Administrator`,
  };
}

function userOf(typed: string | undefined): string {
  if (typed === undefined) return 'Administrator';
  return systemNames.has(typed.toLowerCase()) ? 'SYSTEM' : typed;
}

type Check = (values: SchtasksLine['values']) => string | null;

const valueOf = (values: SchtasksLine['values'], name: string): string =>
  (values.get(name) ?? '').toLowerCase();

const checks: readonly Check[] = [
  (values) => {
    const missing = ['tn', 'tr', 'sc'].find((option) => !values.has(option));
    return missing === undefined ? null : mandatory(missing);
  },
  (values) => (schedules.has(valueOf(values, 'sc')) ? null : 'Invalid Schedule Type specified.'),
  (values) =>
    ['', 'highest', 'limited'].includes(valueOf(values, 'rl'))
      ? null
      : 'Invalid value for /RL option.',
  (values) => (valueOf(values, 'sc') === 'once' && !values.has('st') ? mandatory('st') : null),
  (values) =>
    /^(([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$/.test(valueOf(values, 'st'))
      ? null
      : 'Invalid Starttime value.',
  (values) =>
    /[/:*?"<>|]/.test(valueOf(values, 'tn'))
      ? 'The filename, directory name, or volume label syntax is incorrect.'
      : null,
];

function mandatory(option: string): string {
  return `Invalid syntax. Mandatory option '${option}' is missing.`;
}

function problemOf(values: SchtasksLine['values']): string | null {
  for (const check of checks) {
    const problem = check(values);
    if (problem !== null) return problem;
  }
  return null;
}

function isPast(startTime: string, now: number): boolean {
  const [hours = 0, minutes = 0] = startTime.split(':').map(Number);
  const today = new Date(now);
  return hours * 60 + minutes < today.getUTCHours() * 60 + today.getUTCMinutes();
}
