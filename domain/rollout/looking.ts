import { reason } from '../../contracts/reason';
import { idAt, indicesWhere, mayStartAnything, revise, type Draft } from './draft';

/** Asks all wanted hosts in one new round. The first round is answered before another is begun. */
export const askWanted = (draft: Draft): void => {
  if (!mayStartAnything(draft)) return;
  if (draft.round > 0 && draft.toBeChanged === null) return;
  if (draft.counts.wanted === 0) return;
  const wanted = indicesWhere(draft, (host) => host.wanted === true);
  draft.round += 1;
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
