import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { Activities } from '../../contracts/activities';
import { hostId } from '../../contracts/ids';
import type { Hook } from '../../contracts/plan';
import type { Preview } from '../../contracts/preview';
import type { HookInput, HookResult } from '../../contracts/steps';
import type { Session } from '../../remote/session';
import { modelHost } from './model-host';
import { dependenciesOn, preview, quiet, target } from './run-step';

type Kind = 'priorState' | 'drain' | 'restore';

interface Ran {
  readonly command: string;
  /** Address of the host on which it ran. */
  readonly at: string;
  readonly result: HookResult;
}

interface Asked {
  readonly kind?: Kind;
  readonly hook?: Partial<Hook>;
  readonly prior?: string | null;
  readonly prints?: string;
  readonly truncated?: boolean;
  readonly address?: string;
}

const manager = hostId('mgmt01');

/** The preview of these tests with a management host beside the host that is changed. */
function previewWith(address: string): Preview {
  const [host] = preview.content.hosts;
  if (host === undefined) throw new Error('the sample has a host');
  const at = (where: string) => ({ ...host.connection, address: where });
  return {
    ...preview,
    content: {
      ...preview.content,
      hosts: [{ ...host, connection: at(address) }],
      managementHosts: [{ hostId: manager, connection: at('192.0.2.99') }],
    },
  };
}

async function run(asked: Asked = {}): Promise<Ran> {
  const { kind = 'drain', prints = '', truncated = false, address = '192.0.2.7' } = asked;
  const ran = { command: '', at: '' };
  const session = {
    run: (command: string) => {
      ran.command = command;
      return Promise.resolve({
        exitCode: 0,
        stdout: Buffer.from(prints),
        stderr: Buffer.alloc(0),
        truncated,
        timedOut: false,
        durationMs: 3,
      });
    },
    close: () => Promise.resolve(),
  } as unknown as Session;
  const deps = dependenciesOn(modelHost(), {
    previews: { read: () => Promise.resolve(previewWith(address)) },
    openSession: (connection) => {
      ran.at = connection.address;
      return Promise.resolve(session);
    },
  });
  const input = {
    ...target,
    hook: { command: 'hook.cmd', timeoutMs: 5000, ...asked.hook },
    ...(asked.prior === undefined ? {} : { prior: asked.prior }),
  };
  const environment = new MockActivityEnvironment({}, { logger: quiet });
  const result = await environment.run<[HookInput], HookResult, Activities['drain']>(
    createActivities(deps)[kind],
    input,
  );
  return { ...ran, result };
}

describe('the command of a hook', () => {
  it('runs on the host itself, or on the management host that it names', async () => {
    expect(await run()).toMatchObject({ at: '192.0.2.7', command: 'hook.cmd' });
    expect(await run({ hook: { on: manager } })).toMatchObject({ at: '192.0.2.99' });
  });

  it('has host, address and state put in, and keeps what else stands in braces', async () => {
    const command = 'x {host} {address} "{state}" {Host} { $_.Name } {0} {}';
    expect((await run({ hook: { command }, prior: 'Blocked,DB 1' })).command).toBe(
      'x mail7 192.0.2.7 "Blocked,DB 1" {Host} { $_.Name } {0} {}',
    );
  });

  it.each([{ prior: null }, {}])('has nothing in place of the state with %j', async (given) => {
    expect((await run({ hook: { command: 'x "{state}"' }, ...given })).command).toBe('x ""');
  });

  it('never has anything put in twice', async () => {
    const asked = { hook: { command: '{state}' }, prior: 'a' };
    expect((await run(asked)).command).toBe('a');
    await expect(run({ ...asked, prior: '{host}' })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it.each(['a & b', 'a"b', '%PATH%', 'a\nb', '$(x)', 'a|b', "it's", 'a;b', 'x'.repeat(1001)])(
    'is not made with the state %j, whoever started the workflow with it',
    async (prior) => {
      await expect(run({ hook: { command: 'x {state}' }, prior })).rejects.toMatchObject({
        code: 'bad-request',
      });
    },
  );

  it.each(['fe80::1%1', 'a b', 'a&b'])('is not made with the address %s', async (address) => {
    await expect(run({ address, hook: { command: 'x {address}' } })).rejects.toThrow(/mail7/);
    expect((await run({ address })).command).toBe('hook.cmd');
  });

  it('says on which host it failed', async () => {
    const hook = { on: hostId('nowhere') };
    await expect(run({ hook })).rejects.toThrow(/nowhere is not in the preview/);
  });
});

describe('the report of a hook', () => {
  it.each<{ name: string; prints: string; report: unknown }>([
    { name: 'nothing', prints: 'done\r\n', report: undefined },
    {
      name: 'a state',
      prints: 'x\r\nrollout-state:  Blocked \r\ny',
      report: { state: 'Blocked', drainedBy: null },
    },
    {
      name: 'who has it drained',
      prints: 'rollout-drained-by: Carol (CHG7) & co\n',
      report: { state: null, drainedBy: 'Carol (CHG7) & co' },
    },
    {
      name: 'the first of several',
      prints: 'rollout-drained-by: a\nrollout-drained-by: b\nrollout-state: 1',
      report: { state: '1', drainedBy: 'a' },
    },
    { name: 'an empty state', prints: 'rollout-state:\nrollout-drained-by: \n', report: undefined },
    {
      name: 'only lines that begin so',
      prints: '  rollout-state: a\nso rollout-state: b',
      report: undefined,
    },
  ])('is $name', async ({ prints, report }) => {
    expect((await run({ kind: 'priorState', prints })).result.report).toEqual(report);
  });

  it.each([
    { name: 'two states', prints: 'rollout-state: a\nrollout-state: a' },
    { name: 'a state that is more than a word to a shell', prints: 'rollout-state: a & b' },
    { name: 'a state in other letters', prints: 'rollout-state: Größe' },
    { name: 'a state that is too long', prints: `rollout-state: ${'x'.repeat(1001)}` },
    { name: 'no state in what is left of too much', prints: 'x', truncated: true },
  ])('is refused for good when it is $name', async ({ prints, truncated = false }) => {
    await expect(run({ kind: 'priorState', prints, truncated })).rejects.toMatchObject({
      code: 'bad-hook-report',
      retryable: false,
      facts: { host: 'mail7' },
    });
  });

  it('takes 1000 characters of every letter that is allowed', async () => {
    const state = `${'aZ09 ._:,=@/+-'.repeat(71)}xxxxxx`;
    expect((await run({ prints: `rollout-state: ${state}` })).result.report).toMatchObject({
      state,
    });
  });

  it('is nothing that a hook which restores could give', async () => {
    const { result } = await run({ kind: 'restore', prints: 'rollout-state: a & b', prior: 'x' });
    expect(result).toEqual({ exitCode: 0, outputTail: 'rollout-state: a & b', durationMs: 3 });
  });
});
