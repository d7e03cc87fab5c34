import { Failure } from '../../contracts/failures';
import type { PackageRef } from '../../contracts/hotfix';
import type { InspectedPackage } from '../../contracts/steps';
import type { RunOptions, Session } from '../session';
import { sourcesIn } from './answer-file';
import { ask, requireAnyAnswer } from './composite';
import type { Question, Section } from './composite';
import { isServicingBusy, packageInfoCommand, packageInfoOf, saidIn } from './package-info';
import { signalOnly } from './patience';
import { quoteArgument } from './quoting';
import { typeFile } from './text-file';
import { unpackPackage } from './unpack-package';
import type { Unpacked } from './unpack-package';

export interface StagedPackage {
  readonly folder: string;
  readonly path: string;
  readonly contents?: PackageRef['contents'];
}

/**
 * Full paths of the cabinets that make up a staged package, in the order in which they are installed: the order that
 * was read at preview, else that of its answer file, else that of their names. WSUSSCAN.cab holds rules of Windows
 * Update and is no package.
 *
 * @throws Failure `package-corrupt` when there is no cabinet, or not those that are to be there; `unexpected-output`
 */
export async function cabinetsOf(
  session: Session,
  { folder, path, contents }: StagedPackage,
  options: Pick<RunOptions, 'signal'> = {},
): Promise<readonly string[]> {
  if (/\.cab$/i.test(path)) return [path];
  const unpacked = await unpackPackage(session, { folder, path }, options);
  const cabinets = unpacked.names.filter((name) => isCabinet(name)).toSorted(byName);
  if (cabinets.length === 0) throw corrupt(path, 'holds no cabinet');
  const wanted =
    contents?.cabinets.map(({ name }) => name) ?? (await sourcesOf(session, unpacked, options));
  const named = wanted.length === 0 ? cabinets : wanted;
  return named.map((name) => {
    const found = cabinets.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw corrupt(path, `holds no ${name}`);
    return `${unpacked.folder}\\${found}`;
  });
}

/** As a folder of Windows lists them: the case of letters does not count. */
const byName = (a: string, b: string): number => {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : Number(left > right);
};

/** Names that may stand in a batch file as they are. */
const isCabinet = (name: string): boolean =>
  /^\w[\w.()-]{0,199}\.cab$/i.test(name) && name.toLowerCase() !== 'wsusscan.cab';

const corrupt = (path: string, what: string): Failure =>
  new Failure('package-corrupt', `${path} ${what}`, { facts: { path } });

async function sourcesOf(
  session: Session,
  { folder, names }: Unpacked,
  options: Pick<RunOptions, 'signal'>,
): Promise<readonly string[]> {
  const files = names.filter((name) => /^\w[\w.()-]{0,199}\.xml$/i.test(name)).toSorted(byName);
  if (files.length === 0) return [];
  const questions = files.slice(0, 10).map((name, index) => ({
    name: `xml-${index}`,
    command: typeFile(`${folder}\\${name}`),
  }));
  const sections = await ask(session, questions, options);
  requireAnyAnswer(sections);
  return questions.flatMap(({ name }) => {
    const { succeeded, text } = sections.of(name);
    return succeeded ? sourcesIn(text) : [];
  });
}

/** Kept below what cmd.exe takes of one line, with the marks between the questions. */
const lineLength = 6000;
const lookMs = 120_000;
const eachMs = 60_000;

/**
 * Asks servicing about cabinets, in one round trip while they fit into one line; it changes nothing.
 *
 * @returns null while servicing is busy with something else, and cannot be asked
 * @throws Failure `unexpected-output` when a cabinet's identity or state was not told
 */
export async function inspectCabinets(
  session: Session,
  cabinets: readonly string[],
  options: Pick<RunOptions, 'signal'> = {},
): Promise<readonly InspectedPackage[] | null> {
  const found: InspectedPackage[] = [];
  for (const part of inLines(cabinets)) {
    const sections = await ask(session, part, {
      timeoutMs: lookMs + part.length * eachMs,
      ...signalOnly(options),
    });
    requireAnyAnswer(sections);
    for (const { name, cabinet } of part) {
      const section = sections.of(name);
      if (isServicingBusy(section.text)) return null;
      if (!section.ended && sections.timedOut) {
        throw new Failure('command-timeout', `dism did not tell about ${cabinet} in time`);
      }
      found.push(inspected(section, cabinet));
    }
  }
  return found;
}

function inspected(section: Section, cabinet: string): InspectedPackage {
  const answer = packageInfoOf(section.text, cabinet);
  if (section.succeeded && answer.known) return answer.value;
  const why = section.succeeded && !answer.known ? `: ${answer.why}` : saidIn(section.text);
  throw new Failure('unexpected-output', `dism did not tell about ${cabinet}${why}`, {
    facts: { cabinet },
    advice: 'ask dism on the host itself: /get-packageinfo with this path says what it finds',
  });
}

interface CabinetQuestion extends Question {
  readonly cabinet: string;
}

function inLines(cabinets: readonly string[]): CabinetQuestion[][] {
  const lines: CabinetQuestion[][] = [];
  let length = Infinity;
  for (const [index, cabinet] of cabinets.entries()) {
    const command = packageInfoCommand(quoteArgument(cabinet));
    const question = { name: `info-${index}`, command, cabinet };
    // What composeLine puts around each: the marker twice, the name twice.
    length += command.length + 2 * question.name.length + 60;
    if (length > lineLength) {
      lines.push([]);
      length = command.length;
    }
    lines.at(-1)?.push(question);
  }
  return lines;
}
