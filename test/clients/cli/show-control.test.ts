import { shownRollouts } from '../../../clients/cli/commands/list';
import { colorsFor } from '../../../clients/cli/colors';
import { controlLines } from '../../../clients/cli/show-control';
import { showStatus } from '../../../clients/cli/show-status';
import { startedWords } from '../../../clients/cli/started-words';
import { localTime } from '../../../clients/moments';
import { withReasons } from '../../../clients/rollouts/list-rollouts';
import type { ListedRollout } from '../../../clients/rollouts/list-rollouts';
import type { ApprovalPolicy } from '../../../contracts/identity';
import type { RolloutId } from '../../../contracts/ids';
import type { Preview } from '../../../contracts/preview';
import { reason } from '../../../contracts/reason';
import type { RolloutStatus } from '../../../contracts/rollout';
import { aGate, anApproval, anOperation, aWindow } from '../control-samples';
import { aHost, aStatus, doneHost } from '../status-samples';
import { recordedTemporal } from './recorded-temporal';

const plain = colorsFor({ isTTY: false, env: {} });
const now = Date.parse('2026-05-01T20:10:00.000Z');
const berlin = (iso: string): string => localTime(iso, 'Europe/Berlin');
const lines = (changes: Partial<RolloutStatus>): string[] =>
  controlLines(aStatus(changes), plain, now, berlin);

describe('the status of a controlled change', () => {
  it('of a plan that asks for nothing of it has not a line more than before', () => {
    const status = aStatus({ hosts: [doneHost('ex01', 'fixed')] });
    expect(showStatus({ status, inFlight: new Map() }, plain, now).split('\n')).toEqual([
      'CHG0031337 · KB3004383  chg1, asked for by kim',
      'progressing: wave 1 is under way',
      '1 host, 2 to be changed; wave 1; took 10:00',
      'budget: 0 errors; stops at the 4th failure',
      '1 fixed',
      '',
      'HOST  WAVE  STATE     STANDS  TOOK  WHY',
      'ex01  1     affected  fixed   1:05  ex01 ended fixed',
    ]);
  });

  it('that waits for approval says who approved, how they are known, until when, and how to approve', () => {
    const given = { phase: 'awaiting-approval', wave: 0, approvals: anApproval() } as const;
    expect(lines(given)).toEqual([
      'approvals: 1 of 2 given; if it has not begun by Fri 2026-05-08 22:00 UTC+2, it counts as denied',
      '  Fri 2026-05-01 22:00 UTC+2  approved by lee (asserted, name given with --as): reviewed in CAB',
      '  approve it with: rollout approve chg1 --hash aaaaaaaaaaaa --reason "..."',
    ]);
  });

  it('that has begun keeps who approved, and no more an end that does not matter', () => {
    const [first, second, ...more] = lines({ approvals: anApproval() });
    expect(first).toBe('approvals: 1 of 2 given');
    expect(second).toContain('approved by lee');
    expect(more).toEqual([]);
  });

  it('of which only proved identities count says so', () => {
    const policy: ApprovalPolicy = { minApprovals: 2, ttlMs: 1000, identity: 'authenticated' };
    const [line] = lines({ approvals: anApproval({ policy }) });
    expect(line).toContain('only authenticated ones count');
  });

  it.each([
    {
      title: 'that is closed, when it opens',
      window: aWindow(),
      says: 'window: saturday opens Sat 2026-05-02 22:00 UTC+2, in 23 h 50 min; a host needs about 30 min',
    },
    {
      title: 'that is open, until when, and from when on nothing is begun',
      window: aWindow({
        isOpen: true,
        opening: {
          window: '',
          from: now - 1,
          until: now + 7_200_000,
          cutoffAt: now + 3_600_000,
        },
      }),
      says: 'window: open until Sat 2026-05-02 00:10 UTC+2, for 2 h; no host is begun from Fri 2026-05-01 23:10 UTC+2 on; a host needs about 30 min',
    },
    {
      title: 'that nobody knows, in the words of the rollout',
      window: aWindow({ opening: null, words: 'no window is known before 2027' }),
      says: 'window: no window is known before 2027',
    },
  ])('tells of a window $title', ({ window, says }) => {
    expect(lines({ window, phase: 'awaiting-window' })).toEqual([says]);
    expect(lines({ window, phase: 'done' })).toEqual([]);
  });

  it.each([
    {
      p50: '2026-05-02T22:00:00Z',
      p95: '2026-05-03T01:00:00Z',
      says: 'done by Sun 2026-05-03 00:00 UTC+2 as likely as not, by Sun 2026-05-03 03:00 UTC+2 in 19 of 20 cases',
    },
    {
      p50: '2026-05-02T22:00:00Z',
      p95: null,
      says: 'done by Sun 2026-05-03 00:00 UTC+2 as likely as not; it may not be within the windows that are known',
    },
    { p50: null, p95: null, says: 'not done within the windows that are known' },
  ])('estimates its end, $p50 and $p95', ({ p50, p95, says }) => {
    const [line = '', ...more] = lines({ estimate: { p50, p95 } });
    expect(more).toEqual([]);
    expect(line).toBe(`estimate: ${says}`);
    expect(lines({ estimate: { p50, p95 }, phase: 'done' })).toEqual([]);
  });

  it('has gates with their answers, changed limits, and what was asked with author, reason and detail', () => {
    const text = lines({
      gates: [aGate(), aGate({ hostId: aHost('ex01').hostId, standing: 'open', reason: null })],
      limits: { maxConcurrency: 5, maxErrors: '20%' },
      operations: [
        anOperation(),
        { at: '2026-05-01T20:06:00Z', operation: 'pause', author: 'kim', reason: 'lunch' },
        anOperation({ operation: 'approve' }),
        { ...anOperation({ operation: 'set-window', detail: 'until 04:00' }), source: 'os-user' },
      ],
    });
    expect(text).toEqual([
      'gates:',
      '  mail-flow before wave 2: no answer: the query could not be asked 5 times in a row',
      '  mail-flow after ex01: open',
      '  a person decides: rollout ask-gate chg1 mail-flow asks it again, rollout resume chg1 goes on without it',
      'limits changed: at most 5 hosts at once, stops when errors are more than 20%',
      'asked for:',
      '  Fri 2026-05-01 22:05 UTC+2  hold ex02, by lee (asserted, name given with --as): the owner is on the phone',
      '  Fri 2026-05-01 22:06 UTC+2  pause, by kim: lunch',
      '  Fri 2026-05-01 22:05 UTC+2  move the end of the window ex02 (until 04:00), by lee (asserted, operating-system user): the owner is on the phone',
    ]);
  });

  it('shows the newest of many requests and counts the others', () => {
    const operations = Array.from({ length: 9 }, (_, index) =>
      anOperation({ reason: `reason ${String(index)}` }),
    );
    const text = lines({ operations });
    expect(text[0]).toBe('asked for: (and 4 earlier, see the report)');
    expect(text).toHaveLength(6);
    expect(text.at(-1)).toContain('reason 8');
  });

  it('never lets a terminal obey what somebody gave as a reason', () => {
    const status = aStatus({ operations: [anOperation({ reason: 'x\u001b[2J\nprogressing: y' })] });
    const shown = showStatus({ status, inFlight: new Map() }, plain, now);
    expect(shown).not.toContain('\u001b');
    expect(shown.split('\n').filter((line) => line.startsWith('progressing'))).toHaveLength(1);
  });
});

describe('what start says', () => {
  const started = (content: object): string =>
    startedWords(
      {
        rolloutId: 'chg1' as RolloutId,
        preview: { hash: 'a'.repeat(64), content } as unknown as Preview,
        requester: { name: 'kim', source: 'os-user' },
        now,
      },
      'Europe/Berlin',
    );
  const approvals = { minApprovals: 2, ttlMs: 604_800_000, identity: 'asserted' };

  it('of a plan without approvals and windows is what it was', () => {
    expect(started({})).toBe('started chg1\nwatch it with: rollout watch chg1');
  });

  it('of one that needs approvals is what to send to others, with the whole hash', () => {
    expect(started({ approvals, calendar: {} }).split('\n')).toEqual([
      'started chg1',
      'it waits for 2 approvals by others than kim',
      'not begun by Fri 2026-05-08 22:10 UTC+2 (in 7 d), it counts as denied',
      'send them this; the hash stands for exactly what would run:',
      `  rollout approve chg1 --hash ${'a'.repeat(64)} --reason "..."`,
      'it changes hosts only when the windows of its plan are open',
      'watch it with: rollout watch chg1',
    ]);
  });

  it('of one that takes only proved identities names no command that would not count', () => {
    const text = started({ approvals: { ...approvals, identity: 'authenticated' } });
    expect(text).not.toContain('rollout approve');
    expect(text).toContain('only asserted and does not count');
    expect(text).toContain('a'.repeat(64));
  });
});

describe('a list of rollouts', () => {
  const listed = (changes: Partial<ListedRollout> = {}): ListedRollout => ({
    rolloutId: 'chg1' as RolloutId,
    change: 'CHG1',
    hotfixId: 'KB3004383',
    requestedBy: 'kim',
    hosts: 2,
    phase: 'awaiting-window',
    startedAt: '2026-05-01T20:00:00.000Z',
    finishedAt: null,
    ...changes,
  });
  const status = aStatus({ reason: reason('window-closed', 'waits for window saturday') });

  it('says what those wait for that wait for approval or a window', async () => {
    const { temporal, queries } = recordedTemporal({ status });
    const others = [
      listed({ phase: 'progressing' }),
      listed({ phase: 'awaiting-window', finishedAt: '2026-05-02T20:00:00.000Z' }),
    ];
    const told = await withReasons(temporal, [listed(), ...others]);
    expect(told.map((each) => each.reason)).toEqual([
      'waits for window saturday',
      undefined,
      undefined,
    ]);
    expect(queries).toEqual(['rollout/chg1']);
    expect(shownRollouts(told)).toMatch(/^ROLLOUT .*BY +WHY\nchg1 .*waits for window saturday\n/);
  });

  it('has no such column where nothing waits, and no worker is asked', async () => {
    const { temporal, queries } = recordedTemporal({ status });
    const told = await withReasons(temporal, [listed({ phase: 'progressing' })]);
    expect(queries).toEqual([]);
    expect(shownRollouts(told)).toMatch(/ BY\n/);
  });

  it('goes without where no worker would answer', async () => {
    const { temporal, queries } = recordedTemporal({ status, worker: false });
    expect(await withReasons(temporal, [listed()])).toEqual([listed()]);
    expect(queries).toEqual([]);
  });
});
