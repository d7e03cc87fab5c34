import { randomBytes } from 'node:crypto';
import { Failure } from '../../contracts/failures';
import type { RunOptions, Session, UploadOptions, UploadResult, UploadSource } from '../session';
import type { SshLink } from './connect';
import { digestIn, emptySha256 } from './digest';
import { sshFailure } from './errors';
import type { Ssh2Error } from './errors';
import { openSftp, sftpStatus } from './sftp';
import type { Sftp } from './sftp';
import { refusedWrite } from './upload-failure';
import { openSource } from './upload-source';
import type { LocalBytes } from './upload-source';

const defaultTimeoutMs = 30 * 60_000;
const chunkBytes = 32 * 1024;
/** Writes under way at once: a single one would make the speed chunk size by round-trip time. */
const writesInFlight = 32;
/** How long an upload that was cancelled may take to remove what it has written so far. */
const cleanUpMs = 2_000;

/** What one upload is about, for its steps. */
export interface Upload {
  readonly link: SshLink;
  readonly run: Session['run'];
  readonly sftp: Sftp;
  readonly local: LocalBytes;
  readonly sha256: string;
  readonly path: string;
  /** Beside the final name, so that the last step is a rename within one folder. */
  readonly partial: string;
  readonly commandOptions: RunOptions;
  readonly signal: AbortSignal;
  readonly onProgress: UploadOptions['onProgress'];
}

/** Puts a file on the host: SFTP to a temporary name, digest on the host, rename. */
export async function uploadOver(
  link: SshLink,
  run: Session['run'],
  source: UploadSource,
  path: string,
  options: UploadOptions,
): Promise<UploadResult> {
  const startedAt = performance.now();
  refusePath(path, link);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = new AbortController();
  const timer = setTimeout(
    () =>
      deadline.abort(
        sshFailure(
          'command-timeout',
          `the upload of ${path} took longer than ${timeoutMs} ms`,
          link.where,
        ),
      ),
    timeoutMs,
  );
  const signal =
    options.signal === undefined
      ? deadline.signal
      : AbortSignal.any([options.signal, deadline.signal]);
  const local = await openSource(source).catch((error: unknown) => {
    clearTimeout(timer);
    throw error;
  });
  try {
    const sftp = await openSftp(link);
    try {
      const work = carryOut({
        link,
        run,
        sftp,
        local,
        sha256: source.sha256,
        path,
        partial: `${path}.${randomBytes(6).toString('hex')}.part`,
        commandOptions: { timeoutMs, signal },
        signal,
        onProgress: options.onProgress,
      });
      await withinGrace(work, signal);
    } finally {
      sftp.end();
    }
    return {
      bytes: local.size,
      resumedFrom: 0,
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    clearTimeout(timer);
    await local.close();
  }
}

/** Lets work that was cancelled clean up after itself, but not for longer than a moment. */
function withinGrace(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), cleanUpMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    });
  });
}

async function carryOut(upload: Upload): Promise<void> {
  const handle = await createPartial(upload);
  try {
    await writeAll(upload, handle);
    await upload.sftp
      .closeFile(handle)
      .catch((error: Ssh2Error) => refusedWrite(upload, error, 'written'));
    await compareDigest(upload);
    await rename(upload);
  } catch (error) {
    // Nothing under a temporary name stays behind while the host can still be told.
    if (upload.link.lost === null) {
      await upload.sftp.closeFile(handle).catch(() => undefined);
      await upload.sftp.remove(upload.partial).catch(() => undefined);
    }
    throw error;
  }
}

async function createPartial(upload: Upload): Promise<Buffer> {
  try {
    return await upload.sftp.create(upload.partial);
  } catch (error) {
    if ((error as Ssh2Error).code !== sftpStatus.noSuchFile)
      return refusedWrite(upload, error, 'created');
    await makeFolder(upload);
    return upload.sftp
      .create(upload.partial)
      .catch((again: unknown) => refusedWrite(upload, again, 'created'));
  }
}

/** cmd's mkdir makes the whole way down, which SFTP's does not. */
async function makeFolder(upload: Upload): Promise<void> {
  const folder = upload.path.slice(0, upload.path.lastIndexOf('\\'));
  const { exitCode } = await upload.run(`mkdir "${folder}"`, upload.commandOptions);
  if (exitCode !== 0)
    throw sshFailure(
      'upload-failed',
      `the folder ${folder} could not be made (exit ${exitCode})`,
      upload.link.where,
    );
}

/** Workers share one position, so that the writes that are under way are always the next ones. */
async function writeAll(upload: Upload, handle: Buffer): Promise<void> {
  const { local, sftp, signal } = upload;
  let next = 0;
  let sent = 0;
  const takePosition = (): number | null => {
    if (next >= local.size) return null;
    const position = next;
    next += chunkBytes;
    return position;
  };
  const work = async () => {
    for (let position = takePosition(); position !== null; position = takePosition()) {
      signal.throwIfAborted();
      const bytes = await local.read(position, Math.min(chunkBytes, local.size - position));
      await sftp
        .write(handle, bytes, position)
        .catch((error: unknown) => refusedWrite(upload, error, 'written'));
      sent += bytes.length;
      upload.onProgress?.(sent, local.size);
    }
  };
  const workOrStopAll = () =>
    work().catch((error: unknown) => {
      next = local.size;
      throw error;
    });
  const results = await Promise.allSettled(Array.from({ length: writesInFlight }, workOrStopAll));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  signal.throwIfAborted();
  if (local.size === 0) upload.onProgress?.(0, 0);
}

async function compareDigest(upload: Upload): Promise<void> {
  const actual = await digestOnHost(upload);
  if (actual === upload.sha256) return;
  throw sshFailure(
    'upload-corrupt',
    `${upload.path} arrived with another content`,
    upload.link.where,
    {
      facts: { expected: upload.sha256, actual },
    },
  );
}

async function digestOnHost(upload: Upload): Promise<string> {
  if (upload.local.size === 0 && (await upload.sftp.size(upload.partial)) === 0) return emptySha256;
  const { exitCode, stdout } = await upload.run(
    `certutil -hashfile "${upload.partial}" SHA256`,
    upload.commandOptions,
  );
  const digest = exitCode === 0 ? digestIn(stdout) : null;
  if (digest !== null) return digest;
  throw sshFailure(
    'upload-failed',
    `certutil told no digest of ${upload.partial} (exit ${exitCode})`,
    upload.link.where,
  );
}

async function rename(upload: Upload): Promise<void> {
  const { exitCode } = await upload.run(
    `move /y "${upload.partial}" "${upload.path}"`,
    upload.commandOptions,
  );
  if (exitCode !== 0)
    throw sshFailure(
      'upload-failed',
      `${upload.path} could not be put in place (move ended with ${exitCode})`,
      upload.link.where,
      { advice: 'check that no program holds the file open and that the account may replace it' },
    );
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
