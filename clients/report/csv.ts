import { stringify } from 'csv-stringify/sync';
import { channelWords } from '../channel-words';
import { identityWords } from '../control-words';
import type { Report, ReportHost } from './report';

type Column = readonly [
  name: string,
  value: (host: ReportHost, report: Report) => string | number | boolean | null,
];

const columns: readonly Column[] = [
  ['rollout', (_, report) => report.rolloutId],
  ['change', (_, report) => report.change],
  ['hotfix', (_, report) => report.hotfixId],
  ['host', (host) => host.hostId],
  ['wave', (host) => host.wave],
  ['state', (host) => host.state],
  ['outcome', (host) => host.outcome],
  ['standing', (host) => host.standing],
  ['reason_code', (host) => host.reason?.code ?? null],
  ['reason', (host) => host.reason?.message ?? null],
  ['available', (host) => host.available],
  ['attempts', (host) => host.attempts],
  ['started_at', (host) => host.startedAt],
  ['finished_at', (host) => host.finishedAt],
  ['duration_s', (host) => (host.durationMs === null ? null : Math.round(host.durationMs / 1000))],
  ['failed_steps', (host) => failedSteps(host)],
  ['run_id', (host) => host.runId],
  ['reached_over', (host) => reachedOver(host)],
  ['missing_evidence', (host) => host.missing.join(' ')],
  ['action', (_, report) => report.action],
  ['verdict_reasons', (host) => verdictReasons(host)],
  ['corroboration', (host) => corroboration(host)],
];

/** Only of rollouts that somebody had to approve: what others hold stays as it was. */
const approvalColumns: readonly Column[] = [
  [
    'requested_by',
    (_, { requestedBy, approvals }) => identityWords(requestedBy, approvals?.requester.source),
  ],
  [
    'approved_by',
    (_, { approvals }) =>
      (approvals?.given ?? [])
        .map(({ by, at }) => `${identityWords(by.name, by.source)} ${at}`)
        .join('; '),
  ],
];

function reachedOver({ assessment }: ReportHost): string | null {
  const asked = assessment?.reached === true ? assessment.facts.asked : undefined;
  if (asked === undefined) return null;
  return asked.channel === null ? 'ssh' : channelWords(asked.channel);
}

const verdictReasons = ({ assessment }: ReportHost): string | null =>
  assessment?.reached === true
    ? assessment.verdict.reasons.map(({ message }) => message).join(' ')
    : null;

/** Shown, never decisive: each with its answer. */
const corroboration = ({ assessment }: ReportHost): string | null =>
  assessment?.reached === true
    ? (assessment.verdict.corroboration ?? [])
        .map(({ question, answer }) => `${question}: ${answer}`)
        .join('; ')
    : null;

const failedSteps = (host: ReportHost): string =>
  host.steps
    .filter((step) => !step.ok)
    .map((step) => step.step)
    .join(' ');

/**
 * One row per host. Reasons carry text that hosts sent: `escape_formulas` puts an apostrophe before cells that a
 * spreadsheet would otherwise run as a formula (OWASP: CSV injection). CRLF, as RFC 4180 has it.
 */
export function reportCsv(report: Report): string {
  const wanted = report.approvals === undefined ? columns : [...columns, ...approvalColumns];
  const rows = report.hosts.map((host) =>
    wanted.map(([, value]) => {
      const cell = value(host, report);
      return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell;
    }),
  );
  return stringify([wanted.map(([name]) => name), ...rows], {
    escape_formulas: true,
    // A line end that is not the delimiter still ends the row for some readers, and a formula may begin behind it.
    quoted_match: /[\r\n]/,
    record_delimiter: 'windows',
  });
}
