import { createActivities } from '../../activities';
import type { ActivityDependencies } from '../../activities';
import { Failure } from '../../contracts/failures';
import type { GateCheck, Measurement } from '../../contracts/gate';
import { hostId } from '../../contracts/ids';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Script } from '../remote/windows/scripted-session';
import { scriptedSession } from '../remote/windows/scripted-session';
import type { LabScene, Transport } from './lab-scene';
import { startScene } from './lab-scene';
import type { Question } from './measure-scene';
import { gateOf, measured, withContent } from './measure-scene';
import { modelHost } from './model-host';
import { dependenciesOn, hash, quiet, target } from './run-step';

type CommandCheck = GateCheck & { readonly kind: 'command' };
type EventsCheck = GateCheck & { readonly kind: 'events' };

const command = (text: string, change: Partial<CommandCheck> = {}): CommandCheck => ({
  kind: 'command',
  command: text,
  host: null,
  timeoutMs: 20_000,
  success: [0],
  inconclusive: [7],
  ...change,
});
const minute = 60_000;
const events = (change: Partial<EventsCheck> = {}): EventsCheck => ({
  kind: 'events',
  host: null,
  channel: 'Application',
  eventId: 2070,
  provider: null,
  withinMs: 30 * minute,
  max: 0,
  timeoutMs: 20_000,
  ...change,
});

describe.each(['winrm', 'ssh'] as const)(
  'a gate on a host of the lab, over %s',
  (transport: Transport) => {
    let scene: LabScene;
    beforeAll(async () => {
      scene = await startScene(transport, {
        windows: { ldap: 'stall', ldapSinceMs: 20 * minute, logReachMs: 360 * minute },
      });
    });
    afterAll(() => scene.close());

    const ask = (check: GateCheck, change: Partial<Question> = {}): Promise<Measurement> =>
      measured(scene.deps, scene.target.previewHash, {
        check,
        hostId: scene.target.hostId,
        ...change,
      });

    it.each([
      { run: 'exit 0', is: 'successful' },
      { run: 'echo queue is at 4000& exit 3', is: 'failed' },
      { run: 'exit 7', is: 'inconclusive' },
    ])('"$run" is $is', async ({ run, is }) => {
      expect((await ask(command(run))).phase).toBe(is);
    });

    it('a command has the names of the host, and people are told what it said', async () => {
      const { message } = await ask(command('echo {host} at {address} & exit 3'));
      expect(message).toBe('mail7: exit code 3, mail7 at 127.0.0.1');
    });

    it('exit codes may be written signed', async () => {
      const { phase } = await ask(command('exit -1', { success: [-1] }));
      expect(phase).toBe('successful');
    });

    it('events within the time are counted against what is allowed', async () => {
      expect(await ask(events())).toMatchObject({
        phase: 'failed',
        message: 'mail7: more than 0 events 2070 in Application within 1800 s, at most 0 may be',
      });
      expect((await ask(events({ max: 500 }))).phase).toBe('successful');
    });

    it('events of another provider, another id or an earlier time are none', async () => {
      const provider = 'MSExchange ADAccess';
      expect((await ask(events({ provider }))).phase).toBe('failed');
      expect((await ask(events({ provider: 'Somebody else' }))).phase).toBe('successful');
      expect((await ask(events({ eventId: 64_999 }))).phase).toBe('successful');
    });

    it('a log that does not reach back so far never says yes', async () => {
      const far = { withinMs: 720 * minute };
      expect(await ask(events({ ...far, eventId: 64_999 }))).toMatchObject({
        phase: 'error',
        message: expect.stringContaining('has nothing older'),
      });
      // What is there is enough for a no.
      expect((await ask(events(far))).phase).toBe('failed');
    });

    it('a log that is not there is no answer', async () => {
      expect(await ask(events({ channel: 'Nowhere' }))).toMatchObject({
        phase: 'error',
        message: expect.stringContaining('wevtutil failed'),
      });
    });

    it('a command that does not end in time is no answer', async () => {
      const slow = await ask(command('ping -n 600 127.0.0.1', { timeoutMs: 1000 }));
      expect(slow).toMatchObject({ phase: 'error', message: expect.stringContaining('1000 ms') });
    });

    it('a host that refuses the login is no answer', async () => {
      const resolveCredential = () =>
        Promise.resolve({ username: 'Administrator', password: 'wrong' });
      const { phase, message } = await measured(
        { ...scene.deps, resolveCredential },
        scene.target.previewHash,
        { check: command('exit 0'), hostId: scene.target.hostId },
      );
      expect(phase).toBe('error');
      expect(message).toContain('refused the login');
    });
  },
);

describe('a management host', () => {
  let scene: LabScene;
  beforeAll(async () => {
    scene = await startScene('ssh');
  });
  afterAll(() => scene.close());

  it('that the plan does not change is asked in place of the host, with its names', async () => {
    const { hosts } = (await scene.deps.previews.read(scene.target.previewHash)).content;
    const [reached] = hosts;
    if (reached === undefined) throw new Error('the scene has a host');
    const changed = hostId('ex01');
    const elsewhere = { ...reached.connection, address: '192.0.2.1' };
    const deps = withContent(scene.deps, {
      hosts: [{ hostId: changed, connection: elsewhere }],
      managementHosts: [{ ...reached, hostId: hostId('mon1') }],
    });
    const check = command('echo {host} {address}& exit 1', { host: hostId('mon1') });
    const { message } = await measured(deps, scene.target.previewHash, { check, hostId: changed });
    expect(message).toBe('mon1: exit code 1, ex01 192.0.2.1');
  });
});

describe('what keeps a gate from being asked is no answer', () => {
  const ask = (change: Partial<Question> & { readonly deps?: Partial<ActivityDependencies> }) => {
    const { deps, ...question } = change;
    const all = dependenciesOn(modelHost(), {
      openSession: () => Promise.reject(new Error('no host is asked')),
      ...deps,
    });
    return measured(all, hash, { check: command('exit 0'), hostId: target.hostId, ...question });
  };
  const fails = (
    code: 'host-unreachable' | 'credential-missing' | 'preview-missing',
    what: string,
  ) => Promise.reject(new Failure(code, what));

  it.each([
    {
      what: 'a host that is away',
      change: { deps: { openSession: () => fails('host-unreachable', 'nobody is there') } },
      says: 'mail7: nobody is there',
    },
    {
      what: 'a credential that is not there',
      change: {
        deps: { resolveCredential: () => fails('credential-missing', 'env:X is not set') },
      },
      says: 'env:X is not set',
    },
    {
      what: 'a preview that this worker has not',
      change: { deps: { previews: { read: () => fails('preview-missing', 'no such preview') } } },
      says: 'no such preview',
    },
    {
      what: 'a gate that the preview has not',
      change: { frozen: [] },
      says: 'the preview has no such gate as health',
    },
    {
      what: 'a gate that the preview has otherwise',
      change: { frozen: [gateOf(command('exit 1'))] },
      says: 'the preview has no such gate as health',
    },
    {
      what: 'a host of which the preview knows nothing',
      change: { hostId: hostId('stranger') },
      says: 'host stranger is not in the preview',
    },
    {
      what: 'a management host of which the preview knows nothing',
      change: { check: command('exit 0', { host: hostId('stranger') }) },
      says: 'host stranger is not in the preview',
    },
    {
      what: 'a command without a host',
      change: { hostId: null },
      says: 'gate health names no host on which it is asked',
    },
    {
      what: 'a placeholder without a host',
      change: { check: command('x {host}', { host: target.hostId }), hostId: null },
      says: '{host} stands for nothing before a wave',
    },
  ])('$what', async ({ change, says }) => {
    expect(await ask(change)).toMatchObject({ phase: 'error', message: says });
  });

  it('an event log of which the reply came only in part', async () => {
    const onScript = (script: Script) =>
      ask({
        check: events(),
        deps: { openSession: () => Promise.resolve(scriptedSession(script)) },
      });
    const event = (id: number) =>
      `<Event xmlns='x'><System><EventID>2070</EventID><TimeCreated SystemTime='2026-01-01T00:00:00Z'/><EventRecordID>${id}</EventRecordID></System></Event>`;
    const older = { text: event(1) };
    expect((await onScript({ answers: { older } })).phase).toBe('successful');
    const isNoAnswer = [
      { answers: {} },
      { answers: { older: { text: event(1).slice(0, 90) } } },
      { answers: { older: { text: 'denied', succeeded: false } } },
      { answers: { older, events: { text: 'denied', succeeded: false } } },
      { answers: { older, events: { text: event(2).slice(0, 90) } } },
      { answers: { older }, cutAfter: 120 },
      { raw: Buffer.from('what?') },
      { timedOut: true, raw: Buffer.alloc(0) },
    ];
    for (const script of isNoAnswer) expect((await onScript(script)).phase).toBe('error');
    const cutAfterNo = { answers: { older, events: { text: event(3) + event(2).slice(0, 90) } } };
    expect((await onScript(cutAfterNo)).phase).toBe('failed');
  });

  it('what a host says comes on one line that is not too long', async () => {
    const script = { raw: Buffer.from(`${'x'.repeat(400)}\r\n\u001b[31mred`), exitCode: 5 };
    const openSession = () => Promise.resolve(scriptedSession(script));
    const { message } = await ask({ deps: { openSession } });
    expect(message).toMatch(/^mail7: exit code 5, x+ \[31mred$/);
    expect(message.length).toBeLessThanOrEqual(300);
  });

  it('a mistake of our own is not taken for one: the activity fails', async () => {
    await expect(ask({})).rejects.toThrow('no host is asked');
  });
});

it('a cancelled measurement lets go of the host and is none', async () => {
  const gate = gateOf(command('exit 0'));
  const environment = new MockActivityEnvironment({}, { logger: quiet });
  const session = {
    ...scriptedSession({}),
    run: (_line: string, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('cut')));
        environment.cancel();
      }),
  };
  const deps = dependenciesOn(modelHost(), { openSession: () => Promise.resolve(session) });
  const { measure } = createActivities(withContent(deps, { gates: [gate] }));
  const input = { owner: 'r1', previewHash: hash, gate, hostId: target.hostId };
  await expect(environment.run(measure, input)).rejects.toThrow('CANCELLED');
});
