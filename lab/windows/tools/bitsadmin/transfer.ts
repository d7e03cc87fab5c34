import { FileError } from '../../files/file-error';
import type { Host } from '../../host';
import { createProcessControl, ProcessKilled } from '../../process/process-control';
import { askServer, type WebAnswer } from '../../web/ask-server';
import { statusFailure, WebFailure } from '../../web/web-failure';
import { temporaryOf, type BitsJob } from './jobs';

/** Lets the service work on a job, until the machine goes down or the job is cancelled. */
export function startTransfer(host: Host, job: BitsJob): void {
  job.control = createProcessControl();
  job.state = 'QUEUED';
  // Jobs run in a service of the system: a shutdown ends them.
  const commandLine = 'C:\\Windows\\System32\\svchost.exe -k netsvcs';
  const entry = host.processes.add('svchost.exe', commandLine, 'system', job.control);
  void work(host, job)
    .catch((error: unknown) => {
      if (!(error instanceof ProcessKilled)) throw error;
      job.state = 'SUSPENDED';
    })
    .finally(() => host.processes.remove(entry));
}

/** Errors that pass are tried again until nothing has come for as long as the job says. */
async function work(host: Host, job: BitsJob): Promise<void> {
  let waitedMs = 0;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await fetchFile(host, job);
      job.state = 'TRANSFERRED';
      return;
    } catch (error) {
      if (!(error instanceof WebFailure)) throw error;
      job.error = error;
      if (!passes(error) || waitedMs >= job.noProgressMs) {
        job.state = 'ERROR';
        return;
      }
    }
    job.state = 'TRANSIENT_ERROR';
    const delayMs = Math.min(job.retryDelayMs, job.noProgressMs - waitedMs);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await host.clock.sleep(delayMs, job.control);
    waitedMs += delayMs;
  }
}

/** WinHTTP's errors, and those of a server that may be well again later. */
function passes({ code }: WebFailure): boolean {
  return (code & 0xffff0000) >>> 0 === 0x80070000
    ? code !== diskFull
    : code >= 0x801901f4 && code < 0x80190258;
}

const diskFull = 0x80070070;

/**
 * First the size, then ranges of it: BITS takes a file only from servers that speak HTTP/1.1, tell a length and give
 * ranges (Microsoft, "HTTP Requirements for BITS Downloads").
 */
async function fetchFile(host: Host, job: BitsJob): Promise<void> {
  const { file, control } = job;
  if (file === null) return;
  job.state = 'CONNECTING';
  const head = await askServer(host, control, { url: file.url, method: 'HEAD' });
  if (head.status !== 200) throw statusFailure(head.status);
  if (head.httpVersion !== '1.1') throw new WebFailure(0x80200012, unfit);
  if (head.headers['content-length'] === undefined) throw new WebFailure(0x80200011, noSize);
  job.total = Number(head.headers['content-length']);
  job.transferred = 0;
  const writer = opened(() => host.files.open(temporaryOf(job), 'truncate'));
  job.state = 'TRANSFERRING';
  try {
    if (job.total > 0) {
      await askServer(host, control, {
        url: file.url,
        method: 'GET',
        headers: { range: `bytes=0-${job.total - 1}` },
        onHead: requireRange,
        onBytes: (bytes) => {
          opened(() => writer.write(bytes));
          job.transferred += bytes.length;
        },
      });
    }
  } finally {
    writer.close();
  }
}

const unfit = 'The server does not support the necessary HTTP protocol';
const noSize = 'The server did not return the file size';

function requireRange({ status }: WebAnswer): void {
  if (status === 206) return;
  if (status !== 200) throw statusFailure(status);
  throw new WebFailure(0x80200013, unfit);
}

function opened<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new WebFailure((0x80070000 | error.win32) >>> 0, error.message);
  }
}
