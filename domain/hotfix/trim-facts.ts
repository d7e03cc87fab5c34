import type { EventRecord, HostFacts } from '../../contracts/facts';
import type { AffectedRule, Hotfix } from '../../contracts/hotfix';
import { known } from '../../contracts/reason';
import { judgeEventBurst } from './event-burst';
import { newestServerEvent } from './server-list';
import type { Symptom } from './symptoms';

/** Symptoms that evidence keeps; they show a burst, they do not have to be all of it. */
const maxSymptoms = 12;
/** Characters of a server list that evidence keeps: some 60 servers. */
const maxServerList = 3000;

/** The same facts with only those events that decided, so that they fit where evidence is kept. */
export function trimFacts(facts: HostFacts, hotfix: Hotfix): HostFacts {
  if (!facts.events.known) return facts;
  const log = facts.events.value;
  const rule = hotfix.affected;
  const { deciding, newest } = judgeEventBurst(facts, rule);
  const servers = newestServerEvent(rule, log.servers);
  return {
    ...facts,
    events: known({
      ...log,
      symptoms: mostTelling(deciding, newest)
        .map(({ record }) => withoutText(rule, record))
        .toSorted((a, b) => b.recordId - a.recordId),
      servers: servers === null ? [] : [shortened(servers)],
    }),
  };
}

/** The newest of all, which a verification looks for; then one per server and code, then one per process, then the rest, as far as there is room. */
function mostTelling(symptoms: readonly Symptom[], newest: Symptom | null): readonly Symptom[] {
  const newestFirst = symptoms.toReversed();
  const seen = new Set<string>();
  const isNews = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
  const ordered = new Set([
    ...(newest === null ? [] : [newest]),
    ...newestFirst.filter(({ server, code }) => isNews(`server ${code} ${server}`)),
    ...newestFirst.filter(({ process }) => isNews(`process ${process}`)),
    ...newestFirst,
  ]);
  return [...ordered].slice(0, maxSymptoms);
}

/** The free text is long, localised and decides nothing; fields that are judged keep their places. */
function withoutText({ symptom }: AffectedRule, record: EventRecord): EventRecord {
  const judged = [symptom.codeField, symptom.serverField, symptom.processField, symptom.pidField];
  const data = record.data.map((item, index) => (judged.includes(index) ? item.slice(0, 256) : ''));
  return { ...record, data };
}

function shortened(record: EventRecord): EventRecord {
  return { ...record, data: record.data.map((item) => item.slice(0, maxServerList)) };
}
