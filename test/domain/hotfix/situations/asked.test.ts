import type { Hotfix, SymptomPattern } from '../../../../contracts/hotfix';
import type { AffectedState, Verdict } from '../../../../contracts/outcome';
import { judge } from '../../../../domain/hotfix';
import type { WindowsOptions } from '../../../../lab/types';
import { probe } from '../../../../remote/windows/probe';
import { startedAt } from '../../../lab/windows/tools/emulated-host';
import { kb3004383 } from '../host-facts';
import { allLostBy, emulatedSession, listedBy, type Logged } from './emulated-session';
import { sources } from './sources';

/** Situations that hang on what a host is asked for: provider, log, registry and package of the definition. */
interface Asked {
  readonly when: string;
  readonly windows?: WindowsOptions;
  readonly logged?: readonly Logged[];
  readonly state: AffectedState;
  readonly reason: string;
  readonly source: string;
}

const quiet = { state: 'not-affected', reason: 'no-symptom' } as const;
const adAccess = 'MSExchange ADAccess';

const situations: readonly Asked[] = [
  {
    when: 'every DC was lost',
    logged: allLostBy(adAccess),
    state: 'affected',
    reason: 'burst',
    source: sources.kb,
  },
  { when: 'no DC was lost', ...quiet, source: sources.kb },
  {
    when: 'another provider has the same events',
    logged: allLostBy('MSExchangeDSAccess'),
    ...quiet,
    source: sources.neighbours,
  },
  {
    when: 'another provider whose name begins alike has the same events',
    logged: allLostBy('MSExchange ADAccess Validation'),
    ...quiet,
    source: sources.neighbours,
  },
  {
    when: 'another log has the same events',
    logged: allLostBy(adAccess, 'System'),
    ...quiet,
    source: sources.neighbours,
  },
  {
    when: 'one DC was lost by the provider and all by another',
    logged: [...allLostBy(adAccess).slice(0, 1), ...allLostBy('MSExchangeDSAccess')],
    state: 'suspect',
    reason: 'some-servers-only',
    source: sources.some,
  },
  {
    when: 'Topology is at Lowest',
    windows: { topologyLevel: 0 },
    state: 'unknown',
    reason: 'logging-off',
    source: sources.lowest,
  },
  {
    when: 'Topology has no level of its own',
    windows: { topologyLevel: null },
    logged: [listedBy(adAccess)],
    ...quiet,
    source: sources.low,
  },
  {
    when: 'every DC was lost and the package is installed',
    windows: { hotfix: 'installed' },
    logged: allLostBy(adAccess),
    state: 'already-fixed',
    reason: 'package-installed',
    source: sources.dism,
  },
];

async function verdictOn(
  { windows = {}, logged = [] }: Asked,
  hotfix: Hotfix = kb3004383,
): Promise<Verdict> {
  const facts = await probe(emulatedSession(windows, logged), hotfix, () => startedAt);
  return judge(facts, hotfix);
}

test.each(situations)('$when: $state, because $reason [$source]', async (given) => {
  const { state, reasons } = await verdictOn(given);
  expect({ state, reason: reasons[0]?.code }).toEqual({
    state: given.state,
    reason: given.reason,
  });
});

const { symptom: shipped } = kb3004383;
if (shipped?.logging == null) throw new Error('the shipped definition has no logging');
const { logging } = shipped;
const symptom = (change: Partial<SymptomPattern>): Hotfix => ({
  ...kb3004383,
  symptom: { ...shipped, ...change },
});

test.each([
  {
    term: 'provider',
    hotfix: symptom({ provider: 'MSExchangeDSAccess' }),
    caughtBy: 'another provider has the same events',
  },
  { term: 'log', hotfix: symptom({ log: 'System' }), caughtBy: 'every DC was lost' },
  {
    term: 'logging.key',
    hotfix: symptom({ logging: { ...logging, key: `${logging.key} Validation` } }),
    caughtBy: 'Topology is at Lowest',
  },
  {
    term: 'logging.valueEndsWith',
    hotfix: symptom({ logging: { ...logging, valueEndsWith: 'Exchange Topology' } }),
    caughtBy: 'no DC was lost',
  },
  {
    term: 'logging.defaultLevel',
    hotfix: symptom({ logging: { ...logging, defaultLevel: 0 } }),
    caughtBy: 'Topology has no level of its own',
  },
  {
    term: 'install.packageIdentity',
    hotfix: {
      ...kb3004383,
      install: { ...kb3004383.install, packageIdentity: 'Package_for_KB3004384~' },
      verification: { ...kb3004383.verification, files: [] },
    },
    caughtBy: 'every DC was lost and the package is installed',
  },
])('a definition with another $term is caught by: $caughtBy', async ({ hotfix, caughtBy }) => {
  const given = situations.find(({ when }) => when === caughtBy);
  if (given === undefined) throw new Error(`there is no situation "${caughtBy}"`);
  const { state, reasons } = await verdictOn(given, hotfix);
  expect({ state, reason: reasons[0]?.code }).not.toEqual({
    state: given.state,
    reason: given.reason,
  });
});
