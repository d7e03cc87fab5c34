import { buildReport } from '../../../clients/report/build-report';
import type { Evidence } from '../../../clients/report/build-report';
import { reportCsv } from '../../../clients/report/csv';
import { reportHtml } from '../../../clients/report/html';
import { reportJson } from '../../../clients/report/json';
import { escapeHtml } from '../../../clients/report/markup';
import type { AskedBy } from '../../../contracts/facts';
import { hostId } from '../../../contracts/ids';
import { outcomes } from '../../../contracts/outcome';
import type { Verdict } from '../../../contracts/outcome';
import { reason } from '../../../contracts/reason';
import type { HostAssessment } from '../../../contracts/steps';
import type { HostResult, RolloutStatus, StepRecord } from '../../../contracts/rollout';
import { factsOf } from '../../domain/hotfix/host-facts';
import { aHost, aStatus, doneHost } from '../status-samples';

const generatedAt = '2026-05-01T21:00:00.000Z';
const nothing: Evidence = { results: new Map(), assessments: new Map(), gaps: [] };
const report = (status: Partial<RolloutStatus>, evidence: Partial<Evidence> = {}) =>
  buildReport(aStatus(status), { ...nothing, ...evidence }, generatedAt);

const resultOf = (name: string, changes: Partial<HostResult> = {}): HostResult => {
  const host = doneHost(name, 'fixed');
  return {
    hostId: host.hostId,
    outcome: 'fixed',
    reason: reason('fixed', 'installed and verified'),
    available: true,
    startedAt: '2026-05-01T20:00:10.000Z',
    finishedAt: '2026-05-01T20:01:15.000Z',
    steps: [
      {
        step: 'apply',
        startedAt: '2026-05-01T20:00:20.000Z',
        finishedAt: '2026-05-01T20:00:40.000Z',
        ok: true,
        summary: 'installed, exit code 3010',
        detail: { exitCode: 3010 },
      },
    ],
    ...changes,
  };
};

describe('a report', () => {
  it('counts every host exactly once, those under way included', () => {
    const hosts = [
      ...outcomes.map((outcome) => doneHost(outcome, outcome)),
      aHost('busy', { standing: 'running' }),
    ];
    const { counts } = report({ hosts });
    expect(counts.reduce((sum, count) => sum + count.hosts, 0)).toBe(hosts.length);
    expect(counts).toContainEqual({ outcome: 'open', hosts: 1 });
  });

  it('holds the steps of a host, and says per host what retention has removed', () => {
    const made = report(
      { hosts: [doneHost('ex01', 'fixed'), doneHost('ex02', 'fixed')] },
      {
        results: new Map<string, HostResult | { missing: string }>([
          ['ex01', resultOf('ex01')],
          ['ex02', { missing: 'its retention has passed' }],
        ]),
      },
    );
    expect(made.hosts[0]?.steps).toHaveLength(1);
    expect(made.hosts[0]?.missing).toEqual([]);
    expect(made.hosts[1]?.missing).toEqual(['its retention has passed']);
    expect(made.gaps.join(' ')).toContain('1 of 2 hosts');
  });

  it('says aloud which hosts were reached in a way that is not safe', () => {
    const tls = { protocol: 'TLSv1', cipher: 'AES128-SHA', isLegacy: true };
    const way = (channel: AskedBy['channel']) =>
      ({
        reached: true,
        facts: { asked: { by: 'shell', events: 'wevtutil', channel } },
        verdict: { state: 'affected', reasons: [], applicable: true, health: 'healthy' },
      }) as unknown as HostAssessment;
    const made = report(
      { hosts: [doneHost('old1', 'fixed'), doneHost('ex01', 'fixed'), doneHost('ex02', 'fixed')] },
      {
        assessments: new Map([
          ['old1', way({ method: 'ntlm', isSealed: false, tls })],
          ['ex01', way({ method: 'ntlm', isSealed: true, tls: null })],
          ['ex02', way(null)],
        ]),
      },
    );
    expect(made.warnings).toEqual([
      expect.stringMatching(/^old1 was reached over TLSv1 .*KB3080079/),
    ]);
    const page = reportHtml(made);
    expect(page).toContain('Hosts reached in a way that is not safe');
    expect(page).toContain('Asked over WinRM (ntlm, sealed), by a shell; events by wevtutil.');
    expect(page).toContain('Asked over SSH, by a shell');
    const rows = reportCsv(made).split('\r\n');
    expect(rows[0]).toContain(',reached_over,');
    expect(rows.slice(1, 4)).toEqual([
      expect.stringContaining(',ntlm over TLSv1 (legacy),'),
      expect.stringContaining(',"ntlm, sealed",'),
      expect.stringContaining(',ssh,'),
    ]);
    expect(reportHtml(report({ hosts: [] }))).not.toContain('not safe');
  });

  it('has no gap when nothing is missing', () => {
    const made = report(
      { hosts: [doneHost('ex01', 'fixed')] },
      { results: new Map([['ex01', resultOf('ex01')]]) },
    );
    expect(made.gaps).toEqual([]);
  });

  it('is read back from JSON as it was', () => {
    const made = report({ hosts: [doneHost('ex01', 'fixed')] });
    expect(JSON.parse(reportJson(made))).toEqual(made);
  });
});

describe('what a rollout was to do', () => {
  it.each([
    { action: undefined, means: 'fix', heading: 'CHG0031337 · KB3004383', says: 'brings' },
    { action: 'mitigate', means: 'mitigate', heading: 'mitigate KB3004383', says: 'stays owed' },
    { action: 'rollback', means: 'rollback', heading: 'rollback KB3004383', says: 'is removed' },
  ] as const)('is told in every form: $means', ({ action, means, heading, says }) => {
    const made = report({
      hosts: [doneHost('ex01', 'fixed')],
      ...(action !== undefined && { action }),
    });
    expect(made.action).toBe(means);
    const page = reportHtml(made);
    expect(page).toContain(heading);
    expect(page).toContain(says);
    expect(reportCsv(made).split('\r\n')[1]).toContain(`,${means},`);
  });
});

describe('the evidence of a host', () => {
  const verdict: Verdict = {
    state: 'affected',
    applicable: 'yes',
    reasons: [reason('file-version', 'dns.exe is old.'), reason('fix-absent', 'Not installed.')],
    currentlyStalling: false,
    health: 'healthy',
    steps: [
      {
        question: 'all of these hold',
        answer: 'yes',
        reasons: [],
        of: [
          { question: 'dns.exe is older', answer: 'yes', reasons: [reason('v', 'It is 6.1.')] },
          { question: '<b>not</b> limited', answer: 'unknown', reasons: [reason('r', 'No word.')] },
        ],
      },
    ],
    corroboration: [{ question: 'dns.exe is busy', answer: 'no', reasons: [] }],
  };
  const withEvidence = (given: Verdict, steps: HostResult['steps'] = []) =>
    report(
      { hosts: [doneHost('ex01', 'fixed')] },
      {
        results: new Map([['ex01', resultOf('ex01', { steps })]]),
        assessments: new Map([
          ['ex01', { reached: true, hostId: hostId('ex01'), verdict: given, facts: factsOf() }],
        ]),
      },
    );

  it('shows on the page how the verdict was come by, each question below the one it is of', () => {
    const page = reportHtml(withEvidence(verdict)).replaceAll(/\s+/g, ' ');
    expect(page).toContain('How the verdict was come by');
    expect(page).toMatch(
      /all of these hold.*<ul class="verdict">.*dns\.exe is older.*It is 6\.1\./,
    );
    expect(page).toMatch(/pill fair">unknown<\/span> &lt;b&gt;not/);
    expect(page).toMatch(/decides nothing.*pill calm">no<\/span> dns\.exe is busy/);
  });

  it('has all reasons and what goes with it in the CSV', () => {
    const [head = '', row = ''] = reportCsv(withEvidence(verdict)).split('\r\n');
    expect(head).toMatch(/,action,verdict_reasons,corroboration$/);
    expect(row).toMatch(/,fix,dns\.exe is old\. Not installed\.,dns\.exe is busy: no$/);
  });

  it('of an earlier release, which kept no steps, has no empty heading', () => {
    const { steps: _, corroboration: __, ...earlier } = verdict;
    const made = withEvidence(earlier);
    expect(reportHtml(made)).not.toContain('How the verdict');
    expect(reportHtml(made)).not.toContain('decides nothing');
    expect(reportCsv(made).split('\r\n')[1]).toMatch(/Not installed\.,$/);
  });

  it('names every step in words, and tells what a fallback did in its order', () => {
    const step = (name: StepRecord['step'], detail?: unknown): StepRecord => ({
      step: name,
      startedAt: generatedAt,
      finishedAt: generatedAt,
      ok: true,
      summary: 'done',
      ...(detail !== undefined && { detail }),
    });
    const done = [
      { at: '2026-05-01T21:00:01.000Z', what: 'stopped <DNS>' },
      { at: '2026-05-01T21:00:03.000Z', what: 'started DNS' },
    ];
    const steps = [
      step('inspect'),
      step('remove'),
      step('fallback', { done }),
      step('fallback', { cut: true, bytes: 70_000 }),
      step('fallback', { done: [null, { at: 1 }, 'text'] }),
      step('watch'),
    ];
    const page = reportHtml(withEvidence(verdict, steps)).replaceAll(/\s+/g, ' ');
    for (const words of ['ask servicing about', 'remove the hotfix', 'watch for the symptom']) {
      expect(page).toContain(`<b>${words}`);
    }
    expect(page).toMatch(/21:00:01 UTC: stopped &lt;DNS&gt;.*21:00:03 UTC: started DNS/);
    expect(page).not.toContain('undefined');
  });
});

describe('the CSV form', () => {
  it('has a header and one row per host with as many cells', () => {
    const made = report({ hosts: [doneHost('ex01', 'fixed'), aHost('ex02')] });
    const rows = reportCsv(made).trimEnd().split('\r\n');
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.split(',').length)).size).toBe(1);
    expect(rows[1]).toContain('ex01');
  });

  it.each(['=cmd|calc!A1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'never lets a spreadsheet run %j as a formula',
    (message) => {
      const csv = reportCsv(
        report({ hosts: [doneHost('ex01', 'failed', { reason: { code: 'x', message } })] }),
      );
      expect(csv).toContain(`'${message}`);
      expect(csv).not.toMatch(/,"?[=+@\t＝-]/);
    },
  );

  it('keeps quotes, commas and line breaks inside their cell', () => {
    const message = 'he said "no", then\r\nleft';
    const csv = reportCsv(
      report({ hosts: [doneHost('ex01', 'failed', { reason: { code: 'x', message } })] }),
    );
    expect(csv).toContain('"he said ""no"", then\r\nleft"');
  });
});

describe('the HTML form', () => {
  const hostile = `<script>alert("1")</script><img src=x onerror='x'>&`;

  it('escapes whatever hosts and people wrote', () => {
    const page = reportHtml(
      report(
        {
          change: hostile,
          requestedBy: hostile,
          reason: reason('x', hostile),
          hosts: [doneHost('ex01', 'failed', { reason: reason('x', hostile) })],
          operations: [{ at: generatedAt, operation: 'pause', author: hostile, reason: hostile }],
        },
        {
          gaps: [hostile],
          results: new Map([
            [
              'ex01',
              resultOf('ex01', {
                steps: [
                  {
                    step: 'apply',
                    startedAt: generatedAt,
                    finishedAt: generatedAt,
                    ok: false,
                    summary: hostile,
                    detail: { logTail: hostile },
                    failure: { code: hostile, message: hostile, advice: hostile },
                  },
                ],
              }),
            ],
          ]),
        },
      ),
    );
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page.split('&lt;script&gt;').length - 1).toBeGreaterThanOrEqual(9);
  });

  it('shows control characters instead of sending them', () => {
    expect(escapeHtml('a\u0000\u001bb\n')).toBe('a␀␛b\n');
  });

  it('needs nothing else: no script, no address to load from', () => {
    const page = reportHtml(report({ hosts: [doneHost('ex01', 'fixed')] }));
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(|@import/i);
    expect(page).toContain("default-src 'none'");
  });

  it('has a row for every host with its outcome in words', () => {
    const hosts = outcomes.map((outcome) => doneHost(`host-${outcome}`, outcome));
    const page = reportHtml(report({ hosts }));
    const rows = page.match(/<tr>\s*<th scope="row">host-/g);
    expect(rows).toHaveLength(hosts.length);
    for (const outcome of outcomes)
      expect(page).toMatch(new RegExp(`class="pill \\w+">${outcome}<`));
  });

  it('says what is missing', () => {
    const page = reportHtml(report({ hosts: [] }, { gaps: ['Facts could not be had.'] }));
    expect(page).toContain('What this report lacks');
    expect(page).toContain('Facts could not be had.');
  });
});
