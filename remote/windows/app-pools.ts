import type { AppPoolFacts } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import { parseAppPools } from './appcmd-xml';
import type { Question, Section, Sections } from './composite';

const appcmd = '%windir%\\System32\\inetsrv\\appcmd.exe';
const noIis = 'no-iis';

/** A host without IIS has no appcmd; that is an answer, not an error, so the file is looked for first. */
export function ifIis(argumentsOfAppcmd: string): string {
  return `(if exist "${appcmd}" ("${appcmd}" ${argumentsOfAppcmd} 2>&1) else (echo ${noIis}))`;
}

/** In three lists: a pool says neither which workers it has nor what lives in it. */
export const appPoolQuestions: readonly Question[] = [
  { name: 'pools', command: ifIis('list apppool /xml') },
  { name: 'workers', command: ifIis('list wp /xml') },
  { name: 'applications', command: ifIis('list app /xml') },
];

/**
 * All pools of the host; an empty list on a host without IIS. Without the list of applications none is known: pools are
 * chosen by what lives in them, and one that was missed would keep its stalling workers.
 */
export function appPoolsOf(sections: Sections): Answer<readonly AppPoolFacts[]> {
  const pools = sections.of('pools');
  const workers = sections.of('workers');
  const applications = sections.of('applications');
  if (pools.ended && pools.text.trim() === noIis) return known([]);
  if (!pools.succeeded || !workers.succeeded) return unknown('appcmd gave no list of pools');
  if (!isList(applications)) return unknown('appcmd gave no list of applications');
  const parsed = parseAppPools(pools.text, workers.text, applications.text);
  return parsed === null ? unknown('appcmd printed something that is no list') : known(parsed);
}

/** A server without any site has no application, which appcmd may end with 1 like any list in which nothing was found. */
function isList({ ended, succeeded, text }: Section): boolean {
  return succeeded || (ended && /<appcmd>\s*<\/appcmd>\s*$/.test(text));
}
