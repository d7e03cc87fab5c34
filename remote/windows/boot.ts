import type { BootIdentity } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { Answer } from '../../contracts/reason';
import { known } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import type { Wmi } from '../wmi';
import { bootIdentityByWmi, servicingInProgressByWmi } from './by-wmi/boot';
import { isOtherWay } from './by-wmi/other-way';
import { bootIdentityOf, bootRecordQuestion } from './boot-look';
import { ask, requireAnyAnswer } from './composite';
import { decodeOutput } from './decode';
import { servicingInProgressOf, servicingQuestions } from './pending-reboot';

export interface BootLook {
  readonly boot: Answer<BootIdentity>;
  /** 0 idle, 1 pending, 2 working; null when it cannot be told. */
  readonly servicingInProgress: number | null;
  readonly asked: 'shell' | 'wmi';
}

/**
 * Which boot the host is in and whether servicing is at work: by WMI where the session has it, which spares a booting
 * host a shell and us two exchanges; by tools in one round trip otherwise, and when WMI does not tell the whole identity.
 */
export async function lookAtBoot(session: Session, options: RunOptions = {}): Promise<BootLook> {
  const look = session.wmi === undefined ? null : await lookByWmi(session.wmi, options);
  return look ?? lookByTools(session, options);
}

/** Null when another way has to be gone. */
async function lookByWmi(wmi: Wmi, options: RunOptions): Promise<BootLook | null> {
  const { signal, timeoutMs } = options;
  const wmiOptions = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
  try {
    const boot = await bootIdentityByWmi(wmi, wmiOptions);
    if (boot === null || boot.recordId === null) return null;
    const servicingInProgress = await servicingInProgressByWmi(wmi, wmiOptions);
    return { boot: known(boot), servicingInProgress, asked: 'wmi' };
  } catch (error) {
    if (isOtherWay(error)) return null;
    throw error;
  }
}

async function lookByTools(session: Session, options: RunOptions): Promise<BootLook> {
  const sections = await ask(
    session,
    [
      { name: 'os', command: 'wmic os get LastBootUpTime /value <nul 2>&1' },
      bootRecordQuestion,
      ...servicingQuestions,
    ],
    options,
  );
  requireAnyAnswer(sections);
  return {
    boot: bootIdentityOf(sections.of('boot-record'), sections.of('os')),
    servicingInProgress: servicingInProgressOf(sections),
    asked: 'shell',
  };
}

/** ERROR_SHUTDOWN_IS_SCHEDULED and ERROR_SHUTDOWN_IN_PROGRESS: the host goes down anyway. */
const alreadyGoing = [1190, 1115];
/** ERROR_ACCESS_DENIED: SeRemoteShutdownPrivilege or SeShutdownPrivilege is missing. */
const accessDenied = 5;

/**
 * Asks for a restart for a planned hotfix (reason 2:17), five seconds from now: with less the session would be gone
 * before its answer.
 *
 * @throws Failure `rights-missing`, `reboot-refused`, `command-timeout`
 */
export async function askForReboot(
  session: Session,
  comment: string,
  options?: RunOptions,
): Promise<'asked' | 'already-scheduled'> {
  const commandLine = `shutdown /r /t 5 /d p:2:17 /c "${plainComment(comment)}"`;
  const { exitCode, stdout, stderr, timedOut } = await session.run(commandLine, options);
  if (timedOut) throw new Failure('command-timeout', 'shutdown did not answer in time');
  if (exitCode === 0) return 'asked';
  if (exitCode !== null && alreadyGoing.includes(exitCode)) return 'already-scheduled';
  const said = decodeOutput(Buffer.concat([stderr, stdout]))
    .trim()
    .slice(0, 200);
  throw new Failure(
    'reboot-refused',
    exitCode === accessDenied
      ? `the account may not restart the host: ${said}`
      : `shutdown ended with ${exitCode}: ${said}`,
    { facts: { exitCode } },
  );
}

/** The comment goes into event 1074 for people; what cmd would read as something else is left out. */
function plainComment(comment: string): string {
  return comment
    .replace(/["%\r\n\t\0]/g, ' ')
    .replace(/\\+$/, '')
    .slice(0, 200);
}
