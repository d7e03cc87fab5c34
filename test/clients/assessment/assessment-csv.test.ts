import { parse } from 'csv-parse/sync';
import { assessmentCsv } from '../../../clients/assessment/assessment-csv';
import { observationKey, type CounterPredicate } from '../../../contracts/predicate';
import { known, unknown } from '../../../contracts/reason';
import type { HostAssessment } from '../../../contracts/steps';
import { assessedHost } from '../../../domain/assessment';
import { appidapi, burst, factsOf, kb3004383, os } from '../../domain/hotfix/host-facts';
import { found, unreached } from './found-hosts';

const csvOf = (assessments: readonly HostAssessment[]): string =>
  assessmentCsv(
    assessments.map(assessedHost),
    new Map(assessments.map((one) => [one.hostId, one])),
  );
const rowsOf = (csv: string): Record<string, string>[] =>
  parse(csv, { columns: true, record_delimiter: '\r\n' });

describe('an assessment as CSV', () => {
  it('tells of a host its verdict, all reasons, what goes with it, and what was found', () => {
    const [first] = kb3004383.corroboration;
    const busy = observationKey(first?.when as CounterPredicate);
    const facts = factsOf({
      events: burst(),
      facts: { observations: { [busy]: known({ kind: 'counter', values: [87] }) } },
    });
    const [row] = rowsOf(csvOf([found('ex01', facts)]));
    expect(row).toMatchObject({
      host: 'ex01',
      state: 'affected',
      applicable: 'yes',
      services: 'healthy',
      stalling_now: 'no',
      reason_code: 'burst',
      windows: '6.1.7601',
      service_pack: '1',
      package: 'absent',
      files: `${appidapi} 6.1.7601.17514`,
      deciding_events: '3',
      log_reaches_back_to: '2015-02-09T12:00:00.000Z',
      host_time: '2015-03-11T12:00:00.000Z',
    });
    expect(row?.['all_reasons']).toContain('KB3004383 is not installed.');
    expect(row?.['corroboration']).toContain('the RPC Client Access service is busy: yes');
  });

  it('leaves empty what is not known, and never makes a no or a nought of it', () => {
    const facts = factsOf({
      facts: {
        os: unknown('wmic failed'),
        package: unknown('dism failed'),
        events: unknown('wevtutil failed'),
        fileVersions: unknown('wmic failed'),
      },
    });
    const [open, away] = rowsOf(csvOf([found('ex01', facts), unreached('ex02')]));
    const asked = ['windows', 'service_pack', 'package', 'files', 'deciding_events'];
    for (const column of asked) expect([column, open?.[column]]).toEqual([column, '']);
    expect(open).toMatchObject({ state: 'unknown', host_time: '2015-03-11T12:00:00.000Z' });
    expect(away).toMatchObject({
      host: 'ex02',
      state: '',
      reason_code: 'host-unreachable',
      reason: 'nobody answers',
      stalling_now: '',
      host_time: '',
    });
  });

  it.each(['=cmd|calc!A1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'never lets a spreadsheet run %j, which a host said, as a formula',
    (text) => {
      const csv = csvOf([
        unreached('ex01', text),
        found('ex02', factsOf({ facts: { os: known({ ...os, version: text, caption: text }) } })),
      ]);
      expect(csv).toContain(`'${text}`);
      expect(csv).not.toMatch(/(,|\r\n)"?[=+@\t＝-]/);
    },
  );

  it('keeps a line end of any kind within its cell', () => {
    const csv = csvOf([unreached('ex01', 'gone\r=1\n=2')]);
    expect(csv).toContain('"gone\r=1\n=2"');
    expect(rowsOf(csv)).toEqual([expect.objectContaining({ reason: 'gone\r=1\n=2' })]);
  });

  it('has a row for each of 1,000 hosts, in their order, with as many cells', () => {
    const one = found('ex0', factsOf({ events: burst() }));
    const many = Array.from({ length: 1000 }, (_, index) => ({
      ...one,
      hostId: found(`ex${index}`, factsOf()).hostId,
    }));
    const rows = rowsOf(csvOf(many));
    expect(rows.map((row) => row['host'])).toEqual(many.map((host) => host.hostId));
    expect(rows.every((row) => row['reason_code'] === 'burst')).toBe(true);
  });
});
