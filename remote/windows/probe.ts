import type { HostFacts } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { appPoolsOf } from './app-pools';
import { bootIdentityOf } from './boot-look';
import { ask, requireAnyAnswer } from './composite';
import type { Sections } from './composite';
import { packageStateOf } from './dism-packages';
import { namesMatching } from './name-patterns';
import { pendingRebootOf } from './pending-reboot';
import {
  eventsOf,
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
 * A whole check in one round trip. Each answer stands alone: what failed, was cut off or makes no sense is unknown and
 * leaves the others as they are.
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
  const sections = await ask(session, probeQuestions(question), {
    timeoutMs: probeTimeoutMs,
    maxOutputBytes: probeOutputBytes,
    ...options,
  });
  requireAnyAnswer(sections);
  return factsOf(sections, question, askedAt);
}

function factsOf(sections: Sections, question: ProbeQuestion, askedAt: number): HostFacts {
  const os = sections.of('os');
  const hostTime = hostTimeOf(os);
  const packages = sections.of('packages');
  const { services, watchdogs, root, appPools } = question.fallback;
  const isOurService = namesMatching([...services, ...watchdogs, ...literal(root)]);
  const isOurPool = namesMatching(appPools);
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
    events: eventsOf(sections),
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

/** `root` is a name, the others are patterns. */
function literal(name: string | null): string[] {
  return name === null ? [] : [name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)];
}
