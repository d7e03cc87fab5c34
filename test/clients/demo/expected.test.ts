import { join } from 'node:path';
import { differences, loadExpected } from '../../../clients/demo/expected';
import { preparePlan } from '../../../clients/cli/prepare';
import { loadFleet, loadPlan } from '../../../clients/input';
import { outcomes } from '../../../contracts/outcome';
import { labOptionsFor } from '../../../lab/lab-options-for';
import { loadScenario } from '../../../lab/scenario';
import { labPackage } from '../../../clients/lab-fleet/lab-package';
import { createHash } from 'node:crypto';
import { aStatus, doneHost } from '../status-samples';

const examples = join(__dirname, '..', '..', '..', 'examples');

describe('what the demo expects', () => {
  const expected = { result: 'completed', hosts: { ex01: 'fixed', ex02: 'failed' } } as const;
  const ended = (outcome: 'failed' | 'fixed') =>
    aStatus({ result: 'completed', hosts: [doneHost('ex01', 'fixed'), doneHost('ex02', outcome)] });

  it('is met when result and every host are as scripted', () => {
    expect(differences(expected, ended('failed'))).toEqual([]);
  });

  it.each([
    { status: ended('fixed'), says: ['ex02 ended fixed instead of failed'] },
    {
      status: aStatus({ result: 'aborted', hosts: ended('failed').hosts }),
      says: ['chg1 ended aborted instead of completed'],
    },
    {
      status: aStatus({ result: 'completed', hosts: [doneHost('ex01', 'fixed')] }),
      says: ['chg1 has no host ex02'],
    },
    {
      status: aStatus({
        result: 'completed',
        hosts: [...ended('failed').hosts, doneHost('ex03', 'fixed')],
      }),
      says: ['ex03 of chg1 was not scripted'],
    },
  ])('is not met: $says', ({ status, says }) => {
    expect(differences(expected, status)).toEqual(says);
  });
});

describe('the examples', () => {
  it('are 24 hosts, 14 over WinRM and 10 over SSH, in three groups with two domain controllers', async () => {
    const { value: fleet } = await loadFleet(join(examples, 'fleet.yaml'));
    const kinds = fleet.hosts.map((host) => host.connection.kind);
    expect(kinds.filter((kind) => kind === 'winrm')).toHaveLength(14);
    expect(kinds.filter((kind) => kind === 'ssh')).toHaveLength(10);
    const sets = new Map(fleet.availabilitySets.map((set) => [set.name, set.hosts.length]));
    expect([...sets.keys()]).toEqual(['dag1', 'dag2', 'dag3', 'domain-controllers']);
    expect(sets.get('domain-controllers')).toBe(2);
  });

  it('can be emulated on the addresses and with the keys that the fleet names', async () => {
    const { value: fleet } = await loadFleet(join(examples, 'fleet.yaml'));
    const scenario = await loadScenario(join(examples, 'lab.yaml'));
    const credential = { username: 'Administrator', password: 'x' };
    const made = await labOptionsFor(fleet, scenario, () => Promise.resolve(credential), {
      ports: 'fixed',
    });
    expect(made.hosts).toHaveLength(24);
  });

  it('name the package that the lab makes', async () => {
    const sha256 = createHash('sha256').update(labPackage().bytes).digest('hex');
    for (const plan of ['plan.yaml', 'plan-budget.yaml']) {
      // oxlint-disable-next-line no-await-in-loop -- two small files
      expect((await loadPlan(join(examples, plan))).value.package?.sha256).toBe(sha256);
    }
  });

  it('expect something of exactly the hosts of each plan, and show every outcome but two', async () => {
    const script = await loadExpected(join(examples, 'expected.yaml'));
    const shown = new Set<string>();
    for (const rollout of script) {
      // oxlint-disable-next-line no-await-in-loop -- two small files
      const { value } = await loadPlan(join(examples, rollout.plan));
      const names = value.hosts.kind === 'names' ? value.hosts.names : [];
      expect(Object.keys(rollout.hosts).toSorted()).toEqual([...names].toSorted());
      for (const outcome of Object.values(rollout.hosts)) shown.add(outcome);
    }
    // A host that is unreachable at its turn would need one that vanishes in between, and nothing is rolled back here.
    const missing = outcomes.filter((outcome) => !shown.has(outcome));
    expect(missing).toEqual(['rolled-back', 'unreachable']);
  });

  it('without their fleet say which file is missing', async () => {
    await expect(
      preparePlan(join(examples, 'plan.yaml'), { fleetFile: join(examples, 'none.yaml') }),
    ).rejects.toThrow(/none\.yaml: is not there/);
  });
});
