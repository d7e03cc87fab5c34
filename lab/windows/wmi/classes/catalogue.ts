import type { Host } from '../../host';
import { applicationPool } from './application-pool';
import { dataFile } from './data-file';
import { eventLogRecord } from './event-log-record';
import { bios, computerSystem, logicalDisk, processor } from './hardware';
import { operatingSystem } from './operating-system';
import { process } from './process';
import { processCounters } from './process-counters';
import { quickFixEngineering } from './quick-fix-engineering';
import { registryProvider } from './registry-provider';
import { service, terminalService } from './service';
import type { WmiClass } from './wmi-class';

const usualNamespace = 'root/cimv2';

const classes: readonly WmiClass[] = [
  applicationPool,
  bios,
  computerSystem,
  dataFile,
  eventLogRecord,
  logicalDisk,
  operatingSystem,
  process,
  processCounters,
  processor,
  quickFixEngineering,
  registryProvider,
  service,
  terminalService,
];

export function namespaceOf({ namespace = usualNamespace }: WmiClass): string {
  return namespace;
}

/** IIS has a namespace of its own, which is there when IIS is. */
export function hasNamespace(namespace: string, { pools }: Host): boolean {
  const isThere = pools !== null || !isIn(applicationPool, namespace);
  return isThere && classes.some((one) => isIn(one, namespace));
}

export function classByAlias(alias: string): WmiClass | null {
  return classes.find((one) => one.alias === alias.toLowerCase()) ?? null;
}

/** @param namespace in any case, with slashes or backslashes. @default root/cimv2 */
export function classByName(name: string, namespace = usualNamespace): WmiClass | null {
  const found = classes.find(
    (one) => one.name.toLowerCase() === name.toLowerCase() && isIn(one, namespace),
  );
  return found ?? null;
}

function isIn(one: WmiClass, namespace: string): boolean {
  return namespaceOf(one).toLowerCase() === namespace.replaceAll('\\', '/').toLowerCase();
}
