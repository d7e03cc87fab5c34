import type { HostFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { appPoolsOf } from './app-pools';
import { bootIdentityOf } from './boot-look';
import { ask, requireAnyAnswer } from './composite';
import type { Sections } from './composite';
import { packageStateOf } from './dism-packages';
import { namesOf } from './probe-names';
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
import { probeByWmi } from './by-wmi/probe';
import { pendingRebootOf } from './pending-reboot';
import {
  fileVersionsOf,
  freeBytesOf,
  hostTimeOf,
  listedAsHotfixOf,
  loggingLevelOf,
  osOf,
  whyNot,
} from './probe-answers';
import { probeQuestions } from './probe-questions';
import type { ProbeQuestion } from './probe-questions';
import { parseServices } from './service-list';

/** dism alone takes ten seconds and more on a host of that age; below what the callers give one try. @default 2 min */
const probeTimeoutMs = 120_000;
/** 2,000 events are about 2 MB. */
const probeOutputBytes = 8 * 1024 * 1024;

/**
 * A whole check in one round trip, and over WinRM a subscription for the symptoms. Each answer stands alone: what failed,
 * was cut off or makes no sense is unknown and leaves the others as they are. A host that gives the account no shell is
 * asked by WMI, which leaves open what only tools can tell.
 *
 * @param now asking clock, epoch milliseconds
 * @throws Failure of the connection; `command-timeout` when the host answered none of the questions in time;
 * `unexpected-output` when it did not even answer as cmd.exe does.
 */
export async function probe(
  session: Session,
  question: ProbeQuestion,
  now: () => number,
  options: RunOptions = {},
): Promise<HostFacts> {
  const askedAt = now();
  const { wmi } = session;
  const channel = session.channel?.() ?? null;
  try {
    const found = await askTools(session, question, options);
    return {
      ...factsOf(found, question, askedAt),
      asked: { by: 'shell', events: found.way, channel },
    };
  } catch (error) {
    const isShellRefused = error instanceof Failure && error.code === 'rights-missing';
    if (!isShellRefused || wmi === undefined) throw error;
    const facts = await probeByWmi(wmi, session.events, question, askedAt, error, options);
    return { ...facts, asked: { by: 'wmi', events: 'subscription', channel } };
  }
}

interface Found {
  readonly sections: Sections;
  readonly reading: SymptomReading | null;
  readonly way: 'wevtutil' | 'subscription';
}

async function askTools(
  session: Session,
  question: ProbeQuestion,
  options: RunOptions,
): Promise<Found> {
  const rule = question.affected;
  const { events: subscriptions } = session;
  const limits = { timeoutMs: probeTimeoutMs, maxOutputBytes: probeOutputBytes, ...options };
  const last = subscriptions === undefined ? symptomsQuestion(rule) : newestQuestion(rule);
  const questions = probeQuestions(question, [...coverageQuestions(rule), last]);
  const sections = await ask(session, questions, limits);
  requireAnyAnswer(sections);
  if (subscriptions === undefined) {
    return { sections, reading: symptomsOf(sections), way: 'wevtutil' };
  }
  const newest = newestRecordIdOf(sections);
  const reading = await symptomsBySubscription(subscriptions, rule, newest, options);
  if (reading !== null) return { sections, reading, way: 'subscription' };
  const again = await ask(session, [symptomsQuestion(rule)], limits);
  const both: Sections = {
    ...sections,
    of: (name) => (name === 'symptoms' ? again : sections).of(name),
  };
  return { sections: both, reading: symptomsOf(again), way: 'wevtutil' };
}

function factsOf(
  { sections, reading }: Found,
  question: ProbeQuestion,
  askedAt: number,
): HostFacts {
  const os = sections.of('os');
  const hostTime = hostTimeOf(os);
  const packages = sections.of('packages');
  const { isOurService, isOurPool } = namesOf(question);
  return {
    hostTime,
    clockSkewMs: hostTime.known ? Date.parse(hostTime.value) - askedAt : null,
    os: osOf(os, sections.of('processor')),
    boot: bootIdentityOf(sections.of('boot-record'), os),
    services: servicesOf(sections, isOurService),
    appPools: filtered(appPoolsOf(sections), ({ name }) => isOurPool(name)),
    package: packages.succeeded
      ? packageStateOf(packages.text, question.install.packageIdentity)
      : whyNot('dism', packages),
    listedAsHotfix: listedAsHotfixOf(sections.of('hotfix-list'), question.id),
    fileVersions: fileVersionsOf(sections, question.verification.files),
    pendingReboot: pendingRebootOf(sections),
    freeBytes: freeBytesOf(sections.of('free-space')),
    loggingLevel: loggingLevelOf(sections, question.affected.logging),
    events: eventsOf(sections, reading),
  };
}

/** A host always has services: none at all is a reply that makes no sense, not a host without any. */
function servicesOf(sections: Sections, isOurs: (name: string) => boolean): HostFacts['services'] {
  const section = sections.of('services');
  const all = parseServices(section.text);
  if (!section.succeeded || all.length === 0) return whyNot('wmic service', section);
  return known(all.filter(({ name }) => isOurs(name)));
}

function filtered<T>(
  answer: Answer<readonly T[]>,
  keep: (item: T) => boolean,
): Answer<readonly T[]> {
  return answer.known ? known(answer.value.filter(keep)) : answer;
}
