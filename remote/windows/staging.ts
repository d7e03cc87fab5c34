import { Failure } from '../../contracts/failures';
import type { PackageRef } from '../../contracts/hotfix';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import type { Question, Sections } from './composite';
import { digestCommand, parseDigest } from './file-digest';
import { freeBytesOf } from './probe-answers';
import { freeSpaceQuestion } from './probe-questions';
import type { Answer } from '../../contracts/reason';

/** What lies where the package belongs. */
export interface StagedLook {
  /** Real folder on the host, variables replaced. */
  readonly folder: string;
  readonly path: string;
  /** Digest of the file that is there; null when there is none or it cannot be read. */
  readonly sha256: string | null;
  readonly freeBytes: Answer<number>;
}

/**
 * Below the Windows folder, parent of everything that is ever put on a host: nothing outside it is written or deleted.
 * Not below Temp: there every user may put files into a folder from which SYSTEM runs a script.
 */
export const stagingRoot = 'hotfix-rollout';

/** certutil reads the whole package. @default 5 min */
const lookTimeoutMs = 300_000;

/**
 * Looks in one round trip for the package, by its digest, and for the space it would need. The folder's name has the
 * digest in it, so that two packages of one hotfix never meet.
 *
 * @throws Failure `bad-request` for a file name that Windows or the installer would not take; `unexpected-output`
 */
export async function lookAtStaged(
  session: Session,
  hotfixId: string,
  pkg: PackageRef,
  options: RunOptions = {},
): Promise<StagedLook> {
  const fileName = packageFileName(pkg.fileName);
  const tail = `${folderOf(hotfixId)}\\${pkg.sha256.slice(0, 8)}`;
  const sections = await ask(
    session,
    [
      windirQuestion,
      freeSpaceQuestion,
      { name: 'digest', command: digestCommand(`%windir%\\${tail}\\${fileName}`) },
    ],
    { timeoutMs: lookTimeoutMs, ...options },
  );
  requireAnyAnswer(sections);
  const windir = windirIn(sections);
  const folder = `${windir}\\${tail}`;
  const digest = sections.of('digest');
  return {
    folder,
    path: `${folder}\\${fileName}`,
    sha256: digest.succeeded ? parseDigest(digest.text) : null,
    freeBytes: freeBytesOf(sections.of('free-space')),
  };
}

/**
 * Folder on the host for what a removal of the hotfix needs and leaves.
 *
 * @throws Failure `unexpected-output`
 */
export async function removalFolder(
  session: Session,
  hotfixId: string,
  options?: RunOptions,
): Promise<string> {
  const sections = await ask(session, [windirQuestion], options);
  requireAnyAnswer(sections);
  return `${windirIn(sections)}\\${folderOf(hotfixId)}\\remove`;
}

const folderOf = (hotfixId: string): string =>
  `${stagingRoot}\\${plainName(hotfixId, 'hotfix id')}`;

const windirQuestion: Question = { name: 'windir', command: 'echo %windir%' };

function windirIn(sections: Sections): string {
  const windir = sections.of(windirQuestion.name).text.trim();
  if (/^[A-Za-z]:\\[^%"<>|\r\n]+$/.test(windir)) return windir;
  throw new Failure('unexpected-output', 'the host did not tell its Windows folder', {
    facts: { windir: windir.slice(0, 100) },
  });
}

/**
 * A text that is part of file and task names on the host.
 *
 * @throws Failure `bad-request`
 */
export function plainName(text: string, what: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(text)) return text;
  throw new Failure(
    'bad-request',
    `${what} ${JSON.stringify(text)} cannot be part of a name on the host`,
    { advice: 'use letters, digits, dots, hyphens and underscores, at most 80 of them' },
  );
}

function packageFileName(fileName: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._()-]{0,99}\.(msu|cab)$/i.test(fileName)) return fileName;
  throw new Failure('bad-request', `${JSON.stringify(fileName)} is no package that can be staged`, {
    advice:
      'name a .msu or .cab file; one that came as a self-extracting .exe must be extracted first',
  });
}
