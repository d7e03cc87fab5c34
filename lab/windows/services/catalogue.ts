import type { LabService } from '../../types';
import type { WindowsFacts } from '../options';
import { exchange2010Rows } from './exchange-2010-rows';
import { exchange2013Rows } from './exchange-2013-rows';
import type { ServiceRow } from './service-row';
import { directoryRows, dnsRow, webRows, windowsRows } from './windows-rows';

/** What the installation says about a service. */
export interface ServiceDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly startMode: 'auto' | 'manual' | 'disabled';
  readonly dependsOn: readonly string[];
  readonly image: string;
  /** Shares its process with others of the same image. */
  readonly isShared: boolean;
  /** False for services that take no stop, such as RpcSs. */
  readonly isStoppable: boolean;
  readonly startMs: number;
  readonly stopMs: number;
}

type Roles = Pick<WindowsFacts, 'exchange' | 'iis' | 'dns' | 'role' | 'services'>;

const unstoppable = new Set(['DcomLaunch', 'RpcSs', 'EventLog']);
/** The store writes its databases back before it ends; the rest is quick. */
const slowMs: Readonly<Record<string, number>> = {
  MSExchangeIS: 8000,
  MSExchangeTransport: 5000,
  MSExchangeRPC: 4000,
};

const catalogues = new Map<string, readonly ServiceDefinition[]>();

/** Services of a machine; one list for all machines of the same roles that a scenario leaves as they are. */
export function catalogueOf(windows: Roles): readonly ServiceDefinition[] {
  const { exchange, iis, dns, role, services } = windows;
  const key = `${exchange} ${iis} ${dns} ${role}`;
  const usual = catalogues.get(key) ?? rowsOf(windows).map(definitionOf).toSorted(byName);
  catalogues.set(key, usual);
  return Object.keys(services).length === 0 ? usual : withOwn(usual, services);
}

function rowsOf({ exchange, iis, dns, role }: Roles): ServiceRow[] {
  const isDomainController = role === 'domain-controller';
  const exchangeRows = exchange === '2013' ? exchange2013Rows : exchange2010Rows;
  return [
    ...windowsRows,
    ...(isDomainController ? directoryRows : []),
    ...(dns ? [dnsRow(isDomainController)] : []),
    ...(iis ? webRows : []),
    ...(exchange === null ? [] : exchangeRows),
  ];
}

function withOwn(
  usual: readonly ServiceDefinition[],
  services: Roles['services'],
): readonly ServiceDefinition[] {
  const found = new Map(usual.map((one) => [one.name.toLowerCase(), one]));
  for (const [name, own] of Object.entries(services)) {
    const key = name.toLowerCase();
    if (own === null) found.delete(key);
    else found.set(key, changed(found.get(key) ?? definitionOf(newRow(name)), own));
  }
  return [...found.values()].toSorted(byName);
}

const newRow = (name: string): ServiceRow => [name, name, 'auto', '', `${name}.exe`];

function changed(usual: ServiceDefinition, own: LabService): ServiceDefinition {
  const { displayName, startMode, dependsOn, image } = own;
  return {
    ...usual,
    ...(displayName !== undefined && { displayName }),
    ...(startMode !== undefined && { startMode }),
    ...(dependsOn !== undefined && { dependsOn }),
    ...(image !== undefined && { image, isShared: isSharedImage(image) }),
  };
}

function byName(a: ServiceDefinition, b: ServiceDefinition): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}

function isSharedImage(image: string): boolean {
  return image === 'svchost.exe' || image === 'lsass.exe';
}

function definitionOf([
  name,
  displayName,
  startMode,
  dependsOn,
  image,
]: ServiceRow): ServiceDefinition {
  const ms = slowMs[name] ?? (name.startsWith('MSExchange') ? 2000 : 500);
  return {
    name,
    displayName,
    startMode,
    dependsOn: dependsOn === '' ? [] : dependsOn.split(' '),
    image,
    isShared: isSharedImage(image),
    isStoppable: !unstoppable.has(name),
    startMs: ms,
    stopMs: ms,
  };
}
