import { randomBytes } from 'node:crypto';
import type { Segment } from './base64-lines';

/** Files of one upload beside the final one. */
export interface UploadFiles {
  readonly path: string;
  readonly folder: string;
  /**
   * What has arrived so far. Named by the digest, over every transport alike: whoever uploads the same bytes goes on
   * with it, and another package's part is never taken for it.
   */
  readonly part: string;
  /** Files of segments, of this and of earlier uploads. */
  readonly segments: readonly [text: string, bytes: string];
  /**
   * Base64 lines of one segment, and the bytes made of them. Named anew for each upload: the findstr of one that was
   * cut keeps its file open until the host notices, which may take minutes.
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
  return `del /f /q "${text}" "${bytes}" 2>nul & ${sizeLine(part)}`;
}

/**
 * Brings one segment; prints the size of all that is there then, and behind the last one its digest. `copy` appends
 * only to a part that has the size it should have: the command of an upload that was cut may end after the next one
 * has begun.
 */
export function segmentLine(files: UploadFiles, segment: Segment, isLast: boolean): string {
  const { folder, text } = files;
  const takeInput = `mkdir "${folder}" 2>nul & findstr "^" >"${text}"`;
  return `${takeInput} && ${decodeLine(files, segment, isLast)}`;
}

/** The same once the base64 lines are on the host. */
export function decodeLine(files: UploadFiles, { from }: Segment, isLast: boolean): string {
  const { text, bytes, part } = files;
  const add =
    from === 0
      ? `move /y "${bytes}" "${part}" >nul`
      : `(for %I in ("${part}") do @if "%~zI"=="${from}" copy /b /y "${part}"+"${bytes}" "${part}" >nul)`;
  return [
    `certutil -f -decode "${text}" "${bytes}" >nul`,
    add,
    `(${sizeLine(part)})`,
    ...(isLast ? [digestLine(files)] : []),
  ].join(' && ');
}

/** Begins the file of base64 lines for a host whose shell hands on no standard input. */
export const beginTextLine = ({ folder, text }: UploadFiles): string =>
  `mkdir "${folder}" 2>nul & type nul >"${text}"`;

/** Appends base64 lines to it. They hold nothing that cmd.exe understands. */
export const appendTextLine = ({ text }: UploadFiles, lines: readonly string[]): string =>
  `(${lines.map((line) => `echo ${line}`).join('&')})>>"${text}"`;

export const emptyLine = ({ folder, part }: UploadFiles): string =>
  `mkdir "${folder}" 2>nul & type nul >"${part}"`;

export const digestLine = ({ part }: UploadFiles): string => `certutil -hashfile "${part}" SHA256`;

/** Clears what cut uploads have left, too: short ones do not look before they begin. */
export const finishLine = ({ segments: [text, bytes], part, path }: UploadFiles): string =>
  `del /f /q "${text}" "${bytes}" 2>nul & move /y "${part}" "${path}" >nul`;

export const tidyLine = ({ text, bytes, part }: UploadFiles, withPart: boolean): string =>
  `del /f /q "${text}" "${bytes}"${withPart ? ` "${part}"` : ''} 2>nul`;

export const sizeLine = (path: string): string => `for %I in ("${path}") do @echo %~zI`;

/** Of a file that is not there `%~zI` is nothing, and echo says in the host's language that it is on. */
export function readSize(stdout: Buffer): number | null {
  const lines = stdout.toString('latin1').split(/\r?\n/);
  const line = lines.map((text) => text.trim()).find((text) => /^\d{1,15}$/.test(text));
  return line === undefined ? null : Number(line);
}
