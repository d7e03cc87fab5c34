import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { createAdmit } from '../../activities/admit';
import { rolloutInput as inputOfPreview } from '../../clients/rollouts/start-rollout';
import type { HostId } from '../../contracts/ids';
import { previewHash, rolloutId } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import type { ChangeControl, OperatorRequest, RolloutInput } from '../../contracts/rollout';
import type { AdmitInput } from '../../contracts/steps';
import { createPreviewStore } from '../../store/previews';
import type { PreviewStore } from '../../store/previews';
import { preview as samplePreview } from '../activities/run-step';
import type { ControlWorld } from './control-world';
import { startControlWorld, windowIn } from './control-world';
import type { RolloutChoice } from './samples';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';
import { skipTime } from './time-skipping';

let scene: ControlWorld;

let folder: string;
let previews: PreviewStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'control-approval-'));
  previews = createPreviewStore(folder);
  const admitReal = createAdmit({
    previews,
    packages: { find: ({ fileName }) => Promise.resolve(fileName) },
    readFleet: () => Promise.resolve({ hosts: [], availabilitySets: [] }),
  });
  const admit = async (input: AdmitInput): Promise<void> => {
    if (input.previewHash !== hash) await admitReal(input);
  };
  scene = await startControlWorld({ timeSkipping: true, activities: { admit } });
});
afterAll(async () => {
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hour = 3_600_000;
const asserted = { minApprovals: 2, ttlMs: hour, identity: 'asserted' } as const;
const hash = previewHash('a'.repeat(64));

const inputOf = (id: string, choice: Partial<RolloutChoice> = {}): RolloutInput =>
  rolloutInput({
    id,
    hosts: hosts(1, id),
    ...choice,
    control: { approvals: asserted, ...choice.control },
  });
const begin = (id: string, choice?: Partial<RolloutChoice>): Promise<RunningRollout> =>
  startRollout(scene.engine, inputOf(id, choice));
const untilPhase = (rollout: RunningRollout, phase: string): Promise<void> =>
  untilStatus(rollout, (status) => status.phase === phase);

type Wish = Partial<OperatorRequest> & { readonly author: string };
const approve = (author: string, more: Partial<OperatorRequest> = {}): Wish => ({
  operation: 'approve',
  hash,
  author,
  ...more,
});
const revoke = (author: string): Wish => ({ operation: 'revoke', author });

const acceptedIn = async ({ handle }: RunningRollout): Promise<number> => {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
    return accepted != null;
  }).length;
};

it('nothing is done before as many people as the plan wants have approved exactly this', async () => {
  const [host] = hosts(1, 'two') as [HostId];
  const rollout = await begin('two');
  await untilPhase(rollout, 'awaiting-approval');
  expect(await rollout.status()).toMatchObject({
    reason: { code: 'approval-needed', facts: { hash } },
    approvals: { requester: { name: 'tester', source: 'os-user' }, given: [] },
  });
  expect(await rollout.operate(approve('bea', { source: 'given' }))).toEqual({
    phase: 'awaiting-approval',
    message: 'approved; 1 of 2 approvals (bea)',
  });
  expect(scene.world.calls).toEqual([]);
  const { message } = await rollout.operate(approve('cy'));
  expect(message).toBe('approved; 2 of 2 approvals (bea, cy): it goes on');
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [host]: 'fixed' });
  expect(end.approvals?.given).toMatchObject([
    { by: { name: 'bea', source: 'given' }, reason: 'because' },
    { by: { name: 'cy', source: 'os-user' }, reason: 'because' },
  ]);
  expect(end.operations).toMatchObject([
    { operation: 'approve', author: 'bea', source: 'given', detail: hash.slice(0, 12) },
    { operation: 'approve', author: 'cy' },
  ]);
});

it('an approval that does not count is refused before it enters the history', async () => {
  const rollout = await begin('refused');
  await untilPhase(rollout, 'awaiting-approval');
  await rollout.operate(approve('bea'));
  const other = previewHash('b'.repeat(64));
  const refusals: readonly (readonly [Wish, string])[] = [
    [approve('tester'), 'own-approval'],
    [approve(' TESTER '), 'own-approval'],
    [approve('bea'), 'already-approved'],
    [approve('Bea', { source: 'given' }), 'already-approved'],
    [approve('cy', { hash: other }), 'other-hash'],
    [approve('cy', { source: 'authenticated' }), 'identity-unproved'],
    [approve('cy', { reason: ' ' }), 'reason-missing'],
    [approve(' '), 'author-missing'],
    [revoke('cy'), 'not-yours'],
  ];
  for (const [wish, code] of refusals) expect(await rollout.refusalOf(wish)).toBe(code);
  expect(await acceptedIn(rollout)).toBe(1);
  expect((await rollout.status()).approvals?.given).toHaveLength(1);
  await rollout.operate({ operation: 'abort' });
  await rollout.result();
});

it('a plan that wants proved identities takes none that is only asserted, nor one that says so itself', async () => {
  const rollout = await begin('proved', {
    control: { approvals: { ...asserted, minApprovals: 1, identity: 'authenticated' } },
  });
  await untilPhase(rollout, 'awaiting-approval');
  expect(await rollout.refusalOf(approve('bea'))).toBe('identity-asserted');
  expect(await rollout.refusalOf(approve('bea', { source: 'authenticated' }))).toBe(
    'identity-unproved',
  );
  await rollout.operate({ operation: 'abort' });
  expect((await rollout.result()).result).toBe('aborted');
});

it('once a host was begun it is too late to approve, to reject and to revoke', async () => {
  const [host] = hosts(1, 'begun') as [HostId];
  const checking = scene.world.hold('check', host);
  const rollout = await begin('begun', {
    control: { approvals: { ...asserted, minApprovals: 1 } },
  });
  await rollout.operate(approve('bea'));
  await checking.reached;
  expect(await rollout.refusalOf(approve('cy'))).toBe('already-begun');
  expect(await rollout.refusalOf({ operation: 'reject' })).toBe('already-begun');
  expect(await rollout.refusalOf(revoke('bea'))).toBe('already-begun');
  checking.open();
  expect(outcomesOf(await rollout.result())).toEqual({ [host]: 'fixed' });
});

it('a rejection ends it, and no host was even asked', async () => {
  const [host] = hosts(1, 'rejected') as [HostId];
  const before = scene.world.calls.length;
  const rollout = await begin('rejected');
  await untilPhase(rollout, 'awaiting-approval');
  await rollout.operate({ operation: 'reject', author: 'bea', reason: 'not this week' });
  const end = await rollout.result();
  expect(end).toMatchObject({
    result: 'rejected',
    reason: { code: 'rejected-by-person', message: 'rejected by bea: not this week' },
  });
  expect(outcomesOf(end)).toEqual({ [host]: 'not-started' });
  expect(scene.world.calls).toHaveLength(before);
});

it('an approval is taken back until hosts are begun, also while it waits for its window', async () => {
  const rollout = await begin('revoked', {
    control: { calendar: { windows: [windowIn('night', 3 * 60, 60)], blackouts: [] } },
  });
  await untilPhase(rollout, 'awaiting-approval');
  await rollout.operate(approve('bea'));
  expect((await rollout.operate(revoke('bea'))).message).toBe('revoked; 0 of 2 approvals');
  await rollout.operate(approve('cy'));
  await rollout.operate(approve('bea'));
  await untilPhase(rollout, 'awaiting-window');
  const { phase } = await rollout.operate(revoke('cy'));
  expect(phase).toBe('awaiting-approval');
  expect((await rollout.status()).approvals?.given.map(({ by }) => by.name)).toEqual(['bea']);
  await rollout.operate({ operation: 'abort' });
  const end = await rollout.result();
  expect(end.operations.map(({ operation }) => operation).join(' ')).toBe(
    'approve revoke approve approve revoke abort',
  );
});

it('what is not approved in time counts as denied', async () => {
  const rollout = await begin('late');
  await rollout.operate(approve('bea'));
  await skipTime(scene.engine, rollout.handle.workflowId, '61 minutes');
  const end = await rollout.result();
  expect(end).toMatchObject({ result: 'expired', reason: { code: 'approval-expired' } });
  expect(end.reason.message).toMatch(/^not approved by .*1 of 2 approvals \(bea\).*denied$/);
});

it('an approval that was given and not used in time is no longer good', async () => {
  const rollout = await begin('stale', {
    control: { calendar: { windows: [windowIn('night', 3 * 60, 60)], blackouts: [] } },
  });
  await rollout.operate(approve('bea'));
  await rollout.operate(approve('cy'));
  await skipTime(scene.engine, rollout.handle.workflowId, '61 minutes');
  const end = await rollout.result();
  expect(end.result).toBe('expired');
  expect(end.reason.message).toMatch(/^approved, but not begun by/);
  expect(Object.values(outcomesOf(end))).toEqual(['not-started']);
});

it('the same approval sent again is answered as before, also in a later run', async () => {
  const [first, second] = hosts(2, 'again') as [HostId, HostId];
  const later = scene.world.hold('apply', second);
  const rollout = await begin('again', { hosts: [first, second], historyEvents: 20 });
  const once = await rollout.operate(approve('bea'), 'bea-1');
  expect(await rollout.operate(approve('bea'), 'bea-1')).toEqual(once);
  expect((await rollout.status()).approvals?.given).toHaveLength(1);
  await rollout.operate(approve('cy'), 'cy-1');
  await later.reached;
  const { runId } = await scene.engine.client.workflow
    .getHandle(rollout.handle.workflowId)
    .describe();
  expect(runId).not.toBe(rollout.handle.firstExecutionRunId);
  expect(await rollout.operate(approve('bea'), 'bea-1')).toEqual(once);
  expect(await rollout.refusalOf(approve('bea'))).toBe('already-begun');
  later.open();
  await untilStatus(rollout, (status) => hostOf(status, second).outcome === 'fixed');
  expect((await rollout.result()).operations.map(({ author }) => author)).toEqual(['bea', 'cy']);
});

describe('a rollout that was started past the client, of a preview that asks for approvals', () => {
  const previewed = async (id: string): Promise<RolloutInput & { control: ChangeControl }> => {
    const [host] = samplePreview.content.hosts;
    const { hotfix, package: pkg, sets, policy, hostPolicy, hosts: ids, change } = inputOf(id);
    const content = {
      change,
      hotfix,
      package: pkg,
      sets,
      policy,
      hostPolicy,
      approvals: asserted,
      hosts: ids.map((hostId) => ({ ...host, hostId })),
    } as PreviewContent;
    const preview = await previews.write(content);
    const requestedBy = { name: 'tester', source: 'os-user' } as const;
    const fleetFile = '/srv/fleet.yaml';
    const input = inputOfPreview({ rolloutId: rolloutId(id), preview, requestedBy, fleetFile });
    if (input.control === undefined) throw new Error('the client sends no control');
    return { ...input, control: input.control };
  };
  const failureOf = async (input: RolloutInput): Promise<unknown> => {
    const rollout = await startRollout(scene.engine, input);
    const error: unknown = await rollout.result().catch((thrown: unknown) => thrown);
    return error instanceof WorkflowFailedError ? error.cause : error;
  };
  const refused = {
    type: 'bad-request',
    message: 'the rollout was started with another approvals than the preview has',
  };

  it('waits for them when it says all that the preview says', async () => {
    const rollout = await startRollout(scene.engine, await previewed('honest'));
    await untilPhase(rollout, 'awaiting-approval');
    await rollout.operate({ operation: 'abort' });
    expect((await rollout.result()).result).toBe('aborted');
  });

  it('fails when it leaves control out', async () => {
    const { control: _, ...rest } = await previewed('left-out');
    expect(await failureOf(rest)).toMatchObject(refused);
  });

  it('fails when it asks for less', async () => {
    const input = await previewed('less');
    const approvals = { ...asserted, minApprovals: 1 };
    const less = { ...input, control: { ...input.control, approvals } };
    expect(await failureOf(less)).toMatchObject(refused);
    const none = {
      ...less,
      rolloutId: rolloutId('none'),
      control: { ...input.control, approvals: null },
    };
    expect(await failureOf(none)).toMatchObject(refused);
  });

  it('fails when it would not have its fleet read again', async () => {
    const input = await previewed('blind');
    const blind = { ...input, control: { ...input.control, fleetFile: null } };
    expect(await failureOf(blind)).toMatchObject({
      type: 'bad-request',
      message: expect.stringContaining('without the file of its fleet'),
    });
  });
});
