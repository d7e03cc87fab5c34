import { stripVTControlCharacters } from 'node:util';
import { colorsFor } from '../../../clients/cli/colors';
import { localTime } from '../../../clients/moments';
import { progressLines } from '../../../clients/progress/plain';
import { renderProgress } from '../../../clients/progress/render';
import type { ProgressView } from '../../../clients/progress/view';
import type { HostId } from '../../../contracts/ids';
import { reason } from '../../../contracts/reason';
import type { RolloutStatus } from '../../../contracts/rollout';
import { aGate, anApproval, anOperation, aWindow } from '../control-samples';
import { aHost, aStatus } from '../status-samples';

const now = Date.parse('2026-05-01T20:02:03.000Z');
const plain = colorsFor({ isTTY: false, env: {} });
const view = (changes: Partial<RolloutStatus> = {}): ProgressView => ({
  status: aStatus(changes),
  inFlight: new Map(),
});
const changes = (before: Partial<RolloutStatus>, after: Partial<RolloutStatus>): string[] =>
  progressLines(view(before), view(after), now).map((line) => line.replace('[2:03] chg1 ', ''));

const closed = aWindow();
const open = aWindow({ isOpen: true });
const two = {
  given: [
    ...anApproval().given,
    { by: { name: 'ann', source: 'os-user' as const }, at: '2026-05-01T20:01:00Z', reason: 'ok' },
  ],
};

describe('plain progress of a controlled change', () => {
  it('begins with what it waits for', () => {
    const status = {
      phase: 'awaiting-approval',
      reason: reason('approval', 'waits for approval'),
      wave: 0,
      approvals: anApproval(),
      window: closed,
      operations: [anOperation()],
    } as const;
    expect(progressLines(null, view(status), now)).toEqual([
      '[2:03] chg1 awaiting-approval: waits for approval',
      `[2:03] chg1 approvals: 1 of 2 given; if it has not begun by ${localTime('2026-05-08T20:00:00Z')}, it counts as denied`,
      `[2:03] chg1 window: saturday opens ${localTime('2026-05-02T20:00:00Z')}, in 23 h 58 min; a host needs about 30 min`,
    ]);
    expect(progressLines(view(status), view(status), now + 60_000)).toEqual([]);
  });

  it.each<{
    title: string;
    before: Partial<RolloutStatus>;
    after: Partial<RolloutStatus>;
    says: (string | RegExp)[];
  }>([
    {
      title: 'an approval',
      before: { approvals: anApproval() },
      after: { approvals: anApproval(two) },
      says: ['approvals: 2 of 2 given'],
    },
    {
      title: 'a window that opens',
      before: { window: closed },
      after: { window: open },
      says: [/^window: saturday open until /],
    },
    {
      title: 'a window of which only what a host needs was learnt anew: no news',
      before: { window: open },
      after: { window: { ...open, hostMs: 2_000_000, words: 'other words' } },
      says: [],
    },
    {
      title: 'a gate that is asked, and answers',
      before: { gates: [aGate({ standing: 'asked', reason: null })] },
      after: { gates: [aGate({ standing: 'closed', reason: reason('x', 'error rate 0.2') })] },
      says: ['gate mail-flow before wave 2: closed: error rate 0.2'],
    },
    {
      title: 'limits that are changed, and by whom',
      before: {},
      after: {
        limits: { maxConcurrency: 5 },
        operations: [
          {
            at: '2026-05-01T20:02:00Z',
            operation: 'set-concurrency',
            author: 'kim',
            reason: 'disk array is slow',
            detail: '5',
          },
        ],
      },
      says: [
        'asked for: change concurrency (5), by kim: disk array is slow',
        'limits changed: at most 5 hosts at once',
      ],
    },
    {
      title: 'a pause, which the phase tells, only once',
      before: {},
      after: {
        phase: 'paused',
        reason: reason('paused-by-person', 'paused by kim: lunch'),
        operations: [
          { at: '2026-05-01T20:02:00Z', operation: 'pause', author: 'kim', reason: 'lunch' },
        ],
      },
      says: ['paused: paused by kim: lunch'],
    },
    {
      title: 'a rejection, once and last',
      before: { phase: 'awaiting-approval', approvals: anApproval(), window: closed },
      after: {
        phase: 'done',
        result: 'rejected',
        reason: reason('rejected-by-person', 'rejected by ann: not tonight'),
        approvals: anApproval({ given: [] }),
        window: closed,
      },
      says: ['rejected: rejected by ann: not tonight'],
    },
  ])('tells of $title', ({ before, after, says }) => {
    const told = changes(before, after);
    expect(told).toHaveLength(says.length);
    says.forEach((part, index) => expect(told[index]).toMatch(part));
  });

  it.each([
    { code: 'held-by', message: 'dag1 is full: ex07 of rollout chg0 has the slot' },
    { code: 'changed-since-approval', message: 'its address is now 10.0.0.9' },
  ])('says once why a host waits that was only queued: $code', (why) => {
    const verdict = reason('burst', '2070 three times');
    const before = { hosts: [aHost('ex01', { reason: verdict })] };
    const after = { hosts: [aHost('ex01', { reason: why })] };
    expect(changes({}, before)).toEqual([]);
    expect(changes(before, after)).toEqual([`ex01 queued: ${why.message}`]);
    expect(changes(after, after)).toEqual([]);
  });

  it('says who holds a host, and why', () => {
    const held = aHost('ex01', {
      standing: 'held',
      reason: reason('held-by-person', 'held by kim: owner is away'),
    });
    expect(changes({ hosts: [aHost('ex01')] }, { hosts: [held] })).toEqual([
      'ex01 held: held by kim: owner is away',
    ]);
  });
});

describe('a frame of a controlled change', () => {
  const canvas = { width: 160, height: 40, now, colors: plain };
  const controlled: Partial<RolloutStatus> = {
    phase: 'awaiting-approval',
    wave: 0,
    approvals: anApproval(),
    window: closed,
    estimate: { p50: '2026-05-02T22:00:00Z', p95: '2026-05-03T01:00:00Z' },
    gates: [aGate({ standing: 'asked', reason: null })],
    limits: { maxErrors: 2 },
    hosts: Array.from({ length: 30 }, (_, index) => aHost(`ex${String(index)}` as HostId)),
  };

  it('has a line each for approvals, window, estimate, gate and limits', () => {
    const frame = renderProgress(view(controlled), canvas);
    for (const part of [
      /^approvals {2}1 of 2 given; if it has not begun by /,
      /^window {2}saturday opens .*, in 23 h 58 min/,
      /^estimate {2}done by .* in 19 of 20 cases$/,
      /^gate {2}mail-flow before wave 2: is being asked$/,
      /^limits {2}stops when errors are more than 2$/,
    ])
      expect(frame.filter((line) => part.test(line))).toHaveLength(1);
  });

  it('has none of it where the plan has none, and none when it is done', () => {
    const before = renderProgress(view({ hosts: [] }), canvas);
    const titles = /^(approvals|window|estimate|gate|limits) /;
    expect(before.filter((line) => titles.test(line))).toEqual([]);
    const done = renderProgress(view({ ...controlled, phase: 'done', result: 'expired' }), canvas);
    expect(done.filter((line) => titles.test(line))).toEqual([]);
  });

  it.each([10, 12, 15, 24])('leaves room for hosts on a screen of %i lines', (height) => {
    const frame = renderProgress(view(controlled), {
      ...canvas,
      height,
      colors: colorsFor({ isTTY: true, env: {} }),
    });
    expect(frame.length).toBeLessThanOrEqual(height);
    const hosts = frame.filter((line) => /^ {2}(ex\d|… and)/.test(stripVTControlCharacters(line)));
    expect(hosts.length).toBeGreaterThan(0);
  });
});
