import type { Hotfix } from '../../contracts/hotfix';
import { appPoolQuestions } from './app-pools';
import { bootRecordQuestion } from './boot-look';
import type { Question } from './composite';
import { pendingRebootQuestions } from './pending-reboot';
import { quoteArgument, wqlLiteral } from './quoting';
import { parentKey, queryKey } from './registry';
import { servicesQuestion } from './service-list';

/** What a probe takes of a hotfix definition. */
export type ProbeQuestion = Pick<
  Hotfix,
  'id' | 'affected' | 'install' | 'verification' | 'fallback'
>;

export const packagesQuestion: Question = {
  name: 'packages',
  command: 'dism /online /english /get-packages 2>&1',
};

export const freeSpaceQuestion: Question = {
  name: 'free-space',
  command: 'wmic logicaldisk where "DeviceID=\'%SystemDrive%\'" get FreeSpace /value <nul 2>&1',
};

/** Everything of a check, short answers first, so that a cut reply costs the long ones only. */
export function probeQuestions(question: ProbeQuestion, events: readonly Question[]): Question[] {
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
    ...loggingQuestions(question.affected.logging.key),
    {
      name: 'hotfix-list',
      command: `wmic qfe where "HotFixID=${wqlLiteral(question.id)}" get HotFixID /value <nul 2>&1`,
    },
    ...question.verification.files.map(({ path }, index) => ({
      name: fileQuestion(index),
      command: `wmic datafile where "name=${wqlLiteral(path)}" get Version /value <nul 2>&1`,
    })),
    servicesQuestion,
    ...appPoolQuestions,
    packagesQuestion,
    ...events,
  ];
}

export const fileQuestion = (index: number): string => `file-${index}`;

/** Key, its parent, and whether any key above can be read: together they tell "not there" from "not allowed". */
function loggingQuestions(key: string): Question[] {
  const parent = parentKey(key) ?? key;
  const above = keysAbove(parent).map((one) => `reg query ${quoteArgument(one)} >nul 2>&1`);
  return [
    { name: 'logging', command: queryKey(key) },
    { name: 'logging-parent', command: queryKey(parent) },
    { name: 'logging-above', command: `(${(above.length === 0 ? ['ver'] : above).join(' || ')})` },
  ];
}

/** Nearest first, without the hive itself, which can always be read. */
function keysAbove(key: string): string[] {
  const above = parentKey(key);
  return above === null || !above.includes('\\') ? [] : [above, ...keysAbove(above)];
}
