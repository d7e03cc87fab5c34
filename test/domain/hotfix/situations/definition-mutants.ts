import type { Hotfix, SymptomPattern } from '../../../../contracts/hotfix';
import type { Predicate } from '../../../../contracts/predicate';
import { appidapi, kb3004383 } from '../host-facts';

/** One term of the definition made wrong, and situations of the table that must then be judged otherwise. */
export interface DefinitionMutant {
  readonly term: string;
  readonly hotfix: Hotfix;
  readonly caughtBy: readonly string[];
}

const { symptom: shipped, applicability, verification } = kb3004383;
if (shipped?.event.code == null || shipped.servers === null || shipped.logging === null) {
  throw new Error('the shipped definition lacks a part of its symptom');
}
const { code } = shipped.event;
const { servers, logging } = shipped;

const mutant = (
  term: string,
  change: Partial<Hotfix>,
  ...caughtBy: string[]
): DefinitionMutant => ({
  term,
  hotfix: { ...kb3004383, ...change },
  caughtBy,
});
const symptom = (term: string, change: Partial<SymptomPattern>, ...caughtBy: string[]) =>
  mutant(`symptom: ${term}`, { symptom: { ...shipped, ...change } }, ...caughtBy);
const event = (term: string, change: Partial<SymptomPattern['event']>, ...caughtBy: string[]) =>
  symptom(`event.${term}`, { event: { ...shipped.event, ...change } }, ...caughtBy);
const os = (term: string, change: Partial<typeof applicability.os>, ...caughtBy: string[]) =>
  mutant(
    `applicability.os: ${term}`,
    { applicability: { ...applicability, os: { ...applicability.os, ...change } } },
    ...caughtBy,
  );
const file = (term: string, path: string, atLeast: string, ...caughtBy: string[]) =>
  mutant(
    `verification.files: ${term}`,
    { verification: { ...verification, files: [{ path, atLeast }] } },
    ...caughtBy,
  );
const rule = (term: string, one: Predicate, ...caughtBy: string[]) =>
  mutant(`affected.rule: ${term}`, { affected: { ...kb3004383.affected, rule: one } }, ...caughtBy);
const suspect = (term: string, one: Predicate | null, ...caughtBy: string[]) =>
  mutant(
    `affected.suspect: ${term}`,
    { affected: { ...kb3004383.affected, suspect: one } },
    ...caughtBy,
  );
const covering = (coverage: 'all' | 'some'): Predicate => ({ kind: 'events', coverage });

const plain = 'every DC lost with 55';
const twoOfThree = 'two of three DCs were lost';
const onlyOneOnce = 'one process lost the only DC once';
const onlyByTwo = 'two processes lost the only DC';
const noneOutside = 'the site has no DC and all outside were lost';
const bothByOne = 'two DCs are all there are, and one process lost both';
const lowestQuiet = 'Topology is logged at Lowest and the log is quiet';
const exactFile = 'a later rollup brought exactly the file of the fix';

const without = (name: string): SymptomPattern['event']['code'] => ({
  ...code,
  otherProblems: Object.fromEntries(
    Object.entries(code.otherProblems).filter(([other]) => other !== name),
  ),
});

const events: readonly DefinitionMutant[] = [
  event('eventId 2115', { eventId: 2115 }, plain),
  event('eventId 2084', { eventId: 2084 }, plain),
  event('code none', { code: null }, 'every DC lost with 51', 'every DC lost with 34'),
  event('code.field 2', { code: { ...code, field: 2 } }, plain),
  event('code.field 4', { code: { ...code, field: 4 } }, plain),
  event('code.field 5', { code: { ...code, field: 5 } }, plain),
  event('code.value 51', { code: { ...code, value: '51' } }, plain, 'every DC lost with 51'),
  event('code.value 34', { code: { ...code, value: '34' } }, plain, 'every DC lost with 34'),
  event('code.value 85', { code: { ...code, value: '85' } }, plain),
  ...Object.keys(code.otherProblems).map((other) =>
    event(
      `code.otherProblems without ${other}`,
      { code: without(other) },
      `every DC lost with ${other}`,
    ),
  ),
  event('serverField none', { serverField: null }, twoOfThree),
  event('serverField 0', { serverField: 0 }, plain),
  event('serverField 3', { serverField: 3 }, plain),
  event('process none', { process: null }, onlyByTwo),
  event(
    'process.nameField 1',
    { process: { nameField: 1, pidField: 1 } },
    'two processes that had the same PID one after the other lost the only DC',
  ),
  event(
    'process.pidField 0',
    { process: { nameField: 0, pidField: 0 } },
    'two processes of the same name lost the only DC',
  ),
];

const lists: readonly DefinitionMutant[] = [
  symptom('servers none', { servers: null }, twoOfThree, 'there is no list'),
  symptom('servers.eventId 2081', { servers: { ...servers, eventId: 2081 } }, plain),
  symptom('servers.inSiteField 1', { servers: { ...servers, inSiteField: 1 } }, plain),
  symptom(
    'servers.inSiteField 3',
    { servers: { ...servers, inSiteField: 3 } },
    'all DCs of the site were lost, and none outside',
  ),
  symptom('servers.outOfSiteField 2', { servers: { ...servers, outOfSiteField: 2 } }, noneOutside),
  symptom('servers.outOfSiteField 4', { servers: { ...servers, outOfSiteField: 4 } }, noneOutside),
  symptom('domainControllers given', { domainControllers: ['dc1.contoso.test'] }, twoOfThree),
];

const numbers: readonly DefinitionMutant[] = [
  symptom(
    'burst a second shorter',
    { burstMs: shipped.burstMs - 1000 },
    'the last DC was lost exactly 20 minutes after the first',
    'the last DC was lost exactly 20 minutes ago',
  ),
  symptom(
    'burst a second longer',
    { burstMs: shipped.burstMs + 1000 },
    'the last DC was lost 20 minutes and a second after the first',
    'the last DC was lost 20 minutes and a second ago',
  ),
  symptom(
    'logPeriod none',
    { logPeriodMs: 0 },
    'the operator wants a burst of 10 min, and the DCs were lost within 15',
  ),
  symptom(
    'logPeriod a minute longer',
    { logPeriodMs: shipped.logPeriodMs + 60_000 },
    'the operator wants a burst of 10 min, and the DCs were lost within 16',
  ),
  symptom(
    'lookback a second shorter',
    { lookbackMs: shipped.lookbackMs - 1000 },
    'the burst began exactly 14 days ago',
  ),
  symptom(
    'lookback a second longer',
    { lookbackMs: shipped.lookbackMs + 1000 },
    'the first DC of the burst was lost 14 days and a second ago',
    'the burst ended 14 days and a second ago',
    'the log reaches back exactly 14 days and is quiet',
  ),
  // 2 would be no other rule: a burst needs two servers or two processes, and so two events.
  symptom('minimumEvents 3', { minimumEvents: 3 }, bothByOne, onlyByTwo),
  symptom('minimumServers 1', { minimumServers: 1 }, onlyOneOnce),
  symptom('minimumServers 3', { minimumServers: 3 }, bothByOne),
  symptom('minimumProcesses 1', { minimumProcesses: 1 }, onlyOneOnce),
  symptom('minimumProcesses 3', { minimumProcesses: 3 }, onlyByTwo),
  symptom('logging none', { logging: null }, lowestQuiet),
  symptom('logging.atLeast 0', { logging: { ...logging, atLeast: 0 } }, lowestQuiet),
  symptom(
    'logging.atLeast 2',
    { logging: { ...logging, atLeast: 2 } },
    'Topology is logged at Low and the log is quiet',
  ),
];

const rules: readonly DefinitionMutant[] = [
  mutant('symptom none', { symptom: null }, plain),
  rule('coverage some', covering('some'), twoOfThree, onlyOneOnce),
  rule('the opposite', { kind: 'none', of: [covering('all')] }, plain),
  suspect('coverage all', covering('all'), twoOfThree, onlyOneOnce),
  suspect(
    'the opposite',
    { kind: 'none', of: [covering('some')] },
    'nothing was logged in 30 days',
    twoOfThree,
  ),
  suspect('none', null, twoOfThree, onlyOneOnce),
  mutant(
    'verification.files none',
    { verification: { ...verification, files: [] } },
    exactFile,
    'the package was not answered, but the file is new',
  ),
  file('one build less', appidapi, '6.1.7601.22822', 'the file is one build older than the fix'),
  file('one build more', appidapi, '6.1.7601.22824', exactFile),
  file('another file', '%windir%\\System32\\Appidapi.dll', '6.1.7601.22823', exactFile),
];

const hosts: readonly DefinitionMutant[] = [
  os('version 6.1.7600', { version: '6.1.7600' }, plain),
  os('version 6.3.9600', { version: '6.3.9600' }, plain),
  os('servicePack 0', { servicePack: 0 }, plain),
  os('servicePack 2', { servicePack: 2 }, plain),
  os('architectures without x64', { architectures: ['ia64'] }, plain, 'Itanium'),
  os('architectures with x86', { architectures: ['x64', 'x86'] }, 'x86'),
  os('productTypes without server', { productTypes: ['domain-controller'] }, plain),
  os(
    'productTypes without domain-controller',
    { productTypes: ['server'] },
    'a domain controller that is an Exchange server too',
  ),
  os(
    'productTypes with workstation',
    { productTypes: ['server', 'domain-controller', 'workstation'] },
    'Windows 7 SP1',
  ),
];

export const definitionMutants: readonly DefinitionMutant[] = [
  ...events,
  ...lists,
  ...numbers,
  ...rules,
  ...hosts,
];
