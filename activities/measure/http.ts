import { Failure } from '../../contracts/failures';
import type { GateCheck } from '../../contracts/gate';
import type { Judged } from '../../domain/gate';
import { fillUrl } from '../../domain/gate';
import type { Asking } from './asking';
import { getPage, shownUrl, webUrl } from './web-page';

export async function measureHttp(
  { deps, host, signal }: Asking,
  check: GateCheck & { readonly kind: 'http' },
): Promise<Judged> {
  const url = webUrl(fillUrl(check.url, host));
  const { contains, timeoutMs, caFile, credentialRef } = check;
  const isWanted = (status: number): boolean => check.status.includes(status);
  const page = await getPage(
    deps,
    { url, timeoutMs, caFile, credentialRef, signal },
    (status) => contains !== null && isWanted(status),
  );
  const message = `${shownUrl(url)} answered ${page.status}`;
  if (!isWanted(page.status)) return { phase: 'failed', message };
  if (contains === null) return { phase: 'successful', message };
  const wanted = JSON.stringify(contains);
  if (page.body.includes(contains))
    return { phase: 'successful', message: `${message} with ${wanted}` };
  if (page.isWhole) return { phase: 'failed', message: `${message} without ${wanted}` };
  throw new Failure(
    'unexpected-output',
    `${message} with more than a megabyte, the first without ${wanted}`,
  );
}
