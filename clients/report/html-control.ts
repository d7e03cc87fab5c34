import type { GateStatus } from '../../contracts/rollout';
import {
  approvalWords,
  estimateWords,
  gatePlace,
  gateStanding,
  identityWords,
  isBegun,
  limitWords,
  operationName,
  windowWords,
} from '../control-words';
import { withTimes } from '../moments';
import { html } from './markup';
import type { Markup } from './markup';
import type { Report } from './report';
import { utcMoment, utcTime } from './words';

/** Rows of the facts; none where a plan asks for nothing of it. A page is read long after: what was ahead is said of open rollouts only. */
export function controlFacts(report: Report): readonly (readonly [string, string])[] {
  const { approvals, window, estimate, limits } = report;
  const isOpen = report.phase !== 'done';
  return [
    ...row('Approvals', approvals && approvalWords(approvals, isBegun(report), utcMoment)),
    ...row(
      'Window',
      isOpen && window !== undefined
        ? windowWords(window, Date.parse(report.generatedAt), utcMoment)
        : undefined,
    ),
    ...row(
      'Estimate',
      isOpen && estimate !== undefined ? estimateWords(estimate, utcMoment) : undefined,
    ),
    ...row('Limits changed', limits && limitWords(limits)),
  ];
}

const row = (name: string, value: string | undefined): (readonly [string, string])[] =>
  value === undefined ? [] : [[name, value]];

/** Who let it begin, or nobody yet. */
export const approvalTable = ({ approvals }: Report): Markup | null =>
  approvals === undefined || approvals.given.length === 0
    ? null
    : tableOf('Who approved', ['When (UTC)', 'By', 'Reason given'], approvals.given, (given) => [
        html`<td>${utcTime(given.at)}</td>`,
        html`<th scope="row">${identityWords(given.by.name, given.by.source)}</th>`,
        html`<td class="reason">${given.reason}</td>`,
      ]);

const gateTones: { readonly [standing in GateStatus['standing']]: string } = {
  asked: 'calm',
  open: 'good',
  closed: 'bad',
  waived: 'fair',
  'no-answer': 'fair',
};

export const gateTable = ({ gates = [] }: Report): Markup | null =>
  gates.length === 0
    ? null
    : tableOf('Gates', ['Gate', 'Asked', 'Answer', 'Why'], gates, (gate) => [
        html`<th scope="row">${gate.gate}</th>`,
        html`<td>${gatePlace(gate)}</td>`,
        html`<td><span class="pill ${gateTones[gate.standing]}">${gateStanding(gate)}</span></td>`,
        html`<td class="reason">${gate.reason?.message ?? ''}</td>`,
      ]);

/** Who asked is marked as asserted where the plan cares who somebody is, or where a name was given. */
export function operationTable({ operations, approvals }: Report): Markup | null {
  if (operations.length === 0) return null;
  const usual = approvals === undefined ? undefined : ('os-user' as const);
  return tableOf(
    'What people asked for',
    ['When (UTC)', 'Request', 'Host', 'By', 'Reason given'],
    operations,
    (operation) => [
      html`<td class="number">${utcTime(operation.at)}</td>`,
      html`<th scope="row" class="request">
        ${operationName(operation)}${operation.detail !== undefined && html` <span class="soft">${withTimes(operation.detail, utcMoment)}</span>`}
      </th>`,
      html`<td>${operation.hostId ?? '–'}</td>`,
      html`<td class="by">${identityWords(operation.author, operation.source ?? usual)}</td>`,
      html`<td class="reason">${operation.reason}</td>`,
    ],
  );
}

const tableOf = <T>(
  title: string,
  head: readonly string[],
  items: readonly T[],
  cells: (item: T) => readonly Markup[],
): Markup =>
  html`<h2>${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (item) =>
              html`<tr>
                ${cells(item)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
