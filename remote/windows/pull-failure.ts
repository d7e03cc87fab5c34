import { Failure } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import { noToolCode } from './pull-script';

/** What a pull that did not bring the package left behind. */
export interface PullEnd {
  readonly url: string;
  /** Unsigned 32-bit code of the script. */
  readonly code: number;
  readonly log: string;
}

interface Why {
  readonly code: FailureCode;
  readonly reason: string;
  readonly what: string;
}

/** Why the package did not come, told by codes: what the tools print beside them is localised. */
export function pullFailure({ url, code, log }: PullEnd): Failure {
  const error = code >= 0x80000000 ? code : errorIn(log);
  const why = code === noToolCode ? noTool : whyOf(error);
  const named = error === null ? '' : ` (0x${error.toString(16).padStart(8, '0')})`;
  return new Failure(why.code, `the host did not get ${url}: ${why.what}${named}`, {
    facts: {
      url,
      reason: why.reason,
      error: error === null ? null : `0x${error.toString(16)}`,
      exitCode: code,
      log: log.trim().slice(-300),
    },
  });
}

/** The first HRESULT of a failure that is printed; bitsadmin follows it with codes of lesser things. */
function errorIn(log: string): number | null {
  const text = /\b0x8[0-9a-f]{7}\b/i.exec(log)?.[0];
  return text === undefined ? null : Number(text);
}

const noTool: Why = {
  code: 'url-refused',
  reason: 'no-tool',
  what: 'it has neither bitsadmin nor certutil; give the plan a file instead',
};

const unreachable = (reason: string, what: string): Why => ({
  code: 'url-unreachable',
  reason,
  what,
});

/** WinHTTP's errors as HRESULTs: facility WIN32, 12000 and more ("Error Messages (Winhttp.h)"). */
const network: ReadonlyMap<number, Why> = new Map([
  [0x80072ee2, unreachable('timeout', 'the server did not answer in time')],
  [0x80072ee7, unreachable('name', 'the name of the server is not known to it')],
  [0x80072efd, unreachable('connect', 'it cannot connect to the server')],
  [0x80072efe, unreachable('cut', 'the connection was cut')],
  [0x80072f05, tls('the certificate of the server is out of date')],
  [0x80072f06, tls('the certificate of the server is for another name')],
  [0x80072f0d, tls('it does not know the issuer of the server’s certificate')],
  [0x80072f7d, tls('it cannot agree on TLS with the server')],
  [0x80072f8f, tls('it does not accept the certificate of the server')],
  [
    0x80070070,
    { code: 'disk-full', reason: 'disk-full', what: 'its drive has no room for the package' },
  ],
]);

function tls(what: string): Why {
  return { code: 'url-refused', reason: 'tls', what };
}

/** Statuses that pass by themselves: time-outs, too many requests. */
const passing = [408, 425, 429];

function whyOf(error: number | null): Why {
  if (error === null) return unreachable('unknown', 'its tool does not say why');
  const known = network.get(error);
  if (known !== undefined) return known;
  // FACILITY_HTTP: the status is in the lower half.
  if (error >>> 16 !== 0x8019) return unreachable('unknown', 'its tool failed');
  const status = error & 0xffff;
  const what = `the server answered with HTTP ${status}`;
  if (status >= 500 || passing.includes(status)) return unreachable('http', what);
  return { code: 'url-refused', reason: status === 404 ? 'not-found' : 'http', what };
}
