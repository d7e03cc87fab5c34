import { Failure } from '../../contracts/failures';
import type { GateCheck } from '../../contracts/gate';
import type { Judged } from '../../domain/gate';
import { fillText, fillUrl, judgeValues } from '../../domain/gate';
import type { Asking } from './asking';
import type { Page } from './web-page';
import { getPage, shownUrl, webUrl } from './web-page';

/** An instant query (Prometheus, "HTTP API"): https://prometheus.io/docs/prometheus/latest/querying/api/ */
export async function measurePrometheus(
  { deps, host, signal }: Asking,
  check: GateCheck & { readonly kind: 'prometheus' },
): Promise<Judged> {
  const { timeoutMs, caFile, credentialRef } = check;
  const url = webUrl(fillUrl(check.url, host));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  url.searchParams.set('query', fillText(check.query, host));
  const page = await getPage(deps, { url, timeoutMs, caFile, credentialRef, signal }, () => true);
  const answer = answerOf(page, shownUrl(url));
  const judged = judgeValues(answer.values, check);
  // "Errors that do not inhibit the request execution": what is missing because of them may have said no.
  if (answer.warning === null || judged.phase === 'failed') return judged;
  return { phase: 'inconclusive', message: `${judged.message}; warned: ${answer.warning}` };
}

/** @throws Failure for everything that is no result with numbers */
function answerOf(
  { status, body }: Page,
  asked: string,
): { readonly values: readonly number[]; readonly warning: string | null } {
  const where = `${asked} answered ${status}`;
  const answer = fieldsOf(json(body));
  if (answer === null) throw noResult(`${where} without JSON of its API`);
  if (answer['status'] !== 'success') {
    throw noResult(`${where}: ${textOf(answer['errorType'])}, ${textOf(answer['error'])}`);
  }
  // "Every successful API request returns a 2xx status code": something in between has made this up.
  if (status < 200 || status > 299) throw noResult(`${where} with a result in it`);
  const { warnings } = answer;
  const data = fieldsOf(answer['data']);
  const warning = Array.isArray(warnings) && warnings.length > 0 ? textOf(warnings[0]) : null;
  return { values: valuesOf(data?.['resultType'], data?.['result'], where), warning };
}

function valuesOf(resultType: unknown, result: unknown, where: string): number[] {
  if (resultType === 'scalar') return [numberOf(result, where)];
  if (resultType === 'vector' && Array.isArray(result)) {
    return result.map((sample) => numberOf(fieldsOf(sample)?.['value'], where));
  }
  throw noResult(`${where} with a ${textOf(resultType)}, not with a scalar or a vector`);
}

/** `[time, "value"]`; the value may be `NaN`, `+Inf` or `-Inf`. A sample that is a histogram has none. */
function numberOf(pair: unknown, where: string): number {
  const text: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (typeof text === 'string' && /^[-+]?\d/.test(text) && Number.isFinite(Number(text)))
    return Number(text);
  throw noResult(`${where} with a sample that is no number`);
}

const noResult = (what: string): Failure =>
  new Failure('unexpected-output', what, { advice: 'try the query in the server itself' });

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const fieldsOf = (value: unknown): { readonly [name: string]: unknown } | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: unknown })
    : null;

const textOf = (value: unknown): string =>
  (typeof value === 'string' ? value : 'nothing said').slice(0, 200);
