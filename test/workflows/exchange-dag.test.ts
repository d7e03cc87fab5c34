import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import { preparePlan } from '../../clients/cli/prepare';
import { loadFleet } from '../../clients/input';
import { labPackage } from '../../clients/lab-fleet/lab-package';
import { startFleetLab } from '../../clients/lab-fleet/start-fleet-lab';
import type { FleetLab } from '../../clients/lab-fleet/start-fleet-lab';
import type { Activities } from '../../contracts/activities';
import { hostId, previewHash, rolloutId } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import type { HookInput, HookReport, HookResult, HostWorkflowInput } from '../../contracts/steps';
import { openSession } from '../../remote/open-session';
import { quiet } from '../activities/run-step';
import type { LedgerScene } from './ledger-scene';
import { startLedgerScene } from './ledger-scene';

/** The example as it is shipped, on a lab, with hooks that really run on its management host. */

const hash = previewHash('d'.repeat(64));
const credential = { username: 'Administrator', password: 'of the lab only' };
const resolveCredential = () => Promise.resolve(credential);

let folder: string;
let fleetLab: FleetLab;
let content: PreviewContent;
let activities: Activities;
let scene: LedgerScene;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exchange-dag-'));
  const example = join(folder, 'examples/exchange-dag');
  cpSync(join(__dirname, '../../examples/exchange-dag'), example, { recursive: true });
  const scenarioFile = join(example, 'lab.yaml');
  const scenario = readFileSync(scenarioFile, 'utf8');
  writeFileSync(scenarioFile, scenario.replace('timeScale: 30', 'timeScale: 120'));
  const { fileName, bytes } = labPackage();
  mkdirSync(join(folder, '.state/packages'), { recursive: true });
  writeFileSync(join(folder, '.state/packages', fileName), bytes);
  fleetLab = await startFleetLab({
    fleet: (await loadFleet(join(example, 'fleet.yaml'))).value,
    scenarioFile,
    resolveCredential,
    ledgerFile: null,
    stateDir: join(folder, '.state/lab'),
    ports: 'ephemeral',
  });
  const prepared = await preparePlan(join(example, 'plan.yaml'), {
    adapt: fleetLab.adapt,
    packageDir: join(folder, '.state/packages'),
  });
  content = prepared.content;
  activities = createActivities({
    previews: { read: () => Promise.resolve({ hash, content }) },
    packages: { find: () => Promise.resolve(prepared.packagePath ?? '') },
    resolveCredential,
    openSession,
    holderOf: () => Promise.resolve(null),
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
    slots: { ask: () => Promise.resolve({ granted: true }), tell: () => Promise.resolve() },
    now: Date.now,
    pace: 0.02,
  });
  scene = await startLedgerScene(activities);
});

afterAll(async () => {
  await scene?.stop();
  await fleetLab?.close();
  rmSync(folder, { recursive: true, force: true });
});

const inputFor = (host: string, more: Partial<HostWorkflowInput> = {}): HostWorkflowInput => ({
  rolloutId: rolloutId('dags'),
  hostId: hostId(host),
  previewHash: hash,
  change: content.change,
  hotfix: content.hotfix,
  package: content.package,
  policy: { ...content.hostPolicy, quietForMs: 0 },
  scope: 'affected',
  treatAsAffected: false,
  sets: [],
  ...more,
});

/** How Exchange says that the server stands, by the plan's own hook. */
async function standingOf(host: string): Promise<HookReport | undefined> {
  const { priorState: hook } = content.hostPolicy.hooks;
  if (hook === undefined || hook === null) throw new Error('the plan has no priorState');
  const asked = { owner: 'test', previewHash: hash, hostId: hostId(host), hook };
  const environment = new MockActivityEnvironment({}, { logger: quiet });
  const run = environment.run<[HookInput], HookResult, Activities['drain']>(
    activities.priorState,
    asked,
  );
  return (await run).report;
}

/** What was done for one server from the management host, and its own reboot and installation, in order. */
const effectsOf = (host: string): string[] =>
  fleetLab.lab.ledger
    .filter(
      (entry) =>
        entry.detail['server'] === host.toUpperCase() ||
        (entry.host === host && ['install-started', 'booted'].includes(entry.effect)),
    )
    .map(({ effect, detail }) => [effect, detail['policy'] ?? detail['database']].join(' ').trim());

const untilEffect = (effect: string, isOf: (entry: { host: string; server: unknown }) => boolean) =>
  new Promise<void>((resolve) => {
    const stop = fleetLab.lab.onEffect((entry) => {
      if (entry.effect !== effect) return;
      if (!isOf({ host: entry.host, server: entry.detail['server'] })) return;
      stop();
      resolve();
    });
  });

it.each([
  { host: 'mb01', policy: 'Unrestricted', words: 'whose policy was Unrestricted' },
  { host: 'mb02', policy: 'Blocked', words: 'whose policy was Blocked' },
])('a member $words is drained, changed and given back with it', async ({ host, policy }) => {
  const { told, result } = await scene.walk(inputFor(host));
  expect(result).toMatchObject({ outcome: 'fixed', available: true });
  expect(effectsOf(host)).toEqual([
    'dag-maintenance-started',
    'install-started',
    'booted',
    'dag-maintenance-stopped',
    `activation-policy-set ${policy}`,
  ]);
  expect(told).toEqual([`drained ${policy},`, 'restored']);
  expect(await standingOf(host)).toEqual({ state: `${policy},`, drainedBy: null });
});

it('a member that an administrator has in maintenance is changed and stays in maintenance', async () => {
  const { told, result } = await scene.walk(inputFor('mb03'));
  expect(result).toMatchObject({
    outcome: 'fixed',
    available: false,
    reason: { code: 'drained-by-other' },
  });
  expect(effectsOf('mb03')).toEqual(['install-started', 'booted']);
  expect(told).toEqual([]);
  expect(await standingOf('mb03')).toMatchObject({
    drainedBy: expect.stringContaining('StartDagServerMaintenance.ps1') as string,
  });
});

it('a member is given back as it first was after its workflow was terminated in between', async () => {
  const installing = untilEffect('install-started', ({ host }) => host === 'mb04');
  const first = await scene.start(inputFor('mb04'));
  await installing;
  await first.host.terminate('by a person');
  const found = 'IntrasiteOnly,dag2-DB2';
  expect(await first.end()).toEqual({ told: [`drained ${found}`], result: null });
  const { told, result } = await scene.walk(
    inputFor('mb04', { owed: { state: found, drainedBy: null } }),
  );
  expect(result).toMatchObject({ outcome: 'fixed', available: true });
  expect(told).toEqual(['restored']);
  expect(effectsOf('mb04').slice(-3)).toEqual([
    'dag-maintenance-stopped',
    'activation-policy-set IntrasiteOnly',
    'activation-suspended dag2-DB2',
  ]);
  expect(effectsOf('mb04').filter((effect) => effect === 'install-started')).toHaveLength(1);
  expect(await standingOf('mb04')).toEqual({ state: found, drainedBy: null });
});

it('a member that a terminated workflow had drained can be given back without a change', async () => {
  const draining = untilEffect('dag-maintenance-started', ({ server }) => server === 'MB05');
  const first = await scene.start(inputFor('mb05'));
  await draining;
  await first.host.terminate('by a person');
  await first.end();
  const owed = { state: 'Unrestricted,', drainedBy: null };
  const { result } = await scene.walk(inputFor('mb05', { owed, restoreOnly: true }));
  expect(result).toMatchObject({ outcome: 'skipped', available: true });
  expect(effectsOf('mb05')).toEqual([
    'dag-maintenance-started',
    'dag-maintenance-stopped',
    'activation-policy-set Unrestricted',
  ]);
});
