import type { HostFacts, OsFacts } from '../../contracts/facts';
import type { Architecture, ProductType } from '../../contracts/hotfix';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { Section, Sections } from './composite';
import { linesOf } from './decode';
import type { ProbeQuestion } from './probe-questions';
import { fileQuestion } from './probe-questions';
import { hasSubKey, parentKey, parseRegistryValues, registryNumber } from './registry';
import { isoOfCimDateTime, parseValueBlocks, wholeNumber } from './value-blocks';

const productTypes: { readonly [number: string]: ProductType } = {
  '1': 'workstation',
  '2': 'domain-controller',
  '3': 'server',
};

/** Why a section gives no answer: its end did not come, or its tool failed and said something. */
export function whyNot(tool: string, section: Section): Answer<never> {
  if (!section.ended) return unknown(`the reply ended before ${tool} had answered`);
  const said = linesOf(section.text)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 200);
  return unknown(`${tool} failed${said === '' ? '' : `: ${said}`}`);
}

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

export function freeBytesOf(section: Section): Answer<number> {
  if (!section.succeeded) return whyNot('wmic logicaldisk', section);
  const free = wholeNumber(parseValueBlocks(section.text)[0]?.['FreeSpace']);
  return free === null ? unknown('wmic logicaldisk gave no free space') : known(free);
}

export function listedAsHotfixOf(section: Section, id: string): Answer<boolean> {
  if (!section.succeeded) return whyNot('wmic qfe', section);
  const listed = parseValueBlocks(section.text).map((block) => block['HotFixID']?.toLowerCase());
  return known(listed.includes(id.toLowerCase()));
}

export function fileVersionsOf(
  sections: Sections,
  files: ProbeQuestion['verification']['files'],
): HostFacts['fileVersions'] {
  const versions: { [path: string]: string | null } = {};
  for (const [index, { path }] of files.entries()) {
    const section = sections.of(fileQuestion(index));
    if (!section.succeeded) return whyNot('wmic datafile', section);
    const version = parseValueBlocks(section.text)[0]?.['Version'] ?? '';
    if (version !== '' && !/^\d+(\.\d+){1,3}$/.test(version)) {
      return unknown(`wmic datafile gave ${JSON.stringify(version.slice(0, 60))} as version`);
    }
    versions[path] = version === '' ? null : version;
  }
  return known(versions);
}

export function loggingLevelOf(
  sections: Sections,
  logging: ProbeQuestion['affected']['logging'],
): Answer<number> {
  const own = sections.of('logging');
  if (own.succeeded) {
    const isOurs = isCategory(logging.valueEndsWith);
    const value = parseRegistryValues(own.text).find(({ name }) => isOurs(name));
    if (value === undefined) return known(logging.defaultLevel);
    const level = registryNumber(value);
    return level === null ? unknown(`registry value ${value.name} is no number`) : known(level);
  }
  if (!own.ended) return whyNot('reg query', own);
  const parent = sections.of('logging-parent');
  const name = logging.key.slice((parentKey(logging.key)?.length ?? -1) + 1);
  const isAbsent = parent.succeeded
    ? !hasSubKey(parent.text, name)
    : sections.of('logging-above').succeeded;
  return isAbsent
    ? known(logging.defaultLevel)
    : unknown('the registry key of the logging level could not be read');
}

/** Values are named by number and category: `3 Topology`, which `9 Exchange Topology` is not. */
export function isCategory(category: string): (name: string) => boolean {
  const wanted = category.trim().toLowerCase();
  return (name) => name.toLowerCase().replace(/^\d+ /, '') === wanted;
}
