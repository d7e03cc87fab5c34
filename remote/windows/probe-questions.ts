import type { Hotfix } from '../../contracts/hotfix';
import type { Observable } from '../../contracts/predicate';
import { appPoolQuestions } from './app-pools';
import { bootRecordQuestion } from './boot-look';
import type { Question } from './composite';
import type { Counters } from './observations/counters';
import { countersOf } from './observations/counters';
import type { Files } from './observations/files';
import { filesAt } from './observations/files';
import { observablesOfHotfix } from './observations/observables-of-hotfix';
import type { RegistryKeys } from './observations/registry-keys';
import { registryKeys } from './observations/registry-keys';
import { pendingRebootQuestions } from './pending-reboot';
import { wqlLiteral } from './quoting';
import { servicesQuestion } from './service-list';

/** What a probe takes of a hotfix definition. */
export type ProbeQuestion = Pick<
  Hotfix,
  | 'id'
  | 'applicability'
  | 'symptom'
  | 'affected'
  | 'corroboration'
  | 'install'
  | 'verification'
  | 'fallback'
>;

export const packagesQuestion: Question = {
  name: 'packages',
  command: 'dism /online /english /get-packages 2>&1',
};

export const freeSpaceQuestion: Question = {
  name: 'free-space',
  command: 'wmic logicaldisk where "DeviceID=\'%SystemDrive%\'" get FreeSpace /value <nul 2>&1',
};

/** What a definition asks beside what every check does; the same answer is never asked for twice. */
export interface ProbePlan {
  readonly observables: readonly Observable[];
  readonly keys: RegistryKeys;
  readonly files: Files;
  readonly counters: Counters;
}

export function probePlan(question: ProbeQuestion): ProbePlan {
  const observables = observablesOfHotfix(question);
  const logging = question.symptom?.logging ?? null;
  return {
    observables,
    keys: registryKeys([
      ...(logging === null ? [] : [logging.key]),
      ...observables.flatMap(keysOf),
    ]),
    files: filesAt([
      ...question.verification.files.map(({ path }) => path),
      ...observables.flatMap((one) => (one.kind === 'file' ? [one.path] : [])),
    ]),
    counters: countersOf(observables.filter((one) => one.kind === 'counter')),
  };
}

function keysOf(asked: Observable): readonly string[] {
  if (asked.kind === 'product') return asked.keys;
  return asked.kind === 'registry' ? [asked.key] : [];
}

/**
 * Everything of a check, short answers first, so that a cut reply costs the long ones only. Last the counters, whose
 * provider is the one that is known to hang: then nothing is behind them.
 */
export function probeQuestions(
  question: Pick<ProbeQuestion, 'id'>,
  { keys, files, counters }: ProbePlan,
  events: readonly Question[],
): Question[] {
  return [
    { name: 'processor', command: 'echo %PROCESSOR_ARCHITECTURE% %PROCESSOR_ARCHITEW6432%' },
    {
      name: 'os',
      command:
        'wmic os get Caption,CSName,LastBootUpTime,LocalDateTime,OSArchitecture,ProductType,ServicePackMajorVersion,Version /value <nul 2>&1',
    },
    bootRecordQuestion,
    freeSpaceQuestion,
    ...pendingRebootQuestions,
    {
      name: 'hotfix-list',
      command: `wmic qfe where "HotFixID=${wqlLiteral(question.id)}" get HotFixID /value <nul 2>&1`,
    },
    ...files.questions,
    ...keys.questions,
    servicesQuestion,
    ...appPoolQuestions,
    packagesQuestion,
    ...events,
    ...counters.questions,
  ];
}
