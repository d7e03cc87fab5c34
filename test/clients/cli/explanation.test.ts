import { colorsFor } from '../../../clients/cli/colors';
import { describeAssessment } from '../../../clients/cli/show-assessment';
import { describeAssessed } from '../../../clients/cli/show-explanation';
import { visibleWidth } from '../../../clients/cli/wrap';
import { known } from '../../../contracts/reason';
import type { HostAssessment } from '../../../contracts/steps';
import { assessedHost } from '../../../domain/assessment';
import {
  before,
  burst,
  days,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
} from '../../domain/hotfix/host-facts';
import { found, unreached } from '../assessment/found-hosts';

const plain = colorsFor({ isTTY: false, env: {} });
const explain = (assessment: HostAssessment, width = 100): string =>
  describeAssessed(
    { workflowId: 'assess/cli-CHG1-1/1', startedAt: '2015-03-11T12:00:00.000Z', assessment },
    plain,
    width,
  );

const affected = found('ex01', factsOf({ events: burst() }));
const suspect = found('ex04', factsOf({ events: [lost(dcs[0], 2 * hours)] }));
const silent = found('ex08', factsOf({ facts: { loggingLevel: known(0) } }));

describe('the explanation of a verdict', () => {
  it('of an affected host leads from the question to the events', () => {
    const text = explain(affected);
    const order = [
      /^ex01: affected; services healthy$/m,
      /^ {2}Error 0x55 for all 3 usable servers within 20 min/m,
      /^ {2}A rollout would change it\.$/m,
      /^Step by step$/m,
      /^ {2}yes {6}the host runs Windows 6\.1\.7601 with Service Pack 1/m,
      /^ {2}no {7}KB3004383 is in force$/m,
      /^ {2}yes {6}event 2070 of MSExchange ADAccess with error 0x55/m,
      /^What goes with it, and decides nothing$/m,
      /^ {2}unknown {2}the RPC Client Access service is busy$/m,
      /^What was found$/m,
      /^ {2}- package: absent$/m,
      /^ {2}- logging level: 1$/m,
      /^Events that decided, newest first, in UTC$/m,
      /^ {2}- 2015-03-11 10:02:00 {2}event 2070, record \d+: w3wp.exe \(OWA\) · 7320 · dc3\.contoso\.test · 55$/m,
      /^Servers that the host listed$/m,
      /^ {2}- dc1\.contoso\.test CDG 1 7 7 1 0 1 1 7 1$/m,
      /^Asked 2015-03-11 12:00:00 UTC by assess\/cli-CHG1-1\/1\.$/m,
    ].map((part) => text.search(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  it.each([
    { title: 'a suspect host', assessment: suspect, says: ['holds it for a person', '1 of 3'] },
    {
      title: 'a host whose logging is off',
      assessment: silent,
      says: ['holds it for a person', 'could not be told', 'logs at level 0', 'logging level: 0'],
    },
    {
      title: 'a host whose log is too short',
      assessment: found('ex09', factsOf({ log: { oldestRecordAt: before(2 * days) } })),
      says: ['unknown', 'log reaches back to: 2015-03-09', 'less than the lookback'],
    },
    {
      title: 'a host with the fix',
      assessment: found('ex05', factsOf({ events: burst(), package: 'installed' })),
      says: ['already-fixed', 'A rollout leaves it alone', 'yes      KB3004383 is in force'],
    },
    {
      title: 'a host that stalls as it is looked at',
      assessment: found('ex06', factsOf({ events: burst(0.1 * hours) })),
      says: ['ex06: affected, stalling right now'],
    },
  ])('of $title says what it is and what a rollout makes of it', ({ assessment, says }) => {
    const text = explain(assessment);
    for (const part of says) expect(text).toContain(part);
  });

  it('of a host that could not be asked says why and what to do', () => {
    expect(explain(unreached('ex07'))).toMatch(
      /^ex07: could not be asked \(host-unreachable\)\n {2}nobody answers\n {2}What to do: switch it on/,
    );
  });

  it('of an earlier release, which kept no steps, says so', () => {
    const { steps: _, corroboration: __, ...earlier } = affected.verdict;
    const text = explain({ ...affected, verdict: earlier });
    expect(text).toContain('it kept no steps');
    expect(text).toContain('Events that decided');
  });

  it.each([60, 100])('has no line longer than %d characters', (width) => {
    for (const one of [affected, suspect, silent, unreached('ex07', 'no answer '.repeat(30))]) {
      expect(visibleWidth(explain(one, width))).toBeLessThanOrEqual(width);
    }
  });

  it('shows what a host logged, and never lets the terminal obey it', () => {
    const hostile = lost('dc1\u001b[2J\r\nfake: fixed', 2 * hours);
    const text = explain(found('ex01', factsOf({ events: [hostile] })));
    expect(text).toContain('dc1␛[2J');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\r');
    expect(text).not.toMatch(/^fake/m);
  });
});

describe('the table of an assessment', () => {
  const all = [affected, suspect, silent, unreached('ex07')];
  const text = describeAssessment(
    all.map(assessedHost),
    new Map(all.map((one) => [one.hostId, one])),
    plain,
    100,
  );

  it('has of each host the verdict, what decided and what it rests on', () => {
    expect(text).toMatch(/^ex01 {2}affected {5}healthy {3}Error 0x55 for all 3 usable servers/m);
    expect(text).toContain('3 deciding events, log back to 2015-02-09, package absent');
    expect(text).toMatch(/^ex07 {2}not reached {2}unknown {3}nobody answers$/m);
    expect(visibleWidth(text)).toBeLessThanOrEqual(100);
  });

  it('counts the verdicts, and says where the steps are told', () => {
    expect(text).toContain('4 hosts: 1 affected, 1 suspect, 1 unknown, 1 not reached');
    expect(text).toContain('rollout explain HOST');
  });

  it('shows what goes with the problem where it was seen', () => {
    const { verdict } = affected;
    const busy = {
      ...affected,
      verdict: {
        ...verdict,
        corroboration: (verdict.corroboration ?? []).map((step, index) => ({
          ...step,
          answer: index === 0 ? ('yes' as const) : ('no' as const),
        })),
      },
    };
    const [first, second] = kb3004383.corroboration;
    const shown = describeAssessment([assessedHost(busy)], new Map([['ex01', busy]]), plain, 500);
    expect(shown).toContain(first?.name);
    expect(shown).not.toContain(second?.name);
  });
});
