import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Question, Sections } from '../composite';
import { wqlLiteral } from '../quoting';
import { instancesOf, propertyOf } from '../value-blocks';
import { whyNot } from '../why-not';

/** Versions of files as a probe asks for them. */
export interface Files {
  readonly questions: readonly Question[];
  /** Null when there is no such file; empty when it has no version. */
  versionOf(sections: Sections, path: string): Answer<string | null>;
}

/** Each path is asked for once, however it is spelled. */
export function filesAt(paths: readonly string[]): Files {
  const files = new Map<string, Question>();
  for (const path of paths) {
    const key = path.toLowerCase();
    if (!files.has(key)) files.set(key, fileQuestion(`file-${files.size}`, path));
  }
  const variables = [...new Set(paths.flatMap(uncertainVariables))];
  return {
    questions: [...variablesQuestion(variables), ...files.values()],
    versionOf(sections, path) {
      const unset = uncertainVariables(path).find((name) => !isSet(sections, name));
      if (unset !== undefined) return unknown(`the host has no variable %${unset}%`);
      const section = sections.of(files.get(path.toLowerCase())?.name ?? '');
      if (!section.succeeded) return whyNot('wmic datafile', section);
      const found = instancesOf(section.text, 'Version');
      if (found === null) return unknown('wmic datafile gave no list of files');
      const [file] = found;
      if (file === undefined) return known(null);
      return asVersion('wmic datafile', propertyOf(file, 'Version') ?? '');
    },
  };
}

const fileQuestion = (name: string, path: string): Question => ({
  name,
  command: `wmic datafile where "name=${wqlLiteral(path)}" get Version /value <nul 2>&1`,
});

/** Text that a tool gives as version of a file. */
export function asVersion(tool: string, text: string): Answer<string> {
  return text === '' || /^\d{1,9}(\.\d{1,9}){1,3}$/.test(text)
    ? known(text)
    : unknown(`${tool} gave ${JSON.stringify(text.slice(0, 60))} as version`);
}

/** Variables that every Windows has. */
const certain: ReadonlySet<string> = new Set(['windir', 'systemroot', 'systemdrive']);

/** A path with a variable that is not set is the path of nothing: no answer about the file that was meant. */
function uncertainVariables(path: string): string[] {
  const names = [...path.matchAll(/%([A-Za-z_][A-Za-z0-9_()]*)%/g)].map(([, name = '']) =>
    name.toLowerCase(),
  );
  return names.filter((name) => !certain.has(name));
}

/** One that is not set stays as it is written. Quoted, for values may hold anything but a quote. */
const variablesQuestion = (names: readonly string[]): Question[] =>
  names.length === 0
    ? []
    : [{ name: 'variables', command: `echo ${names.map((name) => `"%${name}%"`).join(' ')}` }];

function isSet(sections: Sections, name: string): boolean {
  const section = sections.of('variables');
  return section.succeeded && !section.text.toLowerCase().includes(`"%${name}%"`);
}
