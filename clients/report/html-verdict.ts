import type { VerdictStep } from '../../contracts/outcome';
import { html } from './markup';
import type { Markup } from './markup';

/** The answer has its own word: a page may be printed without colours. */
const tones = { yes: 'good', no: 'calm', unknown: 'fair' } as const;

/** Questions with their answers and why, closed until somebody wants to know; nothing where none were kept. */
export const verdictSteps = (title: string, steps: readonly VerdictStep[] = []): Markup | null =>
  steps.length === 0
    ? null
    : html`<details>
        <summary>${title}</summary>
        ${list(steps)}
      </details>`;

const list = (steps: readonly VerdictStep[]): Markup =>
  html`<ul class="verdict">
    ${steps.map(
      ({ question, answer, reasons, of = [] }) =>
        html`<li>
          <span class="pill ${tones[answer]}">${answer}</span> ${question}
          ${reasons.map(({ message }) => html`<p class="soft">${message}</p>`)}
          ${of.length > 0 && list(of)}
        </li> `,
    )}
  </ul>`;
