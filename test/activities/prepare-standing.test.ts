import { join } from 'node:path';
import { createPrepareStanding } from '../../activities/prepare-standing';
import { planStanding } from '../../clients/standing/create-standing';
import { rolloutId } from '../../contracts/ids';
import { parseRolloutInput } from '../../contracts/requests.schema';
import type { StandingPlan } from '../../contracts/standing';
import { createPreviewStore } from '../../store/previews';
import { createStandingReader } from '../../workers/standing';
import { createStandingFolder } from '../clients/standing/standing-scene';
import type { StandingFolder } from '../clients/standing/standing-scene';

let scene: StandingFolder;
const now = Date.parse('2026-12-05T21:00:00Z');
const id = rolloutId('night-20261205T2100');

beforeAll(async () => {
  scene = await createStandingFolder();
  await scene.writePlan({ more: 'approvals: { minApprovals: 2, ttl: 1d }' });
});
afterAll(() => scene.remove());

const previews = () => createPreviewStore(join(scene.folder, 'previews'));
const prepare = (changed: Partial<StandingPlan> = {}, at = now) =>
  approved().then((plan) =>
    createPrepareStanding({
      standing: createStandingReader({ packageDir: scene.folder }, previews()),
      now: () => at,
    })({ plan: { ...plan, ...changed }, rolloutId: id }),
  );

async function approved(): Promise<StandingPlan> {
  const { plan } = await planStanding(
    {
      name: 'night',
      planFile: scene.planFile,
      fleetFile: join(scene.folder, 'fleet.yaml'),
      maxHosts: 5,
      expiresAt: '2026-12-31T00:00:00.000Z',
      requester: { name: 'kim', source: 'given' },
      reason: 'the nights',
      now,
    },
    scene.folder,
  );
  const at = '2026-12-01T10:00:00.000Z';
  const { hash } = plan;
  const approvals = (['ada', 'bob'] as const).map((name) => ({
    by: { name, source: 'given' as const },
    at,
    reason: 'read it',
    hash,
  }));
  return { ...plan, approvals };
}

it('freezes a rollout of the hosts that there are, which asks for no approval and keeps to one window', async () => {
  const prepared = await prepare();
  if (prepared.kind !== 'ready') throw new Error(prepared.reason.message);
  const { rollout } = prepared;
  expect(parseRolloutInput(rollout)).toEqual({ ok: true, value: rollout });
  expect(rollout).toMatchObject({
    rolloutId: id,
    requestedBy: 'standing night, requested by kim, approved by ada, bob',
    hosts: ['ex01', 'ex02'],
    control: {
      approvals: null,
      firing: { maxHosts: 5 },
      fleetFile: join(scene.folder, 'fleet.yaml'),
      calendar: { windows: [{ name: 'window' }] },
    },
  });
  const { content } = await previews().read(rollout.previewHash);
  expect(content).not.toHaveProperty('approvals');
  expect(content.hosts.map(({ hostId }) => hostId)).toEqual(['ex01', 'ex02']);
});

it.each([
  { what: 'more hosts', changed: { maxHosts: 500 }, says: /hosts per window/ },
  { what: 'a later expiry', changed: { expiresAt: '2027-12-31T00:00:00.000Z' }, says: /expiry/ },
  {
    what: 'fewer approvals',
    changed: { policy: { minApprovals: 1, identity: 'asserted' } as const },
    says: /changed since it was approved: approvals/,
  },
])('a schedule into which somebody wrote $what is not carried out', async ({ changed, says }) => {
  const said = await prepare(changed).then(
    (result) => (result.kind === 'changed' ? result.reason.message : 'it is carried out'),
    (error: unknown) => String(error),
  );
  expect(said).toMatch(says);
});

it('one that expired while it waited for a worker is not carried out', async () => {
  await expect(prepare({}, Date.parse('2026-12-31T00:00:00Z'))).rejects.toThrow(/expired/);
});

it('a worker that reads no standing plans says so', async () => {
  const plan = await approved();
  const alone = createPrepareStanding({ now: () => now });
  await expect(alone({ plan, rolloutId: id })).rejects.toThrow('this worker reads no standing');
});

it('what is no standing plan is refused', async () => {
  await expect(prepare({ maxHosts: -1 })).rejects.toThrow(/maxHosts/);
});
