import type { AppPoolFacts } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import { parseAppPools } from './appcmd-xml';
import type { Question, Sections } from './composite';

const appcmd = '%windir%\\System32\\inetsrv\\appcmd.exe';
const noIis = 'no-iis';

/** A host without IIS has no appcmd; that is an answer, not an error, so the file is looked for first. */
export function ifIis(argumentsOfAppcmd: string): string {
  return `(if exist "${appcmd}" ("${appcmd}" ${argumentsOfAppcmd} 2>&1) else (echo ${noIis}))`;
}

export const appPoolQuestions: readonly Question[] = [
  { name: 'pools', command: ifIis('list apppool /xml') },
  { name: 'workers', command: ifIis('list wp /xml') },
];

/** All pools of the host; an empty list on a host without IIS. */
export function appPoolsOf(sections: Sections): Answer<readonly AppPoolFacts[]> {
  const pools = sections.of('pools');
  const workers = sections.of('workers');
  if (pools.ended && pools.text.trim() === noIis) return known([]);
  if (!pools.succeeded || !workers.succeeded) return unknown('appcmd gave no list of pools');
  const parsed = parseAppPools(pools.text, workers.text);
  return parsed === null ? unknown('appcmd printed something that is no list') : known(parsed);
}
