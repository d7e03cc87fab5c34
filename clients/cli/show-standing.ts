import type { Opening } from '../../contracts/window';
import { identityWords } from '../control-words';
import { localTime } from '../moments';
import { plural } from '../report/words';
import type { StandingDetails, StandingView } from '../standing/describe-standing';
import type { FiringView } from '../standing/firings';
import type { CliIo } from './io';
import { table, widthOf } from './print';
import { printable, wrap } from './wrap';

const at = (ms: number): string => localTime(new Date(ms).toISOString());

export function showStandings(found: readonly StandingView[], io: CliIo): string {
  if (found.length === 0) return 'there is no standing plan';
  return table(
    ['NAME', 'CHANGE', 'STANDS', 'APPROVED', 'OPENS NEXT', 'EXPIRES', 'SAID LAST'],
    found.map((view) => [
      view.name,
      view.change,
      standing(view),
      view.approved ? 'yes' : 'no',
      opens(view),
      localTime(view.expiresAt),
      view.lastFirings[0]?.said ?? '',
    ]),
    widthOf(io),
  );
}

const standing = ({ paused, refusal }: StandingView): string => {
  if (paused !== null) return 'paused';
  return refusal === null ? 'on' : 'closed';
};

const opens = ({ openings: [next], openingsProblem }: StandingView): string => {
  if (next !== undefined) return at(next.from);
  return openingsProblem === null ? 'never again' : 'not known here';
};

export function showStanding(view: StandingDetails, io: CliIo): string {
  const lines = [
    `${view.name} · ${view.change} · ${view.hotfixId}`,
    ...(view.paused === null ? [] : [`paused: ${view.paused}`]),
    ...(view.refusal === null ? [] : [`does nothing: ${view.refusal}`]),
    ...changeLines(view),
    `plan: ${view.planFile}`,
    `fleet: ${view.fleetFile}`,
    `asked for by ${identityWords(view.requester.name, view.requester.source)}, ${localTime(view.requestedAt)}: ${view.reason}`,
    `hash: ${view.hash}`,
    `limits: at most ${plural(view.maxHosts, 'host')} in each window, until ${localTime(view.expiresAt)}`,
    ...approvalLines(view),
    `window: ${view.windowWords}`,
    ...openingLines(view),
    ...rolloutLines(view),
    ...firingLines(view),
  ];
  return lines.flatMap((line) => wrap(printable(line), widthOf(io))).join('\n');
}

function changeLines({ changed, unread }: StandingDetails): string[] {
  if (unread !== null) return [`its files cannot be read here: ${unread}`];
  if (changed.length === 0) return [];
  return [
    `does nothing: changed since it was created: ${changed.join(', ')}; put it back, or create it again with --replace`,
  ];
}

function approvalLines({ approvals, ...view }: StandingDetails): string[] {
  const given = approvals.map(
    ({ by, at: when, reason }) =>
      `  ${localTime(when)}  approved by ${identityWords(by.name, by.source)}: ${reason}`,
  );
  const more = view.approved
    ? []
    : [
        `  approve it with: rollout window approve ${view.name} --hash ${view.hash.slice(0, 12)} --reason "..."`,
      ];
  return [`approvals: ${view.approvalWords}`, ...given, ...more];
}

function openingLines({ openings, openingsProblem }: StandingView): string[] {
  if (openingsProblem !== null) return [`  when it opens is not known here: ${openingsProblem}`];
  if (openings.length === 0) return ['  it does not open again before it expires'];
  return openings.map((opening) => `  opens ${openingWords(opening)}`);
}

const openingWords = ({ from, until }: Opening): string => `${at(from)}, until ${at(until)}`;

const rolloutLines = ({ rollouts }: StandingDetails): string[] =>
  rollouts.length === 0
    ? []
    : [
        'rollouts:',
        ...rollouts.map(
          ({ rolloutId, startedAt, phase }) => `  ${rolloutId}  ${phase}  ${localTime(startedAt)}`,
        ),
      ];

function firingLines({ lastFirings, ...view }: StandingDetails): string[] {
  const { firingsTaken, firingsMissed, firingsSkipped } = view;
  const counts = `firings: ${firingsTaken}, ${firingsMissed} came too late, ${firingsSkipped} while one was under way`;
  return [counts, ...lastFirings.map((firing) => `  ${firingWords(firing)}`)];
}

const firingWords = ({ scheduledAt, did, said }: FiringView): string =>
  `${localTime(scheduledAt)}  ${did === 'rollout' ? '' : `${did}: `}${said}`;
