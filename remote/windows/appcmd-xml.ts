import type { AppPoolFacts } from '../../contracts/facts';
import { readXml } from './read-xml';
import type { XmlAttributes } from './read-xml';

type Element = { readonly name: string; readonly attributes: XmlAttributes };

const poolStates = ['started', 'stopped', 'starting', 'stopping'] as const;

/** Pools in what `appcmd list apppool /xml` printed, with the workers of `appcmd list wp /xml`. */
export function parseAppPools(poolsXml: string, workersXml: string): AppPoolFacts[] | null {
  const pools = elementsOf(poolsXml);
  const workers = elementsOf(workersXml);
  if (pools === null || workers === null) return null;
  return pools
    .filter((element) => element.name === 'APPPOOL')
    .map(({ attributes }) => {
      const name = attributes['APPPOOL.NAME'] ?? '';
      const state = (attributes['state'] ?? '').toLowerCase();
      return {
        name,
        state: poolStates.find((one) => one === state) ?? 'unknown',
        workers: workers
          .filter((worker) => worker.name === 'WP' && worker.attributes['APPPOOL.NAME'] === name)
          .map((worker) => Number(worker.attributes['WP.NAME']))
          .filter((pid) => Number.isSafeInteger(pid) && pid > 0)
          .toSorted((a, b) => a - b),
      };
    });
}

/** Elements with their attributes; null when the text is no such document or only its beginning. */
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
  return isDamaged || depth !== 0 ? null : elements;
}
