import { dataFile } from './data-file';
import { bios, computerSystem, logicalDisk, processor } from './hardware';
import { operatingSystem } from './operating-system';
import { process } from './process';
import { quickFixEngineering } from './quick-fix-engineering';
import { service } from './service';
import type { WmiClass } from './wmi-class';

const classes: readonly WmiClass[] = [
  bios,
  computerSystem,
  dataFile,
  logicalDisk,
  operatingSystem,
  process,
  processor,
  quickFixEngineering,
  service,
];

export function classByAlias(alias: string): WmiClass | null {
  return classes.find((one) => one.alias === alias.toLowerCase()) ?? null;
}

export function classByName(name: string): WmiClass | null {
  return classes.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? null;
}
