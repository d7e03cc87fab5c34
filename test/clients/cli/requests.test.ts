import { userInfo } from 'node:os';
import { addApprovals } from '../../../clients/cli/commands/approve';
import { addLimits } from '../../../clients/cli/commands/limits';
import { addOperations } from '../../../clients/cli/commands/operate';
import type { AddCommand } from '../../../clients/cli/context';
import { asker } from '../../../clients/cli/identity';
import { reason } from '../../../contracts/reason';
import type { RolloutStatus } from '../../../contracts/rollout';
import { aGate, anApproval } from '../control-samples';
import { aHost, aStatus, doneHost } from '../status-samples';
import { runRecorded } from './recorded-temporal';
import type { Recorded } from './recorded-temporal';

const all: AddCommand = (program, context) => {
  for (const add of [addOperations, addApprovals, addLimits]) add(program, context);
};
const status = (changes: Partial<RolloutStatus> = {}): RolloutStatus =>
  aStatus({ hosts: [aHost('ex01'), doneHost('ex02', 'failed')], ...changes });
const run = (argv: readonly string[], recorded: Partial<Recorded> = {}) =>
  runRecorded(all, argv, { status: status(), ...recorded });

const why = ['--reason', 'because'];
const hash = 'a'.repeat(64);

describe('a request of an operator', () => {
  it.each([
    { argv: ['pause', 'chg1'], asks: { operation: 'pause' } },
    { argv: ['resume', 'chg1'], asks: { operation: 'resume' } },
    { argv: ['abort', 'chg1'], asks: { operation: 'abort' } },
    { argv: ['abort', 'chg1', '--now'], asks: { operation: 'abort-now' } },
    { argv: ['skip', 'chg1', 'ex01'], asks: { operation: 'skip', hostId: 'ex01' } },
    { argv: ['hold', 'chg1', 'ex01'], asks: { operation: 'hold', hostId: 'ex01' } },
    { argv: ['unhold', 'chg1', 'ex01'], asks: { operation: 'unhold', hostId: 'ex01' } },
    { argv: ['retry', 'chg1', 'ex02'], asks: { operation: 'retry', hostId: 'ex02' } },
    { argv: ['retry', 'chg1', '--failed'], asks: { operation: 'retry-all', which: 'failed' } },
    {
      argv: ['retry', 'chg1', '--not-started'],
      asks: { operation: 'retry-all', which: 'not-started' },
    },
    {
      argv: ['retry', 'chg1', '--failed', '--not-started'],
      asks: { operation: 'retry-all', which: 'all' },
    },
    { argv: ['approve', 'chg1', '--hash', hash], asks: { operation: 'approve', hash } },
    {
      argv: ['approve', 'chg1', '--hash', 'AAAAAAAAAAAA'],
      asks: { operation: 'approve', hash },
    },
    { argv: ['reject', 'chg1'], asks: { operation: 'reject' } },
    { argv: ['revoke', 'chg1'], asks: { operation: 'revoke' } },
    {
      argv: ['limits', 'chg1', '--max-concurrency', '5'],
      asks: { operation: 'set-concurrency', maxConcurrency: 5 },
    },
    {
      argv: ['limits', 'chg1', '--max-errors', '20%'],
      asks: { operation: 'set-budget', maxErrors: '20%' },
    },
    {
      argv: ['limits', 'chg1', '--max-errors', '0', '--max-consecutive-errors', 'none'],
      asks: { operation: 'set-budget', maxErrors: 0, maxConsecutiveErrors: null },
    },
    {
      argv: ['window-end', 'chg1', '--until', '2999-05-03T02:00Z'],
      asks: { operation: 'set-window', until: '2999-05-03T02:00:00.000Z' },
    },
    { argv: ['ask-gate', 'chg1', 'mail-flow'], asks: { operation: 'ask-gate', gate: 'mail-flow' } },
  ])('$argv is sent with who asks and why', async ({ argv, asks }) => {
    const { code, stdout, sent, stderr } = await run([...argv, ...why]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    // The system's user is what a missing source means; histories of earlier releases know no other.
    expect(sent).toEqual([{ ...asks, author: userInfo().username, reason: 'because' }]);
    expect(stdout).toBe(`chg1: ${asks.operation} done (progressing)\n`);
  });

  it('by a name that was given says so', async () => {
    const { sent } = await run(['hold', 'chg1', 'ex01', '--as', ' lee ', '--reason', ' why ']);
    expect(sent).toEqual([
      { operation: 'hold', hostId: 'ex01', author: 'lee', source: 'given', reason: 'why' },
    ]);
    expect(asker()).toEqual({ name: userInfo().username, source: 'os-user' });
  });

  it('is answered in JSON', async () => {
    const { stdout } = await run(['pause', 'chg1', ...why, '--json']);
    expect(JSON.parse(stdout)).toEqual({ phase: 'progressing', message: 'pause done' });
  });

  it('moves the end of the window to so long from now', async () => {
    const before = Date.now();
    const { sent } = await run(['window-end', 'chg1', '--in', '90m', ...why]);
    const [request] = sent;
    const until = request?.operation === 'set-window' ? Date.parse(request.until) : 0;
    expect(until - 5_400_000).toBeGreaterThanOrEqual(before);
    expect(until - 5_400_000).toBeLessThanOrEqual(Date.now());
  });
});

describe('limits', () => {
  const both = ['limits', 'chg1', '--max-concurrency', '5', '--max-errors', '2', ...why];

  it('that are two requests are sent in their order and answered as one', async () => {
    const { sent, stdout } = await run(both);
    expect(sent.map(({ operation }) => operation)).toEqual(['set-concurrency', 'set-budget']);
    expect(stdout).toBe('chg1: set-concurrency done; set-budget done (progressing)\n');
  });

  it('of which the second is refused say what was done all the same', async () => {
    const { sent, code, stderr } = await run(both, { refuses: 1 });
    expect(sent).toHaveLength(1);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^done before this failed: set-concurrency done\n/);
  });

  it.each([
    { changed: undefined, maxErrors: 3 },
    { changed: '20%' as const, maxErrors: '20%' },
  ])('of errors in a row alone keep $maxErrors errors in all', async ({ changed, maxErrors }) => {
    const limits = changed === undefined ? {} : { limits: { maxErrors: changed } };
    const { sent } = await run(['limits', 'chg1', '--max-consecutive-errors', '2', ...why], {
      status: status(limits),
    });
    expect(sent).toMatchObject([{ maxErrors, maxConsecutiveErrors: 2 }]);
  });

  it('of errors in a row alone are refused before the hosts have been looked at', async () => {
    const budget = { ...aStatus().budget, maxErrors: null };
    const { code, stderr, sent } = await run(
      ['limits', 'chg1', '--max-consecutive-errors', '2', ...why],
      { status: status({ budget }) },
    );
    expect([code, sent]).toEqual([2, []]);
    expect(stderr).toContain('name --max-errors too');
  });
});

describe('approve without a hash', () => {
  it('shows what would be approved and how, and approves nothing', async () => {
    const { code, stdout, stderr, sent } = await run(['approve', 'chg1'], {
      status: status({ phase: 'awaiting-approval', wave: 0, approvals: anApproval() }),
    });
    expect([code, sent]).toEqual([2, []]);
    expect(stdout).toContain('CHG0031337 · KB3004383');
    expect(stdout).toMatch(/^ex01 /m);
    expect(stdout).toContain(`hash: ${hash}`);
    expect(stderr).toContain('--hash aaaaaaaaaaaa --reason TEXT');
  });

  it('prints the status as JSON', async () => {
    const { code, stdout } = await run(['approve', 'chg1', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ previewHash: hash });
  });
});

describe('what cannot be asked is refused with what to do, and nothing is sent', () => {
  it.each([
    { argv: ['pause', 'chg1', '--reason', '  '], says: 'say why' },
    { argv: ['approve', 'chg1', '--hash', hash], says: 'add --reason TEXT' },
    { argv: ['approve', 'chg1', '--hash', 'abc', ...why], says: 'at least the first 12' },
    { argv: ['approve', 'chg1', '--hash', 'z'.repeat(64), ...why], says: '64 hex digits' },
    { argv: ['approve', 'chg1', '--hash', 'a'.repeat(65), ...why], says: '64 hex digits' },
    { argv: ['pause', 'chg1', '--as', ' ', ...why], says: '1 to 64 characters' },
    { argv: ['pause', 'chg1', '--as', 'a\nb', ...why], says: '1 to 64 characters' },
    { argv: ['pause', 'chg1', '--as', 'a'.repeat(65), ...why], says: '1 to 64 characters' },
    { argv: ['retry', 'chg1', ...why], says: '--failed, --not-started or both' },
    { argv: ['retry', 'chg1', 'ex01', '--failed', ...why], says: 'in place of HOST' },
    { argv: ['limits', 'chg1', ...why], says: 'add --max-concurrency' },
    { argv: ['limits', 'chg1', '--max-concurrency', '0', ...why], says: '1 to 1000' },
    { argv: ['limits', 'chg1', '--max-concurrency', '1e2', ...why], says: '1 to 1000' },
    { argv: ['limits', 'chg1', '--max-errors', '120%', ...why], says: '1% to 100%' },
    { argv: ['limits', 'chg1', '--max-errors', '20 %', ...why], says: '1% to 100%' },
    { argv: ['limits', 'chg1', '--max-errors', '0%', ...why], says: '1% to 100%' },
    { argv: ['limits', 'chg1', '--max-errors', '-1', ...why], says: '1% to 100%' },
    { argv: ['limits', 'chg1', '--max-consecutive-errors', 'no', ...why], says: 'or none' },
    { argv: ['window-end', 'chg1', ...why], says: 'one of --until TIME and --in DURATION' },
    {
      argv: ['window-end', 'chg1', '--in', '1h', '--until', '04:00', ...why],
      says: 'one of --until TIME and --in DURATION',
    },
    { argv: ['window-end', 'chg1', '--until', '2020-05-03T02:00Z', ...why], says: 'has passed' },
    { argv: ['window-end', 'chg1', '--in', '90', ...why], says: 'write a duration such as' },
    { argv: ['window-end', 'chg1', '--in', '1s', ...why], says: 'at least 1m' },
    { argv: ['ask-gate', 'chg1', ...why], says: "missing required argument 'gate'" },
    { argv: ['hold', 'chg1', ...why], says: "missing required argument 'host'" },
  ])('$argv: $says, before a server is asked', async ({ argv, says }) => {
    const { code, stderr, connected } = await run(argv);
    expect(stderr).toContain(says);
    expect([code, connected]).toEqual([2, false]);
  });

  it.each([
    { argv: ['hold', 'chg1', 'ex0'], says: 'did you mean ex01?' },
    { argv: ['skip', 'chg1', 'print77'], says: 'rollout status chg1' },
    { argv: ['retry', 'chg1', 'EX02'], says: 'did you mean ex02?' },
    { argv: ['approve', 'chg1', '--hash', 'b'.repeat(64)], says: 'which is aaaaaaaaaaaa…' },
    { argv: ['ask-gate', 'chg1', 'mailflow'], says: 'did you mean mail-flow?' },
  ])('$argv: $says, once the rollout is known', async ({ argv, says }) => {
    const { code, stderr, sent } = await run([...argv, ...why], {
      status: status({ gates: [aGate()] }),
    });
    expect(stderr).toContain(says);
    expect([code, sent]).toEqual([2, []]);
  });

  it('a rollout that is over says so, not that nobody knows it', async () => {
    const over = status({ phase: 'done', result: 'expired', reason: reason('x', 'not approved') });
    const { code, stderr, sent } = await run(['pause', 'chg1', ...why], {
      status: over,
      execution: 'COMPLETED',
    });
    expect(stderr).toContain('rollout chg1 is done: too late for pause');
    expect([code, sent]).toEqual([2, []]);
  });
});
