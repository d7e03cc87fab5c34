import type { RunOptions, Session } from '../session';
import { linesOf } from './decode';
import { quoteArgument } from './quoting';
import type { ServiceTable } from './service-table';
import { askWithServices, serviceIn } from './service-table';

/** Lower-case service name to the services that run and need it, directly or through others. */
export type Dependents = { readonly [name: string]: readonly string[] };

/**
 * Which running services need which: as the service control manager itself has it, which also decides what it refuses
 * to stop (1051). A host whose sc does not tell has no dependents here, and refuses what must not be stopped.
 *
 * @throws Failure of the connection; `unexpected-output` when the host lists no services
 */
export async function lookAtDependents(
  session: Session,
  names: readonly string[],
  options: Pick<RunOptions, 'signal'>,
): Promise<{ readonly table: ServiceTable; readonly dependents: Dependents }> {
  const direct = new Map<string, readonly string[]>();
  for (let next = [...names]; ;) {
    // Without a buffer size sc cuts the list at 1 KB.
    const questions = next.map((name, index) => ({
      name: `dependents-${index}`,
      command: `sc enumdepend ${quoteArgument(name)} 65536 2>&1`,
    }));
    const { table, of } = await askWithServices(session, questions, options);
    for (const [index, name] of next.entries()) {
      const rows = parseDependents(of(`dependents-${index}`).text, table);
      direct.set(
        name.toLowerCase(),
        rows.filter((row) => serviceIn(table, row).state !== 'stopped'),
      );
    }
    const seen = new Set([...direct.values()].flat());
    next = [...seen].filter((name) => !direct.has(name.toLowerCase()));
    if (next.length === 0) return { table, dependents: closed(direct) };
  }
}

/**
 * Key names in what `sc enumdepend` printed. Titles are translated on some hosts (NOMBRE_SERVICIO), so that each row is
 * known by its place: the first line after a blank one, with a name that the host has.
 *
 * ```
 * Enum: entriesRead  = 1
 *
 * SERVICE_NAME: MSExchangeIS
 * DISPLAY_NAME: Microsoft Exchange Information Store
 *         TYPE               : 10  WIN32_OWN_PROCESS
 * ```
 */
export function parseDependents(text: string, table: ServiceTable): string[] {
  const lines = linesOf(text);
  return lines.flatMap((line, at) => {
    const title = /^[^\s:][^:]*:\s*(\S.*?)\s*$/.exec(line);
    const isFirst = (lines[at - 1] ?? '').trim() === '';
    const known = isFirst ? table.get(title?.[1]?.toLowerCase() ?? '') : undefined;
    return known === undefined ? [] : [known.name];
  });
}

function closed(direct: ReadonlyMap<string, readonly string[]>): Dependents {
  const all = (name: string, seen: Set<string>): Set<string> => {
    for (const dependent of direct.get(name.toLowerCase()) ?? []) {
      if (seen.has(dependent)) continue;
      seen.add(dependent);
      all(dependent, seen);
    }
    return seen;
  };
  return Object.fromEntries([...direct.keys()].map((name) => [name, [...all(name, new Set())]]));
}

export function needs(dependents: Dependents, dependent: string, needed: string): boolean {
  const wanted = dependent.toLowerCase();
  return (dependents[needed.toLowerCase()] ?? []).some((name) => name.toLowerCase() === wanted);
}
