import { readdirSync } from 'node:fs';

import { affectedStates } from '../../contracts/outcome';
import type { CheckResult } from '../../contracts/steps';
import { untilDone } from '../activities/run-step';
import { affectedHosts } from './affected-hosts';
import { startHosts, type LabHosts } from './lab-hosts';
import { folder, shipped, shippedIds } from './shipped';
import { verdictRows } from './verdict-rows';

/** Microsoft's guidance for CVE-2021-34527: both must be 0 or missing. */
const openings = ['NoWarningNoElevationOnInstall', 'UpdatePromptSettings'];
const pointAndPrint = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Printers\\PointAndPrint';

const rows = verdictRows.map((row, index) => ({ ...row, name: `host${index}` }));

describe('the shipped definitions on hosts of the lab', () => {
  let hosts: LabHosts;
  beforeAll(async () => {
    hosts = await startHosts([
      ...rows,
      ...openings.map((value) => ({
        name: value,
        windows: {
          ...affectedHosts.KB5004951,
          registry: { [pointAndPrint]: { [value]: 1 } },
        },
      })),
    ]);
  });
  afterAll(() => hosts.close());

  const check = async (name: string, id: (typeof shippedIds)[number]): Promise<CheckResult> =>
    (await untilDone(hosts.activities.check, { ...hosts.target(name), hotfix: shipped(id) }))
      .result;

  it.each(rows)('$hotfix: $of is $state, because $because', async (row) => {
    const { verdict } = await check(row.name, row.hotfix);
    const [deciding] = verdict.reasons;
    expect([verdict.state, deciding?.code]).toEqual([row.state, row.because]);
    expect(deciding?.message).toContain(row.names ?? '');
    const codes = verdict.reasons.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([...(row.also ?? [])]));
  });

  it.each(openings)('shows beside the verdict that %s opens Point and Print', async (name) => {
    const { verdict } = await check(name, 'KB5004951');
    expect(verdict).toMatchObject({
      state: 'affected',
      corroboration: [{ question: expect.stringContaining('Point and Print'), answer: 'yes' }],
    });
  });

  it('the table has every verdict of every definition that is shipped', () => {
    expect(readdirSync(folder).toSorted()).toEqual(shippedIds.map((id) => `${id}.yaml`));
    for (const id of shippedIds) {
      const states = new Set(rows.flatMap(({ hotfix, state }) => (hotfix === id ? [state] : [])));
      expect([...states].toSorted()).toEqual([...affectedStates].toSorted());
    }
  });
});
