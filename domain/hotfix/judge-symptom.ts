import type { EventLogFacts, EventRecord, HostFacts } from '../../contracts/facts';
import type { Hotfix, SymptomPattern } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { burstMsOf, findBurst, shortestProof } from './find-burst';
import type { Answered } from './predicates/answered';
import { matcherOf } from './name-patterns';
import { needsServerList, newestServerEvent, serverListOf } from './server-list';
import { whyQuietIsUnknown } from './symptom-coverage';
import {
  burstReason,
  loggedReason,
  silentReason,
  nearMissReason,
  noListReason,
  othersReason,
  quietReason,
} from './symptom-reasons';
import { readSymptoms, type Symptom, type Symptoms } from './symptoms';

export interface SymptomJudgement {
  /** Logged as a burst that covers every server which the host can use. */
  readonly all: Answered;
  /** Logged at all within the lookback. */
  readonly some: Answered;
  /** Without these the same facts would be judged in another way. */
  readonly proof: readonly EventRecord[];
  /** What else tells something, oldest first. */
  readonly deciding: readonly Symptom[];
  readonly currentlyStalling: boolean;
}

/**
 * Unknown for one of these reasons is more than not knowing: what would answer exists, and was not to be had. It may be
 * the whole problem, so that a host of which only a part of it is seen is not merely suspect.
 */
const withheld: ReadonlySet<string> = new Set([
  'events-unanswered',
  'host-time-unknown',
  'events-incomplete',
  'events-unreadable',
  'no-server-list',
]);
export const isWithheld = ({ code }: Reason): boolean => withheld.has(code);

/**
 * Whether the host shows the problem: the symptom for every server it can use, as a burst, anywhere in the lookback. A
 * restart of services or host hides the burst, it does not cure it, so nothing here looks at when the host booted. Null
 * when the definition has no symptom.
 */
export const judgeSymptom = (facts: HostFacts, hotfix: Hotfix): SymptomJudgement | null =>
  hotfix.symptom === null ? null : judgePattern(facts, hotfix, hotfix.symptom);

function judgePattern(facts: HostFacts, hotfix: Hotfix, pattern: SymptomPattern): SymptomJudgement {
  if (!facts.events.known) {
    return untold(reason('events-unanswered', `The event log said nothing: ${facts.events.why}.`));
  }
  const hostTimeMs = facts.hostTime.known ? Date.parse(facts.hostTime.value) : Number.NaN;
  if (Number.isNaN(hostTimeMs)) {
    return untold(
      reason('host-time-unknown', 'Without the time of the host no event has an age.'),
      facts.events.value.symptoms.slice(0, 1),
    );
  }
  const log = facts.events.value;
  const symptoms = readSymptoms(pattern, log.symptoms, hostTimeMs);
  const look: Look = { facts, hotfix, pattern, log, symptoms, hostTimeMs };
  const judged = symptoms.ours.length === 0 ? judgeQuiet(look) : judgeLogged(look);
  // An event may seem to lie ahead: its time is cut to seconds and clocks are corrected.
  const stalling = symptoms.ours.findLast(
    ({ atMs }) => Math.abs(hostTimeMs - atMs) <= burstMsOf(pattern),
  );
  return {
    ...judged,
    proof: [
      ...judged.proof,
      ...[symptoms.ours.at(-1), stalling].flatMap((one) => (one === undefined ? [] : [one.record])),
      ...symptoms.unreadable.slice(0, 1),
    ],
    currentlyStalling: stalling !== undefined,
  };
}

interface Look {
  readonly facts: HostFacts;
  readonly hotfix: Hotfix;
  readonly pattern: SymptomPattern;
  readonly log: EventLogFacts;
  readonly symptoms: Symptoms;
  readonly hostTimeMs: number;
}

type Judged = Omit<SymptomJudgement, 'currentlyStalling'>;

function untold(why: Reason, proof: readonly EventRecord[] = []): SymptomJudgement {
  const answer: Answered = { answer: 'unknown', reasons: [why] };
  return { all: answer, some: answer, proof, deciding: [], currentlyStalling: false };
}

/** None of our symptoms: proof only if they would have been written, kept and sent. */
function judgeQuiet(look: Look): Judged {
  const { pattern, symptoms } = look;
  const others = symptoms.others.length === 0 ? [] : [othersReason(pattern, symptoms.others)];
  const doubts = [...whyEventsAreMissing(look), ...doubtsOf(look), ...whyAllIsSilent(look)];
  const answer: Answered =
    doubts.length > 0
      ? { answer: 'unknown', reasons: [...doubts, ...others] }
      : { answer: 'no', reasons: [...others, quietReason(pattern)] };
  return { all: answer, some: answer, proof: [], deciding: symptoms.others };
}

function judgeLogged(look: Look): Judged {
  const { pattern, log, symptoms } = look;
  const { ours } = symptoms;
  const list = needsServerList(pattern) ? serverListOf(pattern, log.servers) : null;
  if (list === null && needsServerList(pattern)) {
    return {
      all: { answer: 'unknown', reasons: [noListReason(pattern, ours)] },
      some: { answer: 'yes', reasons: [loggedReason(pattern, ours)] },
      proof: [],
      deciding: ours,
    };
  }
  const usable = list?.usable ?? [];
  const burst = findBurst(pattern, ours, usable);
  const proof =
    burst === null
      ? []
      : shortestProof(pattern, mostTelling(burst.symptoms), usable).map(({ record }) => record);
  // An unreadable row may be a usable server that was not lost.
  if (burst !== null && (list?.unreadable ?? 0) === 0) {
    const answer: Answered = { answer: 'yes', reasons: [burstReason(pattern, burst, list)] };
    return { all: answer, some: answer, proof, deciding: burst.symptoms };
  }
  const near = nearMissReason(pattern, ours, list);
  return {
    all: whyNoBurst(look, near, burst !== null),
    some: { answer: 'yes', reasons: [near] },
    proof,
    deciding: ours,
  };
}

function whyNoBurst(look: Look, near: Reason, butForTheList: boolean): Answered {
  const missing = whyEventsAreMissing(look);
  if (missing.length > 0) return { answer: 'unknown', reasons: [...missing, near] };
  const doubts = doubtsOf(look);
  const isOpen = doubts.length > 0 || butForTheList;
  return { answer: isOpen ? 'unknown' : 'no', reasons: [near, ...doubts] };
}

const doubtsOf = ({ facts, pattern, log, hostTimeMs }: Look): Reason[] =>
  whyQuietIsUnknown(facts, pattern, log, hostTimeMs);

/**
 * The list of servers is written again and again, whatever happens. Services that would write it, and not one of it in
 * the log: they do not log at all, so that the symptom would be missing too.
 */
function whyAllIsSilent({ facts, hotfix, pattern, log }: Look): Reason[] {
  const wantsEvent = needsServerList(pattern) && pattern.domainControllers.length === 0;
  if (!wantsEvent || newestServerEvent(pattern, log.servers) !== null) return [];
  const isOurs = matcherOf(hotfix.fallback.services);
  const nobodyLogs = facts.services.known && !facts.services.value.some(({ name }) => isOurs(name));
  return nobodyLogs ? [] : [silentReason(pattern)];
}

/** What is missing may be the rest of a burst, or all of it. */
function whyEventsAreMissing({ log, pattern, symptoms: { unreadable } }: Look): Reason[] {
  const reasons: Reason[] = [];
  if (!log.complete) {
    reasons.push(
      reason('events-incomplete', 'The host has more events of the lookback than it sent.'),
    );
  }
  if (unreadable.length > 0) {
    const message = `${unreadable.length} events ${pattern.event.eventId} lack the fields they should have.`;
    reasons.push(reason('events-unreadable', message, { unreadable: unreadable.length }));
  }
  return reasons;
}

/** One per server and code, then one per process, then the rest; the newest first. */
export function mostTelling(symptoms: readonly Symptom[]): readonly Symptom[] {
  const newestFirst = symptoms.toReversed();
  const seen = new Set<string>();
  const isNews = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
  return [
    ...new Set([
      ...newestFirst.filter(({ server, code }) => isNews(`server ${code} ${server}`)),
      ...newestFirst.filter(({ process }) => isNews(`process ${process}`)),
      ...newestFirst,
    ]),
  ];
}
