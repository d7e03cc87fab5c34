export type FileErrorCode =
  'ENOENT' | 'ENOSPC' | 'EEXIST' | 'EACCES' | 'ENOTDIR' | 'EISDIR' | 'ENOTEMPTY' | 'EINVAL';

/** A file operation that failed; the text is the one Windows has for it. */
export class FileError extends Error {
  readonly code: FileErrorCode;
  /** The Win32 error of it, as tools print it. */
  readonly win32: number;

  constructor(code: FileErrorCode) {
    super(texts[code].text);
    this.code = code;
    this.win32 = texts[code].win32;
  }
}

const texts: Readonly<Record<FileErrorCode, { readonly text: string; readonly win32: number }>> = {
  ENOENT: { text: 'The system cannot find the path specified.', win32: 3 },
  ENOSPC: { text: 'There is not enough space on the disk.', win32: 112 },
  EEXIST: { text: 'Cannot create a file when that file already exists.', win32: 183 },
  EACCES: { text: 'Access is denied.', win32: 5 },
  ENOTDIR: { text: 'The directory name is invalid.', win32: 267 },
  EISDIR: { text: 'Access is denied.', win32: 5 },
  ENOTEMPTY: { text: 'The directory is not empty.', win32: 145 },
  EINVAL: {
    text: 'The filename, directory name, or volume label syntax is incorrect.',
    win32: 123,
  },
};
