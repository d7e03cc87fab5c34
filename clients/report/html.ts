import { identityWords } from '../control-words';
import { withTimes } from '../moments';
import { approvalTable, controlFacts, gateTable, operationTable } from './html-control';
import { hostRow } from './html-host';
import { styleSheet } from './html-style';
import { html } from './markup';
import type { Markup } from './markup';
import type { Report } from './report';
import { tones } from './tones';
import { actionPrefix, actionSentences, clockSpan, plural, utcMoment, utcTime } from './words';

/** One page that needs nothing else: no script, no font, no picture, no network. */
export function reportHtml(report: Report): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>
          ${report.change}, ${actionPrefix(report.action)}${report.hotfixId}: rollout
          ${report.rolloutId}
        </title>
        <style>
          ${{ markup: styleSheet }}
        </style>
      </head>
      <body>
        <main>
          ${heading(report)} ${summary(report)} ${warnings(report)} ${gaps(report)} ${facts(report)}
          ${approvalTable(report)} ${hosts(report)} ${gateTable(report)} ${operationTable(report)}
          <footer>
            Written ${utcTime(report.generatedAt)} UTC. Preview
            <code>${report.previewHash}</code>
          </footer>
        </main>
      </body>
    </html> `;
  return page.markup.trimEnd() + '\n';
}

const resultTone = (report: Report): string => {
  if (report.result === 'completed') return 'good';
  return report.result === null ? 'calm' : 'bad';
};

const heading = (report: Report): Markup =>
  html`<header>
    <p class="eyebrow">Rollout ${report.rolloutId}</p>
    <div class="title">
      <h1>${report.change} · ${actionPrefix(report.action)}${report.hotfixId}</h1>
      <span class="pill ${resultTone(report)}">${report.result ?? report.phase}</span>
    </div>
    <p class="sentence">${withTimes(report.reason.message, utcMoment)}</p>
  </header>`;

const summary = (report: Report): Markup =>
  html`<div class="bar" aria-hidden="true">
      ${report.counts.map(
        (count) => html`<span class="${tones[count.outcome]}" style="flex:${count.hosts}"></span>`,
      )}
    </div>
    <ul class="cards" aria-label="Hosts by outcome">
      ${report.counts.map(
        (count) =>
          html`<li class="card ${tones[count.outcome]}">
            <b>${count.hosts}</b><span>${count.outcome}</span>
          </li>`,
      )}
    </ul>`;

const warnings = (report: Report): Markup | null =>
  report.warnings.length === 0
    ? null
    : html`<h2>Hosts reached in a way that is not safe</h2>
        <div class="notice" role="note">
          <ul>
            ${report.warnings.map((warning) => html`<li>${warning}</li>`)}
          </ul>
        </div>`;

const gaps = (report: Report): Markup | null =>
  report.gaps.length === 0
    ? null
    : html`<h2>What this report lacks</h2>
        <div class="notice" role="note">
          <ul>
            ${report.gaps.map((gap) => html`<li>${gap}</li>`)}
          </ul>
        </div>`;

function facts(report: Report): Markup {
  const { budget } = report;
  const allowed =
    budget.maxErrors === null ? 'not yet known' : `${String(budget.maxErrors)} allowed`;
  const until = report.finishedAt ?? report.generatedAt;
  const rows: readonly (readonly [string, string])[] = [
    ['This rollout', actionSentences[report.action]],
    [
      'Hosts',
      `${String(report.hosts.length)}, of which ${String(report.toBeChanged)} to be changed`,
    ],
    ['Waves', String(report.wave)],
    ['Errors', `${String(budget.errors)} (${allowed}); ${budget.words}`],
    ['Started', `${utcTime(report.startedAt)} UTC`],
    ['Finished', report.finishedAt === null ? 'not yet' : `${utcTime(report.finishedAt)} UTC`],
    ['Took', clockSpan(Date.parse(until) - Date.parse(report.startedAt))],
    ['Requested by', identityWords(report.requestedBy, report.approvals?.requester.source)],
    ...controlFacts(report),
  ];
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

const hosts = (report: Report): Markup =>
  html`<h2>Hosts</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Hosts">
      <table>
        <caption>
          ${plural(report.hosts.length, 'host')} in the order of the plan. Times are UTC, durations
          minutes:seconds.
        </caption>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">Wave</th>
            <th scope="col">State found</th>
            <th scope="col">Why</th>
            <th scope="col" class="number">Took</th>
          </tr>
        </thead>
        <tbody>
          ${report.hosts.map(hostRow)}
        </tbody>
      </table>
    </div>`;
