import { reason } from '../../contracts/reason';
import { hostAt, idAt, indicesWhere, revise, type Draft } from './draft';
import { freshSince, hasCalendar, mayLook, openNow } from './windows';

/** Asks all wanted hosts in one new round. The first round is answered before another is begun. */
export const askWanted = (draft: Draft): void => {
  if (!mayLook(draft, draft.now)) return;
  if (draft.round > 0 && draft.toBeChanged === null) return;
  if (draft.counts.wanted === 0) return;
  const wanted = indicesWhere(draft, (host) => host.wanted === true);
  draft.round += 1;
  if (draft.control !== undefined && draft.round === 1)
    draft.control = { ...draft.control, lookingSince: draft.now };
  draft.openRounds = [...draft.openRounds, draft.round];
  for (const index of wanted) revise(draft, index, { wanted: undefined, asked: draft.round });
  draft.commands.push({
    type: 'assess',
    round: draft.round,
    hosts: wanted.map((index) => idAt(draft, index)),
  });
  const facts = { round: draft.round, hosts: wanted.length };
  draft.said.push(reason('assess', `assessment ${draft.round}: ${wanted.length} hosts`, facts));
};

/** Marks the hosts that the first assessment could not ask; true when there were any. */
export const wantSecondLook = (draft: Draft): boolean => {
  if (draft.lookedAgain) return false;
  draft.lookedAgain = true;
  const silent = indicesWhere(
    draft,
    (host) => host.is === 'unassessed' && host.asked === undefined,
  );
  for (const index of silent) revise(draft, index, { wanted: true });
  return silent.length > 0;
};

/** Once a window has opened, what waits is looked at again: it may have been fixed, or have gone, since the last one. */
export const lookSinceOpened = (draft: Draft): void => {
  const { control, now } = draft;
  if (control === undefined || !hasCalendar(draft) || draft.toBeChanged === null) return;
  if (!mayLook(draft, now) || openNow(draft, now) === null) return;
  if (control.lookingSince !== null || (control.lookedAt ?? 0) >= freshSince(draft, now)) return;
  for (const index of indicesWhere(draft, ({ is }) => is === 'queued' || is === 'taken'))
    if (hostAt(draft, index).asked === undefined) revise(draft, index, { wanted: true });
  draft.control = { ...control, lookingSince: now };
};

/** To be called when nothing is asked any more that an assessment of all was to tell. */
export const noteLooked = (draft: Draft): void => {
  const { control } = draft;
  if (control === undefined || control.lookingSince === null) return;
  if (draft.openRounds.length > 0 || draft.counts.wanted > 0) return;
  draft.control = { ...control, lookedAt: control.lookingSince, lookingSince: null };
};
