/** A request of a program on the host that came to nothing: the HRESULT that Windows has for it, and its text. */
export class WebFailure extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** Errors of WinHTTP are 12000 and more of facility WIN32. */
const ofWin32 = (win32: number): number => (0x80070000 | win32) >>> 0;

const known: ReadonlyMap<string, readonly [win32: number, text: string]> = new Map([
  ['ENOTFOUND', [12007, 'The server name or address could not be resolved']],
  ['ECONNREFUSED', [12029, 'A connection with the server could not be established']],
  ['ECONNRESET', [12030, 'The connection with the server was terminated abnormally']],
  ['CERT_HAS_EXPIRED', [12037, 'The date in the certificate is invalid or has expired']],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    [12038, 'The host name in the certificate is invalid or does not match'],
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', [12045, 'The certificate authority is invalid or incorrect']],
  ['SELF_SIGNED_CERT_IN_CHAIN', [12045, 'The certificate authority is invalid or incorrect']],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', [12045, 'The certificate authority is invalid or incorrect']],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    [12045, 'The certificate authority is invalid or incorrect'],
  ],
]);

export function webFailureOf(error: unknown): WebFailure {
  if (error instanceof WebFailure) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const [win32, text] = known.get(code) ?? [
    12152,
    'The server returned an invalid or unrecognized response',
  ];
  return new WebFailure(ofWin32(win32), text);
}

/** Names of statuses as BITS and certutil print them. */
const statusTexts: ReadonlyMap<number, string> = new Map([
  [401, 'Access denied (401)'],
  [403, 'Forbidden (403)'],
  [404, 'Not found (404)'],
  [500, 'Internal server error (500)'],
  [503, 'Service unavailable (503)'],
]);

/** FACILITY_HTTP: the status is in the lower half, e.g. 0x80190194 for 404. */
export const statusFailure = (status: number): WebFailure =>
  new WebFailure((0x80190000 | status) >>> 0, statusTexts.get(status) ?? `HTTP status ${status}`);
