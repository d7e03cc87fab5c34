import type { AppPoolFacts } from '../../contracts/facts';
import { readXml } from './read-xml';
import type { XmlAttributes } from './read-xml';

type Element = { readonly name: string; readonly attributes: XmlAttributes };

const poolStates = ['started', 'stopped', 'starting', 'stopping'] as const;

/**
 * Pools in what `appcmd list apppool /xml` printed, with the workers of `appcmd list wp /xml` and the applications of
 * `appcmd list app /xml`. A pool's name counts in any case of letters, as it does for IIS.
 *
 * ```
 * <appcmd><APPPOOL APPPOOL.NAME=".." PipelineMode=".." RuntimeVersion=".." state="Started" /></appcmd>
 * <appcmd><WP WP.NAME="4242" APPPOOL.NAME=".." /></appcmd>
 * <appcmd><APP APP.NAME="Default Web Site/rpc" path="/rpc" APPPOOL.NAME=".." SITE.NAME=".." /></appcmd>
 * ```
 *
 * @returns null when one of the texts is no such list
 */
export function parseAppPools(
  poolsXml: string,
  workersXml: string,
  applicationsXml: string,
): AppPoolFacts[] | null {
  const pools = elementsOf(poolsXml);
  const workers = elementsOf(workersXml);
  const applications = elementsOf(applicationsXml);
  if (pools === null || workers === null || applications === null) return null;
  return named(pools, 'APPPOOL').map((attributes) => {
    const name = attributes['APPPOOL.NAME'] ?? '';
    const state = (attributes['state'] ?? '').toLowerCase();
    const isOfPool = (other: XmlAttributes): boolean =>
      other['APPPOOL.NAME']?.toLowerCase() === name.toLowerCase();
    return {
      name,
      state: poolStates.find((one) => one === state) ?? 'unknown',
      workers: named(workers, 'WP')
        .filter(isOfPool)
        .map((worker) => Number(worker['WP.NAME']))
        .filter((pid) => Number.isSafeInteger(pid) && pid > 0)
        .toSorted((a, b) => a - b),
      applications: named(applications, 'APP')
        .filter(isOfPool)
        .flatMap((application) => application['APP.NAME'] ?? []),
    };
  });
}

const named = (elements: readonly Element[], name: string): XmlAttributes[] =>
  elements.filter((element) => element.name === name).map(({ attributes }) => attributes);

/** Elements with their attributes; null when the text is no such document, only its beginning, or an error. */
function elementsOf(xml: string): Element[] | null {
  const start = xml.indexOf('<appcmd');
  if (start < 0) return null;
  const elements: Element[] = [];
  let depth = 0;
  const isDamaged = readXml(xml.slice(start).trimEnd(), {
    open: (name, attributes) => {
      depth += 1;
      elements.push({ name, attributes });
    },
    close: () => {
      depth -= 1;
    },
  });
  const isList = !isDamaged && depth === 0 && elements.every(({ name }) => name !== 'ERROR');
  return isList ? elements : null;
}
