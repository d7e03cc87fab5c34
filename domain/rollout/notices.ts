import type { Notice } from '../../contracts/notification';
import { reason } from '../../contracts/reason';
import type { Draft } from './draft';
import { hasCalendar, openNow } from './windows';

/** People are told of what somebody wants to know; nothing ever waits for that. */
export const notify = (draft: Draft, notice: Notice): void => {
  if (draft.plan.control?.notify.includes(notice.event) !== true) return;
  draft.commands.push({ type: 'notify', notice, phase: draft.phase });
};

type Before = Pick<Draft, 'phase' | 'result' | 'stopping'>;

/** What is new since the last event; to be called once the new phase is known. */
export const tellPeople = (draft: Draft, before: Before): void => {
  if ((draft.plan.control?.notify.length ?? 0) === 0) return;
  if (draft.phase === 'awaiting-approval' && before.phase !== 'awaiting-approval')
    notify(draft, { event: 'approval-needed', reason: draft.phaseReason });
  tellWindow(draft);
  tellHeld(draft);
  const { stopping } = draft;
  if (before.stopping === null && stopping?.result === 'stopped-by-budget')
    notify(draft, { event: 'budget-spent', reason: stopping.reason });
  if (before.result === null && draft.result !== null)
    notify(draft, { event: 'done', reason: reason(draft.result, doneWords(draft)) });
};

const doneWords = (draft: Draft): string => {
  const counted = Object.entries(draft.counts).filter(
    ([place, hosts]) => hosts > 0 && !notCounted.has(place),
  );
  const hosts = counted.map(([place, count]) => `${count} ${place}`).join(', ');
  return `${draft.result ?? 'done'}: ${hosts}; ${draft.phaseReason.message}`;
};

/** Of `counts`, those that are no place of a host. */
const notCounted: ReadonlySet<string> = new Set([
  'wanted',
  'watched',
  'waiting',
  'awaiting',
  'recalled',
]);

const tellWindow = (draft: Draft): void => {
  const { control } = draft;
  if (control === undefined || !hasCalendar(draft)) return;
  const open = draft.result === null ? openNow(draft, draft.now) : null;
  const from = open?.from ?? null;
  if (from === control.toldOpen) return;
  draft.control = { ...control, toldOpen: from };
  const { phaseReason } = draft;
  if (open !== null) {
    const message = `window ${open.window} is open until ${new Date(open.until).toISOString()}`;
    notify(draft, { event: 'window-opens', reason: reason('window-open', message) });
  } else if (draft.result === null) {
    notify(draft, {
      event: 'window-closes',
      reason: reason('window-closed', `the window is closed; ${phaseReason.message}`),
    });
  }
};

const tellHeld = (draft: Draft): void => {
  const { control } = draft;
  if (control === undefined) return;
  const held = draft.phase === 'held' ? draft.phaseReason.code : null;
  if (held === control.toldHeld) return;
  draft.control = { ...control, toldHeld: held };
  if (held !== null) notify(draft, { event: 'held', reason: draft.phaseReason });
};
