import type { OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import { reason } from '../../contracts/reason';
import { takeAssessed } from './assessed';
import { closeDraft, indicesWhere, isOpen, openDraft, revise, type Draft } from './draft';
import { conclude, expire, letGo } from './finishing';
import { noteFinished, noteInFlight, noteStarted, noteTaken } from './host-events';
import type { Decision, RolloutEvent } from './messages';
import { carryOut, clipped, clippedAnswer, knownAnswer, rememberRequest } from './operators';
import { nextLookOf, phaseOf } from './phase';
import { refusal } from './refusal';
import type { RolloutState } from './state';
import { unexpected } from './unexpected';
import { giveSlots } from './watching';
import { walk } from './waves';

/** What follows from an event: a new state and what is to be carried out. Never writes to the state it is given. */
export const decide = (
  state: RolloutState,
  event: RolloutEvent,
  now: number,
): Decision<RolloutState> => {
  if (event.type === 'operator') return decideRequest(state, event.request, event.updateId, now);
  if (state.result !== null) return unchanged(state, 'the rollout is done');
  const draft = openDraft(state, now);
  note(draft, event);
  proceed(draft);
  return { state: closeDraft(draft), commands: draft.commands, reasons: draft.said };
};

const unchanged = (state: RolloutState, why: string): Decision<RolloutState> => ({
  state,
  commands: [],
  reasons: [reason('ignored', why)],
});

const decideRequest = (
  state: RolloutState,
  given: OperatorRequest,
  updateId: string,
  now: number,
): Decision<RolloutState> => {
  const known = knownAnswer(state, updateId);
  if (known !== undefined) return { ...unchanged(state, 'answered before'), answer: known };
  const request = clipped(given);
  const draft = openDraft(state, now);
  const refused = refusal(state, request, now);
  if (refused !== null) draft.said.push(refused);
  const message = refused === null ? carryOut(draft, request) : refused.message;
  if (draft.result === null) proceed(draft);
  const answer: OperatorAnswer = { phase: draft.phase, message: clippedAnswer(message) };
  rememberRequest(draft, updateId, request, answer);
  return { state: closeDraft(draft), commands: draft.commands, reasons: draft.said, answer };
};

const note = (draft: Draft, event: Exclude<RolloutEvent, { type: 'operator' }>): void => {
  switch (event.type) {
    case 'admitted':
      admit(draft);
      return;
    case 'assessed':
      takeAssessed(draft, event.round, event.hosts);
      return;
    case 'hostStarted':
      noteStarted(draft, event.hostId, event.runId);
      return;
    case 'hostTaken':
      noteTaken(draft, event.hostId, event.by);
      return;
    case 'hostFinished':
      noteFinished(draft, event);
      return;
    case 'hostWatched':
    case 'slotsWanted':
      noteInFlight(draft, event);
      return;
    case 'timerFired':
      return;
    case 'historyFull':
      draft.moving ??= 'wanted';
      return;
    case 'continued':
      draft.moving = null;
      return;
    default:
      unexpected(event);
  }
};

const admit = (draft: Draft): void => {
  if (draft.admitted) return;
  draft.admitted = true;
  for (const index of indicesWhere(draft, isOpen)) revise(draft, index, { wanted: true });
};

/** What follows from the new situation, whatever the event was. */
const proceed = (draft: Draft): void => {
  expire(draft);
  giveSlots(draft);
  if (draft.stopping === null) walk(draft);
  letGo(draft);
  conclude(draft);
  Object.assign(draft, phaseOf(draft, draft.now));
  draft.nextLookAt = nextLookOf(draft, draft.now);
};
