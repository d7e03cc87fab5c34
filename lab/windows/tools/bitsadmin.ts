import { randomUUID } from 'node:crypto';
import { FileError } from '../files/file-error';
import { resolvePath } from '../files/paths';
import type { Invocation, Program } from '../process/invocation';
import { createJob, jobsOf, temporaryOf, type BitsJob } from './bitsadmin/jobs';
import { startTransfer } from './bitsadmin/transfer';

/** What a verb prints; `raw` stands in its place under /RAWRETURN. */
interface Said {
  readonly text: string;
  readonly raw?: string;
}

type Verb = (job: BitsJob, operands: readonly string[], invocation: Invocation) => Said;

/** A verb that failed: what it says, and the HRESULT with which bitsadmin ends. */
class Refused extends Error {
  readonly code: number;

  constructor(text: string, code: number) {
    super(text);
    this.code = code;
  }
}

const banner = [
  '',
  'BITSADMIN version 3.0 [ 7.5.7601 ]',
  'BITS administration utility.',
  '(C) Copyright 2000-2006 Microsoft Corp.',
  '',
  'BITSAdmin is deprecated and is not guaranteed to be available in future versions of Windows.',
  'Administrative tools for the BITS service are now provided by BITS PowerShell cmdlets.',
  '',
  '',
].join('\r\n');

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['addfile', addFile],
  ['setpriority', setPriority],
  ['setnoprogresstimeout', setSeconds('noProgressMs', 'No progress timeout')],
  ['setminretrydelay', setSeconds('retryDelayMs', 'Minimum retry delay')],
  ['resume', resume],
  ['getstate', ({ state }) => ({ text: `State: ${state}\r\n`, raw: state })],
  ['getbytestransferred', ({ transferred }) => number('Bytes transferred', transferred)],
  ['getbytestotal', ({ total }) => number('Bytes total', total)],
  ['geterror', ({ error, file }) => ({ text: errorText(error, file) })],
  ['complete', complete],
  ['cancel', cancel],
]);

/**
 * The verbs that a script needs to fetch one file. Who is logged on over the network only is refused as in life: BITS
 * wants an interactive logon of the owner; the local system counts as logged on (Microsoft, "Users and Network
 * Connections"). Its texts are common knowledge, not recorded ones.
 */
export const bitsadmin: Program = (invocation) => {
  const words = invocation.args.map((arg) => arg.toLowerCase());
  const isRaw = words[0] === '/rawreturn';
  const [verb = '', ...operands] = isRaw ? invocation.args.slice(1) : invocation.args;
  if (!isRaw) invocation.stdout.text(banner);
  try {
    const { text, raw } = carryOut(verb.toLowerCase().replace(/^[-/]/, ''), operands, invocation);
    invocation.stdout.text(isRaw ? (raw ?? text) : text);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    invocation.stdout.text(error.message);
    return error.code;
  }
};

function carryOut(name: string, operands: readonly string[], invocation: Invocation): Said {
  const { host, context } = invocation;
  const jobs = jobsOf(host);
  if (name === 'create') {
    if (context.identity !== 'system') throw notLoggedOn();
    const jobName = operands.find((word) => !word.startsWith('/'));
    if (jobName === undefined) throw usage();
    const job = createJob(`{${randomUUID().toUpperCase()}}`, jobName);
    jobs.set(job.id, job);
    return { text: `Created job ${job.id}.\r\n`, raw: job.id };
  }
  const verb = verbs.get(name);
  const [jobName, ...rest] = operands;
  if (verb === undefined || jobName === undefined) throw usage();
  return verb(findJob(jobs, jobName), rest, invocation);
}

function findJob(jobs: ReadonlyMap<string, BitsJob>, name: string): BitsJob {
  const found = [...jobs.values()].filter((job) => job.name === name || job.id === name);
  const [job] = found;
  if (job === undefined) throw new Refused(`Unable to find job named "${name}".\r\n`, 0x80200001);
  if (found.length > 1) throw new Refused(`The job name "${name}" is not unique.\r\n`, 0x80070057);
  return job;
}

function notLoggedOn(): Refused {
  const text =
    'Unable to create job - 0x800704dd\r\n' +
    'The operation being requested was not performed because the user has not logged on to the network.\r\n' +
    'The specified service does not exist.\r\n\r\n';
  return new Refused(text, 0x800704dd);
}

const usage = (): Refused =>
  new Refused('Invalid command.\r\nUSAGE: BITSADMIN [/RAWRETURN] [/WRAP | /NOWRAP] command\r\n', 1);

function addFile(job: BitsJob, [url, path]: readonly string[], invocation: Invocation): Said {
  if (url === undefined || path === undefined || !/^[a-z]:\\/i.test(path)) throw usage();
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new Refused(`Unable to add file to job - 0x8020000f\r\n`, 0x8020000f);
  }
  job.file = { url, path: resolvePath(path, invocation.workingDirectory) };
  return { text: `Added ${url} -> ${path} to job.\r\n` };
}

function setPriority(job: BitsJob, [priority = '']: readonly string[]): Said {
  if (!/^(foreground|high|normal|low)$/i.test(priority)) throw usage();
  job.priority = priority.toUpperCase();
  return { text: `Priority set to ${job.priority}.\r\n` };
}

function setSeconds(field: 'noProgressMs' | 'retryDelayMs', title: string): Verb {
  return (job, [text = '']) => {
    if (!/^\d{1,9}$/.test(text)) throw usage();
    job[field] = Number(text) * 1000;
    return { text: `${title} set to ${text}.\r\n` };
  };
}

function resume(job: BitsJob, _operands: readonly string[], { host }: Invocation): Said {
  if (job.file === null) throw new Refused('Unable to resume job - 0x80200007\r\n', 0x80200007);
  if (job.state === 'SUSPENDED' || job.state === 'ERROR') startTransfer(host, job);
  return { text: 'Job resumed.\r\n' };
}

const number = (title: string, value: number | null): Said => {
  const text = value === null ? 'UNKNOWN' : String(value);
  return { text: `${title}: ${text}\r\n`, raw: text };
};

function errorText(error: BitsJob['error'], file: BitsJob['file']): string {
  if (error === null) return 'Unable to get error information - 0x8020000c\r\n';
  const context = 'The error occurred while the remote file was being processed.';
  return [
    `ERROR FILE:    ${file?.url ?? ''} -> ${file?.path ?? ''}`,
    `ERROR CODE:    0x${error.code.toString(16)} - ${error.message}.`,
    `ERROR CONTEXT: 0x00000005 - ${context}`,
    '',
    '',
  ].join('\r\n');
}

function complete(job: BitsJob, _operands: readonly string[], { host }: Invocation): Said {
  if (job.state !== 'TRANSFERRED' || job.file === null) {
    throw new Refused('Unable to complete job - 0x80200002\r\n', 0x80200002);
  }
  const { url, path } = job.file;
  try {
    host.files.rename(temporaryOf(job), path, true);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const code = (0x80070000 | error.win32) >>> 0;
    throw new Refused(`Unable to complete job - 0x${code.toString(16)}\r\n`, code);
  }
  jobsOf(host).delete(job.id);
  host.record('url-fetched', { url, path, bytes: job.transferred, tool: 'bitsadmin' });
  return { text: 'Job completed.\r\n' };
}

function cancel(job: BitsJob, _operands: readonly string[], { host }: Invocation): Said {
  job.control.kill();
  jobsOf(host).delete(job.id);
  if (host.files.stat(temporaryOf(job)) !== null) host.files.removeFile(temporaryOf(job));
  return { text: 'Job canceled.\r\n' };
}
