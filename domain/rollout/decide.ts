import type { OperatorAnswer, OperatorRequest } from '../../contracts/rollout';
import { reason } from '../../contracts/reason';
import { takeAssessed } from './assessed';
import { callBack } from './calling-back';
import { closeDraft, indicesWhere, isOpen, openDraft, revise, type Draft } from './draft';
import {
  endFiring,
  missCalendar,
  missFleet,
  noteStaged,
  prepare,
  stageAhead,
  takeChanged,
  takeFleet,
} from './controlling';
import { conclude, expire, letGo } from './finishing';
import { takeAnswer } from './gates';
import {
  noteAwaits,
  noteFinished,
  noteInFlight,
  noteOwed,
  noteStarted,
  noteTaken,
} from './host-events';
import type { Decision, RolloutEvent } from './messages';
import { tellPeople } from './notices';
import { carryOut, clipped, clippedAnswer, knownAnswer, rememberRequest } from './operators';
import { nextLookOf, phaseOf } from './phase';
import { refusal } from './refusal';
import type { RolloutState } from './state';
import { giveSlots } from './watching';
import { walk } from './waves';
import { takeReading } from './windows';

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
  proceed(draft, state);
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
  if (draft.result === null) proceed(draft, state);
  const answer: OperatorAnswer = { phase: draft.phase, message: clippedAnswer(message) };
  rememberRequest(draft, updateId, request, answer);
  return { state: closeDraft(draft), commands: draft.commands, reasons: draft.said, answer };
};

type Happening = Exclude<RolloutEvent, { type: 'operator' }>;
type EventOf<T extends Happening['type']> = Extract<Happening, { type: T }>;

/** One line per event: the compiler refuses a table that misses one. */
const notes: { readonly [T in Happening['type']]: (draft: Draft, event: EventOf<T>) => void } = {
  admitted: (draft) => admit(draft),
  assessed: (draft, event) => takeAssessed(draft, event.round, event.hosts),
  hostStarted: (draft, event) => noteStarted(draft, event.hostId, event.runId),
  hostTaken: (draft, event) => noteTaken(draft, event.hostId, event.by),
  hostFinished: noteFinished,
  hostWatched: noteInFlight,
  slotsWanted: noteInFlight,
  slotsAwaited: noteAwaits,
  slotsHeld: noteAwaits,
  hostDrained: noteOwed,
  hostRestored: noteOwed,
  hostChanged: (draft, event) => takeChanged(draft, event.hostId, event.reason),
  calendarRead: (draft, event) => takeReading(draft, event.reading),
  calendarUnread: (draft, event) => missCalendar(draft, event.reason),
  fleetRead: (draft, event) => takeFleet(draft, event.changed),
  fleetUnread: (draft, event) => missFleet(draft, event.reason),
  staged: (draft) => noteStaged(draft),
  gateAnswered: (draft, event) => takeAnswer(draft, event.run, event.answer),
  timerFired: () => undefined,
  historyFull: (draft) => {
    draft.moving ??= 'wanted';
  },
  continued: (draft) => {
    draft.moving = null;
  },
};

const note = <T extends Happening['type']>(draft: Draft, event: EventOf<T>): void => {
  const take: ((draft: Draft, event: EventOf<T>) => void) | undefined = notes[event.type];
  // The compiler knows all events; a message from another version of the program may be another one.
  if (take === undefined) throw new TypeError(`unexpected ${JSON.stringify(event)}`);
  take(draft, event);
};

const admit = (draft: Draft): void => {
  if (draft.admitted) return;
  draft.admitted = true;
  for (const index of indicesWhere(draft, isOpen)) revise(draft, index, { wanted: true });
};

/** What follows from the new situation, whatever the event was. */
const proceed = (draft: Draft, before: RolloutState): void => {
  expire(draft);
  prepare(draft);
  giveSlots(draft);
  if (draft.stopping === null) {
    walk(draft);
    stageAhead(draft);
    endFiring(draft);
  }
  callBack(draft);
  letGo(draft);
  conclude(draft);
  Object.assign(draft, phaseOf(draft, draft.now));
  draft.nextLookAt = nextLookOf(draft, draft.now);
  // What ends the rollout, or this run of it, is carried out last.
  const last = draft.result !== null || draft.moving === 'asked' ? draft.commands.pop() : undefined;
  tellPeople(draft, before);
  if (last !== undefined) draft.commands.push(last);
};
