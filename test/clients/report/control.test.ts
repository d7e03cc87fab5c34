import { parse } from 'csv-parse/sync';
import { buildReport } from '../../../clients/report/build-report';
import { reportCsv } from '../../../clients/report/csv';
import { reportHtml } from '../../../clients/report/html';
import { reportJson } from '../../../clients/report/json';
import type { Report } from '../../../clients/report/report';
import { reason } from '../../../contracts/reason';
import type { RolloutStatus } from '../../../contracts/rollout';
import { aGate, anApproval, anOperation, aWindow } from '../control-samples';
import { aStatus, doneHost } from '../status-samples';

const report = (status: Partial<RolloutStatus>): Report =>
  buildReport(
    aStatus({ hosts: [doneHost('ex01', 'fixed')], ...status }),
    { results: new Map(), assessments: new Map(), gaps: [] },
    '2026-05-01T21:00:00.000Z',
  );
const page = (status: Partial<RolloutStatus>): string =>
  reportHtml(report(status)).replaceAll(/\s+/g, ' ');

const controlled: Partial<RolloutStatus> = {
  approvals: anApproval(),
  window: aWindow(),
  gates: [aGate(), aGate({ standing: 'closed', reason: reason('x', '<b>0.2</b> is not < 0.05') })],
  estimate: { p50: '2026-05-02T22:00:00Z', p95: null },
  limits: { maxConcurrency: 5 },
  operations: [
    anOperation(),
    {
      at: '2026-05-01T20:06:00Z',
      operation: 'set-concurrency',
      author: 'kim',
      reason: 'slow disks',
      detail: '5 at once',
    },
  ],
};

describe('the report of a controlled change', () => {
  it('is read back from JSON with all of it, times in UTC', () => {
    const made = report(controlled);
    const read = JSON.parse(reportJson(made)) as Report;
    expect(read).toEqual(made);
    expect(read).toMatchObject(JSON.parse(JSON.stringify(controlled)) as object);
  });

  it('shows on the page who approved and how they are known, gates with their answers, and requests with details', () => {
    const shown = page(controlled);
    expect(shown).toMatch(
      /Who approved.*2026-05-01 20:00:30.*lee \(asserted, name given with --as\).*reviewed in CAB/,
    );
    expect(shown).toMatch(/<dt>Approvals<\/dt> <dd>1 of 2 given<\/dd>/);
    expect(shown).toMatch(/<dt>Window<\/dt> <dd>saturday opens 2026-05-02 20:00:00 UTC, in 23 h;/);
    expect(shown).toMatch(/<dt>Estimate<\/dt> <dd>done by 2026-05-02 22:00:00 UTC as likely/);
    expect(shown).toMatch(/<dt>Limits changed<\/dt> <dd>at most 5 hosts at once<\/dd>/);
    expect(shown).toMatch(
      /mail-flow.*before wave 2.*pill fair">no answer.*pill bad">closed.*&lt;b&gt;0\.2&lt;\/b&gt; is not &lt; 0\.05/,
    );
    expect(shown).toMatch(/change concurrency <span class="soft">5 at once<\/span>/);
    // Who cares who approved cares who steered.
    expect(shown).toContain('kim (asserted, operating-system user)');
  });

  it('that is done tells nothing of what was ahead', () => {
    const shown = page({ ...controlled, phase: 'done', result: 'completed' });
    expect(shown).not.toMatch(/<dt>(Window|Estimate)<\/dt>/);
    expect(shown).toContain('Who approved');
  });

  it.each(['rejected', 'expired', 'stopped-by-gate'] as const)(
    'that was %s says so, as what did not go well',
    (result) => {
      expect(page({ phase: 'done', result })).toContain(`<span class="pill bad">${result}</span>`);
    },
  );

  it('has who asked and who approved in the CSV of a change that needs approval, and else no such column', () => {
    const [row] = parse<{ [name: string]: string }>(reportCsv(report(controlled)), {
      columns: true,
    });
    expect(row).toMatchObject({
      requested_by: 'kim (asserted, operating-system user)',
      approved_by: 'lee (asserted, name given with --as) 2026-05-01T20:00:30.000Z',
    });
    expect(reportCsv(report({}))).not.toContain('approved_by');
  });
});

describe('the report of a plan that asks for none of it', () => {
  it('says nothing of it', () => {
    const made = report({
      operations: [{ at: '2026-05-01T20:06:00Z', operation: 'pause', author: 'kim', reason: 'x' }],
    });
    for (const name of ['approvals', 'window', 'gates', 'estimate', 'limits'])
      expect(made).not.toHaveProperty(name);
    const shown = reportHtml(made);
    expect(shown).not.toMatch(/Approvals|Window|Estimate|Limits|Gates|asserted/);
    expect(shown).toContain('<td class="by">kim</td>');
    expect(shown).toContain('<dd>kim</dd>');
  });
});
