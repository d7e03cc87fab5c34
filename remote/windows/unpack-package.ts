import { randomBytes } from 'node:crypto';

import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import type { Sections } from './composite';
import { linesOf } from './decode';
import { saidIn } from './package-info';
import { quoteArgument, quotePath } from './quoting';
import { signalOnly } from './patience';

/** Members of a package on the host. */
export interface Unpacked {
  readonly folder: string;
  readonly names: readonly string[];
}

/** Begins as neither a package nor an attempt of an installer can. */
const cabinets = '_cabs';
/** A package of 300 MB takes minutes on a host of that age. */
const expandTimeoutMs = 15 * 60_000;

/**
 * Unpacks a staged .msu beside it. The folder gets its name when all is in it: one that is there is whole, and a try
 * that was cut leaves a folder that the next one removes.
 *
 * @throws Failure `unexpected-output` when expand failed; `command-timeout`
 */
export async function unpackPackage(
  session: Session,
  { folder, path }: { readonly folder: string; readonly path: string },
  options: Pick<RunOptions, 'signal'> = {},
): Promise<Unpacked> {
  const target = `${folder}\\${cabinets}`;
  const found = await look(session, folder, options);
  if (found.names !== null) return { folder: target, names: found.names };
  const part = `${cabinets}-${randomBytes(4).toString('hex')}`;
  await expand(session, path, { folder, part, left: found.left }, options);
  const named = await session.run(`ren ${quotePath(`${folder}\\${part}`)} ${cabinets}`, options);
  const { names } = await look(session, folder, options);
  if (names !== null) return { folder: target, names };
  throw new Failure('unexpected-output', `${target} could not be made`, {
    facts: { folder: target, exitCode: named.exitCode },
  });
}

interface Found {
  /** Null when the package is not unpacked yet. */
  readonly names: readonly string[] | null;
  /** Folders of tries that were cut. */
  readonly left: readonly string[];
}

async function look(
  session: Session,
  folder: string,
  options: Pick<RunOptions, 'signal'>,
): Promise<Found> {
  const target = quotePath(`${folder}\\${cabinets}`);
  const sections = await ask(
    session,
    [
      { name: 'there', command: `(if exist ${target} (echo there) else (echo missing))` },
      { name: 'names', command: `(dir /b /a-d ${target} 2>nul)` },
      { name: 'left', command: `(dir /b /ad ${quotePath(`${folder}\\${cabinets}-*`)} 2>nul)` },
    ],
    options,
  );
  requireAnyAnswer(sections);
  return {
    names: whereIs(sections) === 'there' ? namesIn(sections, 'names') : null,
    left: namesIn(sections, 'left').filter(isLeftBehind),
  };
}

/** Folder of a try that did not get to its end. */
const isLeftBehind = (name: string): boolean => /^_cabs-[0-9a-f]{8}$/.test(name);

function whereIs(sections: Sections): string {
  const { succeeded, text } = sections.of('there');
  const said = text.trim();
  if (succeeded && (said === 'there' || said === 'missing')) return said;
  throw new Failure('unexpected-output', 'the host did not tell whether the package is unpacked', {
    facts: { said: said.slice(0, 200) },
  });
}

const namesIn = (sections: Sections, question: string): string[] =>
  linesOf(sections.of(question).text)
    .map((line) => line.trim())
    .filter((line) => line !== '');

async function expand(
  session: Session,
  path: string,
  { folder, part, left }: { folder: string; part: string; left: readonly string[] },
  options: Pick<RunOptions, 'signal'>,
): Promise<void> {
  const target = `${folder}\\${part}`;
  const sections = await ask(
    session,
    [
      ...left.map((name, index) => ({
        name: `left-${index}`,
        command: `rmdir /s /q ${quotePath(`${folder}\\${name}`)} 2>nul`,
      })),
      { name: 'folder', command: `mkdir ${quotePath(target)}` },
      {
        name: 'expand',
        command: `expand -F:* ${quoteArgument(path)} ${quoteArgument(target)} 2>&1`,
      },
    ],
    { timeoutMs: expandTimeoutMs, ...signalOnly(options) },
  );
  requireAnyAnswer(sections);
  const { ended, succeeded, text } = sections.of('expand');
  if (succeeded) return;
  if (!ended && sections.timedOut) {
    throw new Failure('command-timeout', `${path} was not unpacked in time`);
  }
  throw new Failure('unexpected-output', `the host could not unpack ${path}${saidIn(text)}`, {
    facts: { path },
    advice: 'look whether the package is whole and the system drive has room, then try again',
  });
}
