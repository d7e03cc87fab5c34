import type { HostFacts, OsFacts, ServiceFacts } from '../../contracts/facts';
import type { Architecture, ProductType } from '../../contracts/hotfix';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { Section, Sections } from './composite';
import type { Files } from './observations/files';
import type { KeyAnswer } from './observations/registry-value';
import type { ProbeQuestion } from './probe-questions';
import { registryNumber } from './registry';
import { parseServices } from './service-list';
import { instancesOf, isoOfCimDateTime, parseValueBlocks, wholeNumber } from './value-blocks';
import { whyNot } from './why-not';

const productTypes: { readonly [number: string]: ProductType } = {
  '1': 'workstation',
  '2': 'domain-controller',
  '3': 'server',
};

export function hostTimeOf(os: Section): Answer<string> {
  if (!os.succeeded) return whyNot('wmic os', os);
  const time = parseValueBlocks(os.text)[0]?.['LocalDateTime'];
  const iso = time === undefined ? null : isoOfCimDateTime(time);
  return iso === null ? unknown('wmic os gave no time of the host') : known(iso);
}

export function osOf(os: Section, processor: Section): Answer<OsFacts> {
  if (!os.succeeded) return whyNot('wmic os', os);
  const block = parseValueBlocks(os.text)[0] ?? {};
  const version = block['Version'] ?? '';
  const servicePack = wholeNumber(block['ServicePackMajorVersion']);
  const productType = productTypes[block['ProductType'] ?? ''];
  const architecture = architectureOf(processor, block['OSArchitecture'] ?? '');
  if (!/^\d+\.\d+\.\d+$/.test(version) || servicePack === null) {
    return unknown('wmic os gave no version');
  }
  if (productType === undefined) return unknown('wmic os gave no product type');
  if (architecture === null) return unknown('the host did not tell its architecture');
  return known({
    version,
    servicePack,
    productType,
    architecture,
    caption: (block['Caption'] ?? '').slice(0, 200),
    computerName: (block['CSName'] ?? '').slice(0, 64),
  });
}

/**
 * PROCESSOR_ARCHITEW6432 is what a 32-bit process sees of a 64-bit Windows, undefined and hence unreplaced in others.
 * OSArchitecture is localised ("64 bits", "64-Bit") and does not tell Itanium apart: only its number is used.
 */
function architectureOf(processor: Section, osArchitecture: string): Architecture | null {
  const names = processor.succeeded ? processor.text.trim().split(/\s+/) : [];
  const name = names.findLast((one) => /^(AMD64|IA64|x86)$/i.test(one))?.toLowerCase();
  if (name === 'ia64') return 'ia64';
  const bits = /\d+/.exec(osArchitecture)?.[0];
  if (bits === '64' || name === 'amd64') return 'x64';
  return bits === '32' || name === 'x86' ? 'x86' : null;
}

/** All of them. A host always has some: none at all is a reply that makes no sense, not a host without any. */
export function servicesOf(sections: Sections): Answer<readonly ServiceFacts[]> {
  const section = sections.of('services');
  const all = parseServices(section.text);
  return section.succeeded && all.length > 0 ? known(all) : whyNot('wmic service', section);
}

export function freeBytesOf(section: Section): Answer<number> {
  if (!section.succeeded) return whyNot('wmic logicaldisk', section);
  const free = wholeNumber(parseValueBlocks(section.text)[0]?.['FreeSpace']);
  return free === null ? unknown('wmic logicaldisk gave no free space') : known(free);
}

export function listedAsHotfixOf(section: Section, id: string): Answer<boolean> {
  if (!section.succeeded) return whyNot('wmic qfe', section);
  const fixes = instancesOf(section.text, 'HotFixID');
  if (fixes === null) return unknown('wmic qfe gave no list');
  return known(fixes.some((fix) => fix['HotFixID']?.toLowerCase() === id.toLowerCase()));
}

/** Without a version is as good as not there for who compares it. */
export function fileVersionsOf(
  sections: Sections,
  asked: Files,
  files: ProbeQuestion['verification']['files'],
): HostFacts['fileVersions'] {
  const versions: { [path: string]: string | null } = {};
  for (const { path } of files) {
    const version = asked.versionOf(sections, path);
    if (!version.known) return version;
    versions[path] = version.value === '' ? null : version.value;
  }
  return known(versions);
}

/** Told from the values of its key; null for a key that is not there. */
export function loggingLevelOf(
  { valueEndsWith, defaultLevel }: LoggingLevel,
  key: KeyAnswer,
): Answer<number> {
  if (!key.known) return key;
  const isOurs = isCategory(valueEndsWith);
  const value = key.value?.find(({ name }) => isOurs(name));
  if (value === undefined) return known(defaultLevel);
  const level = registryNumber(value);
  return level === null ? unknown(`registry value ${value.name} is no number`) : known(level);
}

export type LoggingLevel = NonNullable<NonNullable<ProbeQuestion['symptom']>['logging']>;

/** Of a definition that has none, or whose events are always written. */
export function levelNotAsked({ symptom }: Pick<ProbeQuestion, 'symptom'>): Answer<never> {
  return unknown(symptom === null ? noSymptom : 'the events are written at every logging level');
}

export const noSymptom = 'the definition has no symptom';

/** Values are named by number and category: `3 Topology`, which `9 Exchange Topology` is not. */
export function isCategory(category: string): (name: string) => boolean {
  const wanted = category.trim().toLowerCase();
  return (name) => name.toLowerCase().replace(/^\d+ /, '') === wanted;
}
