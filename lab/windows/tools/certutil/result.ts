import { FileError } from '../../files/file-error';

/** A verb that failed: what certutil prints of it and ends with. */
export class VerbFailed extends Error {
  readonly code: number;
  /** How certutil explains the code in brackets. */
  readonly origin: string;

  constructor(text: string, code: number, origin: string) {
    super(text);
    this.code = code;
    this.origin = origin;
  }
}

export function win32Failure(text: string, win32: number): VerbFailed {
  return new VerbFailed(text, (0x80070000 | win32) >>> 0, `WIN32: ${win32}`);
}

export const invalidData = (): VerbFailed => win32Failure('The data is invalid.', 13);
export const fileExists = (): VerbFailed => win32Failure('The file exists.', 80);
export const badParameter = (): VerbFailed => win32Failure('The parameter is incorrect.', 87);

export function asVerbFailure(error: unknown): VerbFailed {
  if (error instanceof VerbFailed) return error;
  if (error instanceof FileError) return win32Failure(error.message, error.win32);
  throw error;
}

export const hex = (code: number): string => `0x${code.toString(16).padStart(8, '0')}`;
