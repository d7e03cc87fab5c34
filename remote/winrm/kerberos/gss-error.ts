import type { BufferDesc, Gssapi, OidDesc } from './library';

/** Routine errors of RFC 2744, 3.9.1, as they stand in bits 16 to 23 of the major status. */
export const routineErrors = {
  badBindings: 4,
  badSignature: 6,
  noCredential: 7,
  defectiveToken: 9,
  defectiveCredential: 10,
  credentialsExpired: 11,
  contextExpired: 12,
} as const;

/** ERROR_TABLE_BASE_krb5 -1765328384, which codes of RFC 4120, 7.5.9 are added to, as an unsigned number. */
const krb5Table = 2 ** 32 - 1765328384;
/** ERROR_TABLE_BASE_k5g: what MIT's mechanism adds of its own. */
const gssKrb5Table = 39756032;

/** What a GSSAPI function said that failed. The text is to be quoted, never to be decided on. */
export class GssError extends Error {
  readonly major: number;
  readonly minor: number;

  constructor(major: number, minor: number, text: string) {
    super(text);
    this.name = 'GssError';
    this.major = major;
    this.minor = minor;
  }

  get routineError(): number {
    return (this.major >>> 16) & 0xff;
  }

  /** Number in the table of Kerberos; from 128 on they are the library's own. Null when the code is none of it. */
  get krb5Code(): number | null {
    return within(this.minor - krb5Table, 256);
  }

  /** Number in the table of MIT's GSSAPI mechanism; null when the code is none of it. */
  get mechanismCode(): number | null {
    return within(this.minor - gssKrb5Table, 256);
  }
}

const within = (offset: number, size: number): number | null =>
  offset >= 0 && offset < size ? offset : null;

/** The mechanism's text where it has one: that of the major status names only the kind of trouble. */
export function statusText(gss: Gssapi, major: number, minor: number, mechanism: OidDesc): string {
  const texts = minor === 0 ? [] : display(gss, minor, 2, mechanism);
  return (texts.length > 0 ? texts : display(gss, major, 1, mechanism)).join(': ');
}

/** @param type 1 for a major status, 2 for one of the mechanism (RFC 2744, 5.11) */
function display(gss: Gssapi, status: number, type: 1 | 2, mechanism: OidDesc): string[] {
  const texts: string[] = [];
  const more: [number] = [0];
  do {
    const text: BufferDesc = {};
    const minor: [number] = [0];
    if (gss.displayStatus(minor, status, type, mechanism, more, text) !== 0) break;
    if (typeof text.value === 'bigint') {
      texts.push(gss.bytesAt(text.value, Number(text.length)).toString());
    }
    gss.releaseBuffer(minor, text);
  } while (more[0] !== 0);
  return texts;
}
