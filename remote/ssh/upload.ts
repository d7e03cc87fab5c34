import { Failure } from '../../contracts/failures';
import type { CommandInput } from '../command-input';
import type {
  CommandResult,
  RunOptions,
  UploadOptions,
  UploadResult,
  UploadSource,
} from '../session';
import { onlyForward } from '../upload/only-forward';
import { uploadFiles } from '../upload/commands';
import type { UploadFiles } from '../upload/commands';
import { defaultSegmentBytes } from '../upload/segments';
import { openSource } from '../upload/source';
import type { OpenedSource } from '../upload/source';
import type { SshLink } from './link';
import { sshFailure } from './errors';
import { openPlace } from './sftp-place';
import { bringByCommands } from './upload-segments';
import { bringBySftp } from './upload-sftp';

/** Runs a line of cmd.exe, whatever the account's shell is. */
export type RunWithInput = (
  commandLine: string,
  options?: RunOptions,
  input?: CommandInput,
) => Promise<CommandResult>;

/** Numbers of an upload. Tests shorten them; nothing else changes them. */
export interface UploadTuning {
  /** How long the SFTP server may answer nothing while it is asked something, in milliseconds. @default 60 s */
  readonly stallMs: number;
  /** Bytes of a file that travel in one command where there is no SFTP. @default 6000000 */
  readonly segmentBytes: number;
}

const defaultUploadTuning: UploadTuning = { stallMs: 60_000, segmentBytes: defaultSegmentBytes };

/** What one upload is about, for its steps. */
export interface Upload {
  readonly link: SshLink;
  readonly files: UploadFiles;
  readonly source: OpenedSource;
  readonly sha256: string;
  /** Ends with the deadline, and when the caller says so. */
  readonly signal: AbortSignal;
  /** Runs within the deadline; a command that exceeds it rejects. */
  readonly run: (commandLine: string, input?: CommandInput) => Promise<CommandResult>;
  /** For what is to be run after that. */
  readonly runRaw: RunWithInput;
  /** Bytes that are on the host so far; what was told before is not told again. */
  readonly tell: (sent: number) => void;
}

const defaultTimeoutMs = 30 * 60_000;
/** How long an upload that was cancelled may take to remove what nobody can go on with. */
const cleanUpMs = 2_000;

/**
 * Puts a file on the host: by SFTP where the server has it and shows the drive, else through commands. Either way under
 * the name of a part first, which the next upload of the same bytes to the same path goes on with; its digest is
 * compared on the host; then it is renamed.
 *
 * @throws Failure upload-failed, upload-corrupt, disk-full, command-timeout, hostile-reply, too-many-sessions,
 * bad-request, or one of the connection; or the reason of the caller's signal
 */
export async function uploadOver(
  link: SshLink,
  run: RunWithInput,
  source: UploadSource,
  path: string,
  options: UploadOptions,
  tuning: UploadTuning = defaultUploadTuning,
): Promise<UploadResult> {
  const startedAt = performance.now();
  refusePath(path, link);
  refuseDigest(source);
  const opened = await openSource(source, link.where.host);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = createDeadline(link, path, timeoutMs, options.signal);
  const upload: Upload = {
    link,
    files: uploadFiles(path, source.sha256),
    source: opened,
    sha256: source.sha256,
    signal: deadline.signal,
    run: async (line, input) => {
      const result = await run(line, { timeoutMs, signal: deadline.signal }, input);
      if (result.timedOut) throw overdue(link, path, timeoutMs);
      return result;
    },
    runRaw: run,
    tell: onlyForward((sent) => options.onProgress?.(sent, opened.bytes)),
  };
  try {
    const brought = await withinGrace(bring(upload, tuning), deadline.signal);
    const durationMs = Math.round(performance.now() - startedAt);
    return { bytes: opened.bytes, ...brought, durationMs };
  } finally {
    deadline.dispose();
    await opened.close();
  }
}

type Brought = Required<Pick<UploadResult, 'resumedFrom' | 'way'>>;

async function bring(upload: Upload, { stallMs, segmentBytes }: UploadTuning): Promise<Brought> {
  const { link, files, signal } = upload;
  const place = await openPlace(link, files.path, stallMs, signal);
  if (place !== null) {
    try {
      const resumedFrom = await bringBySftp({ ...upload, place });
      if (resumedFrom !== null) return { resumedFrom, way: 'sftp' };
    } finally {
      place.sftp.end();
    }
  }
  return { resumedFrom: await bringByCommands(upload, segmentBytes), way: 'commands' };
}

/** Lets work that was cancelled clean up after itself, but not for longer than a moment. */
function withinGrace<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), cleanUpMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void work
      .then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error))
      .finally(() => {
        signal.removeEventListener('abort', onAbort);
        clearTimeout(timer);
      });
  });
}

function createDeadline(
  link: SshLink,
  path: string,
  timeoutMs: number,
  cancelled: AbortSignal | undefined,
): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(overdue(link, path, timeoutMs)), timeoutMs);
  return {
    signal:
      cancelled === undefined ? controller.signal : AbortSignal.any([cancelled, controller.signal]),
    dispose: () => clearTimeout(timer),
  };
}

const overdue = (link: SshLink, path: string, timeoutMs: number): Failure =>
  sshFailure(
    'command-timeout',
    `the upload of ${path} took longer than ${timeoutMs} ms`,
    link.where,
    { facts: { path, timeoutMs } },
  );

function refuseDigest({ sha256 }: UploadSource): void {
  if (/^[0-9a-f]{64}$/.test(sha256)) return;
  throw new Failure('bad-request', 'the sha256 of an upload must be 64 lower-case hex digits');
}

/** The path stands in command lines between double quotes; what cmd.exe would expand there is refused. */
function refusePath(path: string, link: SshLink): void {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/^[A-Za-z]:(\\[^\\/:*?"<>|%\u0000-\u001f]+)+$/.test(path)) return;
  throw new Failure('bad-request', `${JSON.stringify(path)} is no full path of a file on Windows`, {
    facts: { ...link.where },
    advice: 'write it like C:\\Windows\\Temp\\file.ext, without " % and wildcards',
  });
}
