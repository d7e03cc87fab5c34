import type { PackageFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import type { Question, Sections } from './composite';
import { attemptFiles, parseResult } from './installer-script';
import { goalViewOf } from './package-goal';
import type { GoalView, WantedPackages } from './package-goal';
import { servicingInProgressOf, servicingQuestions } from './pending-reboot';
import { whyNot } from './why-not';
import { packagesQuestion } from './probe-questions';
import { isTaskOf, taskName, tasksIn, tasksQuestion } from './scheduled-tasks';
import type { ScheduledTask } from './scheduled-tasks';
import { textOf, typeFile } from './text-file';
import { parseValueBlocks } from './value-blocks';

export interface InstallationQuestion extends WantedPackages {
  readonly hotfixId: string;
  readonly folder: string;
  readonly attempt: string;
  /** dism takes long and competes with an installer that runs: not asked while one is watched. */
  readonly withPackage: boolean;
}

/** All that tells whether a hotfix is being installed on a host or removed from it, was, or may be. */
export interface InstallationView {
  /** Null when it was not asked. */
  readonly package: Answer<PackageFacts> | null;
  /** Identities that are not yet where they are to be; none when that is not known. */
  readonly open: readonly string[];
  /** Task of this attempt; null when there is none. */
  readonly own: ScheduledTask | null;
  /** Tasks of the same hotfix that others made. */
  readonly others: readonly ScheduledTask[];
  /** Exit code that this attempt left behind; null when it has not. */
  readonly result: number | null;
  readonly logTail: string;
  /** What else is at work in servicing, e.g. `wusa.exe (process 812)`; null when nothing is. */
  readonly otherServicing: string | null;
}

export type LookAtInstallation = (
  session: Session,
  question: InstallationQuestion,
  options?: RunOptions,
) => Promise<InstallationView>;

const lookTimeoutMs = 300_000;
const logTailLength = 2000;

/**
 * Looks at everything in one round trip.
 *
 * @throws Failure `unexpected-output` when the tasks or the servicing state cannot be told: nothing may be started then.
 */
export const lookAtInstallation: LookAtInstallation = async (session, question, options = {}) => {
  const sections = await ask(session, questionsOf(question), {
    timeoutMs: lookTimeoutMs,
    ...options,
  });
  requireAnyAnswer(sections);
  const isOurs = isTaskOf(question.hotfixId);
  const tasks = tasksIn(sections).filter(({ name }) => isOurs(name));
  const ownName = taskName(question.hotfixId, question.attempt).toLowerCase();
  const found = packagesOf(sections, question);
  return {
    package: found?.known === true ? known(found.value.package) : found,
    open: found?.known === true ? found.value.open : [],
    own: tasks.find(({ name }) => name.toLowerCase() === ownName) ?? null,
    others: tasks.filter(({ name }) => name.toLowerCase() !== ownName),
    result: parseResult(textOf(sections, 'result') ?? ''),
    logTail: (textOf(sections, 'log') ?? '').trimEnd().slice(-logTailLength),
    otherServicing: otherServicingOf(sections),
  };
};

function questionsOf(question: InstallationQuestion): Question[] {
  const files = attemptFiles(question.folder, question.attempt);
  return [
    // The tasks are looked at before the result: one that has ended by then has written it already.
    tasksQuestion,
    { name: 'result', command: typeFile(files.result) },
    { name: 'log', command: typeFile(files.log) },
    ...servicingQuestions,
    {
      name: 'processes',
      command:
        "wmic process where \"Name='dism.exe' or Name='wusa.exe'\" get CommandLine,Name,ProcessId /value <nul 2>&1",
    },
    ...(question.withPackage ? [packagesQuestion] : []),
  ];
}

function packagesOf(sections: Sections, question: InstallationQuestion): Answer<GoalView> | null {
  if (!question.withPackage) return null;
  const section = sections.of('packages');
  return section.succeeded ? goalViewOf(section.text, question) : whyNot('dism', section);
}

/** A dism that only asks (a check by somebody else) is not at work. */
function otherServicingOf(sections: Sections): string | null {
  const inProgress = servicingInProgressOf(sections);
  const section = sections.of('processes');
  if (inProgress === null || !section.succeeded) {
    throw new Failure('unexpected-output', 'the host did not tell whether servicing is at work', {
      facts: { said: section.text.trim().slice(0, 200) },
    });
  }
  const process = parseValueBlocks(section.text).find(
    (block) => !/\s\/get-\w+/i.test(block['CommandLine'] ?? ''),
  );
  if (process !== undefined) {
    return `${process['Name'] ?? 'an installer'} (process ${process['ProcessId'] ?? '?'})`;
  }
  return inProgress === 2 ? 'Windows servicing' : null;
}
