import type { StepRecord } from '../../contracts/rollout';
import { askedWords } from '../channel-words';
import { html } from './markup';
import type { Markup } from './markup';
import type { HostEvidence, ReportHost } from './report';
import { doneOf, stepWords } from './step-words';
import { tones } from './tones';
import { verdictSteps } from './html-verdict';
import { clockSpan, plural, utcTime } from './words';

export function hostRow(host: ReportHost): Markup {
  const outcome = host.outcome ?? 'open';
  return html`<tr>
    <th scope="row">${host.hostId}</th>
    <td><span class="pill ${tones[outcome]}">${host.outcome ?? host.standing}</span></td>
    <td class="number">${host.wave ?? '–'}</td>
    <td>${host.state ?? 'not asked'}</td>
    <td class="reason">
      ${host.reason?.message ?? ''}
      ${host.missing.map((sentence) => html`<p class="soft">${sentence}</p>`)} ${evidence(host)}
    </td>
    <td class="number">${host.durationMs === null ? '–' : clockSpan(host.durationMs)}</td>
  </tr> `;
}

function evidence(host: ReportHost): Markup | null {
  if (host.steps.length === 0 && host.assessment === null) return null;
  const first = host.steps[0];
  const last = host.steps.at(-1);
  const begin = first === undefined ? 0 : Date.parse(first.startedAt);
  const end = last === undefined ? begin : Date.parse(last.finishedAt);
  const title =
    host.steps.length === 0 ? 'What was found' : `${plural(host.steps.length, 'step')}, with times`;
  return html`<details>
    <summary>${title}</summary>
    ${assessed(host.assessment)}
    ${
      host.steps.length > 0 &&
      html`<ol class="steps">
        ${host.steps.map((step) => stepItem(step, begin, end))}
      </ol>`
    }
    ${host.runId !== null && html`<p class="soft">Workflow run <code>${host.runId}</code>${host.attempts > 1 && html`, attempt ${host.attempts}`}</p>`}
  </details>`;
}

function assessed(found: HostEvidence | null): Markup | null {
  if (found === null) return null;
  if (!found.reached) {
    return html`<p>
      Assessment: could not be asked (<code>${found.code}</code>): ${found.message}
    </p>`;
  }
  return html`<p>Assessment: <b>${found.verdict.state}</b>, services ${found.verdict.health}</p>
    <ul>
      ${found.verdict.reasons.map((reason) => html`<li>${reason.message}</li>`)}
    </ul>
    ${verdictSteps('How the verdict was come by', found.verdict.steps)}
    ${verdictSteps('What goes with it, and decides nothing', found.verdict.corroboration)}
    ${found.facts.asked !== undefined && html`<p class="soft">${askedWords(found.facts.asked)}</p>`}`;
}

function stepItem(step: StepRecord, begin: number, end: number): Markup {
  const startedAt = Date.parse(step.startedAt);
  const finishedAt = Date.parse(step.finishedAt);
  const span = Math.max(1, end - begin);
  const left = percent((startedAt - begin) / span);
  const width = percent((finishedAt - startedAt) / span);
  return html`<li class="${step.ok ? 'good' : 'bad'}">
    <b>${stepWords[step.step]}</b> ${!step.ok && html`<span class="pill bad">failed</span>`}
    <span class="when"
      >${utcTime(step.startedAt).slice(11)} UTC, took ${clockSpan(finishedAt - startedAt)}</span
    >
    <span class="track" aria-hidden="true"
      ><i style="margin-left:${left}%;width:${width}%"></i
    ></span>
    ${step.summary}
    ${
      step.failure !== undefined &&
      html`<p>
        <code>${step.failure.code}</code> ${step.failure.message}${
          step.failure.advice !== undefined && html`; ${step.failure.advice}`
        }
      </p>`
    }
    ${doneList(step)}
    ${
      step.detail !== undefined &&
      html`<details>
        <summary>Detail</summary>
        <pre>${JSON.stringify(step.detail, null, 2)}</pre>
      </details>`
    }
  </li> `;
}

/** What a fallback did, in its order. */
function doneList(step: StepRecord): Markup | null {
  const done = doneOf(step);
  return done.length === 0
    ? null
    : html`<ol>
        ${done.map(({ at, what }) => html`<li>${utcTime(at).slice(11)} UTC: ${what}</li>`)}
      </ol>`;
}

const percent = (share: number): string => (Math.min(1, Math.max(0, share)) * 100).toFixed(1);
