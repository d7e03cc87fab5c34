import { randomBytes } from 'node:crypto';
import { Failure } from '../../contracts/failures';
import type { Target } from './errors';
import type { Segment } from './upload-encoding';
import { isXmlText } from './wire/xml';

/** Files of one upload beside the final one. */
export interface UploadFiles {
  readonly path: string;
  readonly folder: string;
  /** What has arrived so far. Named by the digest: whoever uploads the same bytes goes on with it. */
  readonly part: string;
  /** Files of segments, of this and of earlier uploads. */
  readonly segments: readonly [text: string, bytes: string];
  /**
   * Base64 lines of one segment, and the bytes made of them. Named anew for each upload: the findstr of one that was
   * cut keeps its file open until the host frees the shell, which may take minutes.
   */
  readonly text: string;
  readonly bytes: string;
}

export function uploadFiles(path: string, sha256: string): UploadFiles {
  const stem = `${path}.${sha256.slice(0, 16)}`;
  const tag = randomBytes(4).toString('hex');
  return {
    path,
    folder: path.slice(0, Math.max(path.lastIndexOf('\\'), path.indexOf(':') + 2)),
    part: `${stem}.part`,
    segments: [`${stem}.*.b64`, `${stem}.*.bin`],
    text: `${stem}.${tag}.b64`,
    bytes: `${stem}.${tag}.bin`,
  };
}

/** Prints how many bytes of the file are there, and clears what cut uploads have left of single segments. */
export function lookLine({ segments: [text, bytes], part }: UploadFiles): string {
  return `del /f /q "${text}" "${bytes}" 2>nul & ${sizeOf(part)}`;
}

/**
 * Brings one segment; prints the size of all that is there then, and behind the last one its digest. `copy` appends
 * only to a part that has the size it should have: the command of an upload that was cut may end after the next one
 * has begun.
 */
export function segmentLine(files: UploadFiles, { from }: Segment, isLast: boolean): string {
  const { folder, text, bytes, part } = files;
  const add =
    from === 0
      ? `move /y "${bytes}" "${part}" >nul`
      : `(for %I in ("${part}") do @if "%~zI"=="${from}" copy /b /y "${part}"+"${bytes}" "${part}" >nul)`;
  return [
    `mkdir "${folder}" 2>nul & findstr "^" >"${text}"`,
    `certutil -f -decode "${text}" "${bytes}" >nul`,
    add,
    `(${sizeOf(part)})`,
    ...(isLast ? [digestLine(files)] : []),
  ].join(' && ');
}

export const emptyLine = ({ folder, part }: UploadFiles): string =>
  `mkdir "${folder}" 2>nul & type nul >"${part}"`;

export const digestLine = ({ part }: UploadFiles): string => `certutil -hashfile "${part}" SHA256`;

export const finishLine = ({ text, bytes, part, path }: UploadFiles): string =>
  `del /f /q "${text}" "${bytes}" 2>nul & move /y "${part}" "${path}" >nul`;

export const tidyLine = ({ text, bytes, part }: UploadFiles, withPart: boolean): string =>
  `del /f /q "${text}" "${bytes}"${withPart ? ` "${part}"` : ''} 2>nul`;

const sizeOf = (path: string): string => `for %I in ("${path}") do @echo %~zI`;

/** Of a file that is not there `%~zI` is nothing, and echo says in the host's language that it is on. */
export function readSize(stdout: Buffer): number | null {
  const line = linesOf(stdout).find((text) => /^\d{1,15}$/.test(text));
  return line === undefined ? null : Number(line);
}

/** The one line of hex alone; 2008 R2 puts blanks between the bytes, and the line before it is translated. */
export function readDigest(stdout: Buffer): string | null {
  const lines = linesOf(stdout).map((line) => line.replace(/ /g, '').toLowerCase());
  return lines.find((line) => /^[0-9a-f]{64}$/.test(line)) ?? null;
}

const linesOf = (stdout: Buffer): string[] =>
  stdout
    .toString('latin1')
    .split(/\r?\n/)
    .map((line) => line.trim());

/** A percent sign would be replaced inside quotes too. */
export function refuseUnquotable(path: string, target: Target): void {
  if (/^[A-Za-z]:\\[^"<>|?*/%\r\n]*[^"<>|?*/%\\\r\n]$/.test(path) && isXmlText(path)) return;
  throw new Failure('bad-request', `"${path}" is no full path of a file on Windows`, {
    facts: { host: target.host, path },
    advice: 'write the path as in C:\\Windows\\Temp\\package.msu',
  });
}
