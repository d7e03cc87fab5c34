import { dirname } from 'node:path';

import { parseInclude } from '../../contracts/include.schema';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { InputProblem } from '../input/bad-input';
import type { YamlFile } from '../input/read-yaml';
import { type Block, blockAt, type FoundHost, type Surroundings } from './found-host';
import { placeOf } from './origin';
import { collectProblems, type Report } from './report';
import { readInclude } from './read-include';

export interface Included {
  /** By include, then by name. */
  readonly found: readonly ReadonlyMap<string, FoundHost>[];
  readonly problems: readonly InputProblem[];
  /** Hosts of which something was refused: what is missing of them in consequence is no news. */
  readonly refused: ReadonlySet<string>;
}

/** Everything that the `include` of a fleet leads to. */
export async function readIncludes(fleet: YamlFile, file: string): Promise<Included> {
  const { report, problems } = collectProblems();
  const refused = new Set<string>();
  const found: Map<string, FoundHost>[] = [];
  const places = new Map<string, FoundHost>();
  for (const [index, raw] of entriesOf(fleet.value).entries()) {
    const hosts = new Map<string, FoundHost>();
    found.push(hosts);
    const parsed = parseInclude(raw);
    // What is wrong with the entry itself is told with the rest of the fleet.
    if (!parsed.ok) continue;
    const complain = (field: string, message: string, advice: string): void => {
      const path: FieldPath = ['include', index, ...(field === '' ? [] : [field])];
      const name = `include[${index}]${field === '' ? '' : `.${field}`}`;
      report({ file, line: fleet.locate(path).line }, name, message, advice);
    };
    const around = surroundingsOf(fleet.value, raw, parsed.value.labelVars ?? []);
    const result = await readInclude(parsed.value, dirname(file), around, report, complain);
    for (const name of result.refused) refused.add(name);
    for (const host of result.hosts) {
      if (isTwin(host, places, report)) continue;
      places.set(host.name.toLowerCase(), host);
      hosts.set(host.name, host);
    }
  }
  return { found, problems: problems(), refused };
}

function entriesOf(fleet: unknown): readonly unknown[] {
  const { include } = (fleet ?? {}) as { include?: unknown };
  return Array.isArray(include) ? include : [];
}

function isTwin(host: FoundHost, places: Map<string, FoundHost>, report: Report): boolean {
  const twin = places.get(host.name.toLowerCase());
  if (twin === undefined) return false;
  const message = `${host.name} is in ${placeOf(twin.origin)} as well`;
  report(
    host.origin,
    '',
    message,
    'take it from one of the two: hosts: of an include leaves hosts out',
  );
  return true;
}

function surroundingsOf(
  fleet: unknown,
  entry: unknown,
  labelVars: readonly string[],
): Surroundings {
  const hosts = blockAt(fleet, 'hosts');
  const below: Block = {
    ...blockAt(blockAt(fleet, 'defaults'), 'connection'),
    ...blockAt(entry, 'connection'),
  };
  return {
    below,
    above: (host) => blockAt(blockAt(hosts, host), 'connection'),
    jumpHosts: blockAt(fleet, 'jumpHosts'),
    labelVars,
  };
}
