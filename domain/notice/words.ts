import type { NoticePlaceholder, NotifyInput } from '../../contracts/notification';
import { noticePlaceholders } from '../../contracts/notification';

/** What people read of a notice. */
export interface NoticeText {
  /** One line, at most 200 characters. */
  readonly subject: string;
  /** Lines divided by LF, at most 3000 characters. */
  readonly text: string;
}

const subjectLength = 200;
/** Below what receivers cut: Slack takes 40,000 characters but shows a long message folded, Teams some 28 KB. */
const textLength = 3000;

const headlines = {
  'approval-needed': 'approval needed',
  'window-opens': 'window opens',
  'window-closes': 'window closes',
  held: 'held',
  'budget-spent': 'failure budget spent',
  mitigated: 'mitigated only',
  done: 'done',
} as const satisfies { readonly [event in NotifyInput['notice']['event']]: string };

/** The channel's own words, or the program's. */
export function wordNotice(input: NotifyInput): NoticeText {
  const { change, rolloutId, hotfixId, notice, channel } = input;
  const headline = headlines[notice.event];
  const about = notice.hostId === undefined ? '' : ` (${notice.hostId})`;
  const subject = cut(oneLine(`[${change}] ${hotfixId}: ${headline}${about}`), subjectLength);
  const text =
    channel.template === null
      ? `${change}, ${hotfixId}: ${headline}${about}\n${notice.reason.message}\nRollout ${rolloutId}, ${input.phase}, ${input.at}`
      : fillTemplate(channel.template, valuesOf(input));
  return { subject, text: cut(clean(text), textLength) };
}

type Values = { readonly [name in NoticePlaceholder]: string };

const valuesOf = (input: NotifyInput): Values => ({
  change: input.change,
  rollout: input.rolloutId,
  event: headlines[input.notice.event],
  message: input.notice.reason.message,
  phase: input.phase,
  hotfix: input.hotfixId,
});

const placeholder = new RegExp(String.raw`\{(${noticePlaceholders.join('|')})\}`, 'g');

/** Values are data: what looks like a placeholder in one of them is sent as it is. */
export function fillTemplate(template: string, values: Values): string {
  return template.replace(placeholder, (_, name: NoticePlaceholder) => values[name]);
}

/**
 * Slack reads `<…>` as a link or as a call of everybody (`<!channel>`) unless these three are escaped
 * (https://docs.slack.dev/messaging/formatting-message-text, "Escaping text").
 */
export const escapeForSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Without control characters but LF and tab, and without those that hide text or turn its direction around: what a host
 * answered may be part of a reason.
 */
export const clean = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim();

export const oneLine = (text: string): string => clean(text).replace(/[\n\t ]+/g, ' ');

/** Between characters, not in the middle of one that has two code units. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
