/** What wevtutil says of a command line or a log that it cannot use, and the code it ends with. */
export class WevtutilError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function badParameter(sentence: string): WevtutilError {
  return new WevtutilError(`${sentence}\r\nThe parameter is incorrect.`, 87);
}

export function unsupported(what: string): WevtutilError {
  return new WevtutilError(`${what}\r\nThe request is not supported.`, 50);
}

export function noSuchChannel(sentence: string): WevtutilError {
  const text = `${sentence} The specified channel could not be found. Check channel configuration.`;
  return new WevtutilError(text, 15_007);
}
