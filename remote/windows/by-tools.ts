import type { AskedBy, HostFacts } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { appPoolsOf } from './app-pools';
import { bootIdentityOf } from './boot-look';
import { ask, requireAnyAnswer } from './composite';
import type { Sections } from './composite';
import { packageStateOf } from './dism-packages';
import { askInParts } from './in-parts';
import { askCommand } from './observations/commands';
import { observe } from './observations/observe';
import { productObservation, registryObservation } from './observations/registry-value';
import { pendingRebootOf } from './pending-reboot';
import {
  fileVersionsOf,
  freeBytesOf,
  hostTimeOf,
  levelNotAsked,
  listedAsHotfixOf,
  loggingLevelOf,
  noSymptom,
  osOf,
  servicesOf,
} from './probe-answers';
import {
  coverageQuestions,
  eventsOf,
  newestQuestion,
  newestRecordIdOf,
  symptomsBySubscription,
  symptomsOf,
  symptomsQuestion,
} from './probe-events';
import type { SymptomReading } from './probe-events';
import { namesOf } from './probe-names';
import { probePlan, probeQuestions } from './probe-questions';
import type { ProbePlan, ProbeQuestion } from './probe-questions';
import { whyNot } from './why-not';

/** dism alone takes ten seconds and more on a host of that age; below what the callers give one try. @default 2 min */
const probeTimeoutMs = 120_000;
/** 2,000 events are about 2 MB. */
const probeOutputBytes = 8 * 1024 * 1024;

export interface ProbeOptions extends RunOptions {
  /** By when the answer is needed, epoch milliseconds of the asking clock: commands of the definition end before. */
  readonly until?: number;
}

/** The probe with tools of a stock Windows. */
export async function probeByTools(
  session: Session,
  question: ProbeQuestion,
  now: () => number,
  { until, ...options }: ProbeOptions,
): Promise<{ readonly facts: Omit<HostFacts, 'asked'>; readonly events: AskedBy['events'] }> {
  const askedAt = now();
  const plan = probePlan(question);
  const found = await askTools(session, question, plan, options);
  const facts = factsOf(found, question, plan, askedAt);
  const { signal } = options;
  const limits = { now, ...(signal && { signal }), ...(until !== undefined && { until }) };
  const observations = await observationsOf(session, found.sections, plan, limits);
  return { facts: { ...facts, observations }, events: found.way };
}

interface Found {
  readonly sections: Sections;
  /** Null when there is none, or nothing was asked for. */
  readonly reading: SymptomReading | null;
  readonly way: AskedBy['events'];
}

async function askTools(
  session: Session,
  question: ProbeQuestion,
  plan: ProbePlan,
  options: Omit<ProbeOptions, 'until'>,
): Promise<Found> {
  const { symptom } = question;
  const { events: subscriptions } = session;
  const limits = { timeoutMs: probeTimeoutMs, maxOutputBytes: probeOutputBytes, ...options };
  const last = subscriptions === undefined ? symptomsQuestion : newestQuestion;
  const events = symptom === null ? [] : [...coverageQuestions(symptom), last(symptom)];
  const sections = await askInParts(session, probeQuestions(question, plan, events), limits);
  requireAnyAnswer(sections);
  if (symptom === null) return { sections, reading: null, way: 'wevtutil' };
  if (subscriptions === undefined) {
    return { sections, reading: symptomsOf(sections), way: 'wevtutil' };
  }
  const newest = newestRecordIdOf(sections);
  const reading = await symptomsBySubscription(subscriptions, symptom, newest, options);
  if (reading !== null) return { sections, reading, way: 'subscription' };
  const again = await ask(session, [symptomsQuestion(symptom)], limits);
  const both: Sections = {
    ...sections,
    of: (name) => (name === 'symptoms' ? again : sections).of(name),
  };
  return { sections: both, reading: symptomsOf(again), way: 'wevtutil' };
}

function factsOf(
  { sections, reading }: Found,
  question: ProbeQuestion,
  plan: ProbePlan,
  askedAt: number,
): Omit<HostFacts, 'asked'> {
  const { symptom } = question;
  const os = sections.of('os');
  const hostTime = hostTimeOf(os);
  const { isOurService, isOurPool } = namesOf(question);
  const logging = symptom?.logging ?? null;
  return {
    hostTime,
    clockSkewMs: hostTime.known ? Date.parse(hostTime.value) - askedAt : null,
    os: osOf(os, sections.of('processor')),
    boot: bootIdentityOf(sections.of('boot-record'), os),
    services: filtered(servicesOf(sections), ({ name }) => isOurService(name)),
    appPools: filtered(appPoolsOf(sections), isOurPool),
    package: packageOf(sections, question.install.packageIdentity),
    listedAsHotfix: listedAsHotfixOf(sections.of('hotfix-list'), question.id),
    fileVersions: fileVersionsOf(sections, plan.files, question.verification.files),
    pendingReboot: pendingRebootOf(sections),
    freeBytes: freeBytesOf(sections.of('free-space')),
    loggingLevel:
      logging === null
        ? levelNotAsked(question)
        : loggingLevelOf(logging, plan.keys.valuesOf(sections, logging.key)),
    events: symptom === null ? unknown(noSymptom) : eventsOf(sections, symptom, reading),
  };
}

function packageOf(sections: Sections, identity: string): HostFacts['package'] {
  const packages = sections.of('packages');
  return packages.succeeded ? packageStateOf(packages.text, identity) : whyNot('dism', packages);
}

function observationsOf(
  session: Session,
  sections: Sections,
  { observables, keys, files, counters }: ProbePlan,
  limits: Parameters<typeof askCommand>[2],
): Promise<NonNullable<HostFacts['observations']>> {
  return observe(observables, {
    registry: (asked) => registryObservation(asked, keys.valuesOf(sections, asked.key)),
    product: (asked) => productObservation(asked, (key) => keys.valuesOf(sections, key)),
    services: servicesOf(sections),
    versionOf: (path) => files.versionOf(sections, path),
    packageOf: (identity) => packageOf(sections, identity),
    counter: (asked) => counters.valuesOf(sections, asked),
    command: (asked) => askCommand(session, asked, limits),
  });
}

function filtered<T>(
  answer: Answer<readonly T[]>,
  keep: (item: T) => boolean,
): Answer<readonly T[]> {
  return answer.known ? known(answer.value.filter(keep)) : answer;
}
