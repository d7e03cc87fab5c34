import type { EventLogFacts, HostFacts } from '../../contracts/facts';
import type { AffectedRule } from '../../contracts/hotfix';
import type { AffectedState } from '../../contracts/outcome';
import { type Reason, reason } from '../../contracts/reason';
import { findBurst, mostServersLost } from './find-burst';
import { type ServerList, serverListOf } from './server-list';
import { type Symptom, type Symptoms, readSymptoms } from './symptoms';
import { whyQuietIsUnknown } from './symptom-coverage';

export interface BurstJudgement {
  readonly state: Extract<AffectedState, 'affected' | 'suspect' | 'not-affected' | 'unknown'>;
  readonly reasons: readonly Reason[];
  /** Events that decided, oldest first. */
  readonly deciding: readonly Symptom[];
  /** Newest of our symptoms: what a later look compares with. */
  readonly newest: Symptom | null;
  readonly currentlyStalling: boolean;
}

/**
 * Whether the host shows the problem: the symptom for every server it can use, as a burst, anywhere in the lookback. A
 * restart of services or host hides the burst, it does not cure it, so nothing here looks at when the host booted.
 */
export function judgeEventBurst(facts: HostFacts, rule: AffectedRule): BurstJudgement {
  if (!facts.events.known) {
    return unknownFor(
      reason('events-unanswered', `The event log said nothing: ${facts.events.why}.`),
    );
  }
  const hostTimeMs = facts.hostTime.known ? Date.parse(facts.hostTime.value) : Number.NaN;
  if (Number.isNaN(hostTimeMs)) {
    return unknownFor(
      reason('host-time-unknown', 'Without the time of the host no event has an age.'),
    );
  }
  const log = facts.events.value;
  const symptoms = readSymptoms(rule, log.symptoms, hostTimeMs);
  const currentlyStalling = symptoms.ours.some(
    // An event may seem to lie ahead: its time is cut to seconds and clocks are corrected.
    ({ atMs }) => Math.abs(hostTimeMs - atMs) <= rule.burstMs,
  );
  const judged =
    symptoms.ours.length === 0
      ? judgeQuiet(facts, rule, log, symptoms, hostTimeMs)
      : judgeSymptoms(facts, rule, log, symptoms, hostTimeMs);
  return { ...judged, newest: symptoms.ours.at(-1) ?? null, currentlyStalling };
}

type Judged = Omit<BurstJudgement, 'currentlyStalling' | 'newest'>;

const unknownFor = (...reasons: readonly Reason[]): BurstJudgement => ({
  state: 'unknown',
  reasons,
  deciding: [],
  newest: null,
  currentlyStalling: false,
});

/** None of our symptoms: proof only if they would have been written, kept and sent. */
function judgeQuiet(
  facts: HostFacts,
  rule: AffectedRule,
  log: EventLogFacts,
  symptoms: Symptoms,
  hostTimeMs: number,
): Judged {
  const others = symptoms.others.length === 0 ? [] : [namingOthers(rule, symptoms.others)];
  const doubts = [
    ...whyEventsAreMissing(log, symptoms),
    ...whyQuietIsUnknown(facts, rule, log, hostTimeMs),
  ];
  if (doubts.length > 0) {
    return { state: 'unknown', reasons: [...doubts, ...others], deciding: symptoms.others };
  }
  const quiet = reason(
    'no-symptom',
    `No event ${rule.symptom.eventId} with error 0x${rule.symptom.code} in the last ${daysOf(rule.lookbackMs)}.`,
    { lookbackMs: rule.lookbackMs },
  );
  return { state: 'not-affected', reasons: [...others, quiet], deciding: symptoms.others };
}

function judgeSymptoms(
  facts: HostFacts,
  rule: AffectedRule,
  log: EventLogFacts,
  symptoms: Symptoms,
  hostTimeMs: number,
): Judged {
  const { ours } = symptoms;
  const list = serverListOf(rule, log.servers);
  if (list === null) {
    const noList = reason(
      'no-server-list',
      `Error 0x${rule.symptom.code} was logged, but no event ${rule.servers.eventId} lists a usable server and the definition names none.`,
      { symptoms: ours.length },
    );
    return { state: 'unknown', reasons: [noList], deciding: ours };
  }
  const burst = findBurst(rule, ours, list.usable);
  // An unreadable row may be a usable server that was not lost.
  if (burst !== null && list.unreadable === 0) {
    const first = burst.symptoms[0]?.record.at ?? '';
    const found = reason(
      'burst',
      `Error 0x${rule.symptom.code} for all ${list.usable.length} usable servers within ${minutesOf(rule.burstMs)}, from ${burst.processes} processes, beginning ${first}.`,
      {
        usableServers: list.usable.length,
        serverList: list.from,
        lostServers: burst.servers,
        processes: burst.processes,
        firstAt: first,
        lastAt: burst.symptoms.at(-1)?.record.at ?? '',
      },
    );
    return { state: 'affected', reasons: [found], deciding: burst.symptoms };
  }
  const doubts = whyEventsAreMissing(log, symptoms);
  const near = nearMiss(rule, ours, list);
  if (doubts.length > 0) return { state: 'unknown', reasons: [...doubts, near], deciding: ours };
  const coverage = whyQuietIsUnknown(facts, rule, log, hostTimeMs);
  return { state: 'suspect', reasons: [near, ...coverage], deciding: ours };
}

/** What is missing may be the rest of a burst, or all of it. */
function whyEventsAreMissing(log: EventLogFacts, symptoms: Symptoms): Reason[] {
  const reasons: Reason[] = [];
  if (!log.complete) {
    reasons.push(
      reason('events-incomplete', 'The host has more events of the lookback than it sent.'),
    );
  }
  if (symptoms.unreadable > 0) {
    reasons.push(
      reason(
        'events-unreadable',
        `${symptoms.unreadable} events lack the fields they should have.`,
        {
          unreadable: symptoms.unreadable,
        },
      ),
    );
  }
  return reasons;
}

function nearMiss(rule: AffectedRule, ours: readonly Symptom[], list: ServerList): Reason {
  const lost = mostServersLost(rule, ours, list.usable);
  const facts = {
    lostServers: lost,
    usableServers: list.usable.length,
    serverList: list.from,
    unreadableRows: list.unreadable,
    symptoms: ours.length,
  };
  const code = `Error 0x${rule.symptom.code}`;
  const within = `within ${minutesOf(rule.burstMs)}`;
  if (lost < list.usable.length) {
    const message = `${code} for ${lost} of ${list.usable.length} usable servers ${within}.`;
    return reason('some-servers-only', message, facts);
  }
  if (list.unreadable > 0) {
    const message = `${code} for all servers that could be read, but ${list.unreadable} rows of their list could not.`;
    return reason('server-list-unreadable', message, facts);
  }
  const message = `${code} for the only usable server, from one process ${within}.`;
  return reason('one-process-only', message, facts);
}

/** "0x51 (ServerDown) 6 times": a known other problem, even when every server shows it. */
function namingOthers(rule: AffectedRule, others: readonly Symptom[]): Reason {
  const counts = new Map<string, number>();
  for (const { code } of others) counts.set(code, (counts.get(code) ?? 0) + 1);
  const words = [...counts].map(([code, count]) => {
    const name = rule.symptom.otherProblems[code];
    return `0x${code}${name === undefined ? '' : ` (${name})`} ${count} times`;
  });
  const message = `Servers were lost with other errors, which are another problem: ${words.join(', ')}.`;
  return reason('other-errors-only', message, Object.fromEntries(counts));
}

const minutesOf = (ms: number): string => `${Math.round(ms / 6000) / 10} min`;
const daysOf = (ms: number): string => `${Math.round(ms / 8_640_000) / 10} days`;
