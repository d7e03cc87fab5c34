import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { visibleWidth } from '../../../clients/cli/wrap';
import { hotfixDir, inputFiles } from '../input/files';
import { rollout } from './run-in-process';

const shipped = readdirSync(hotfixDir)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''))
  .toSorted();
const text = readFileSync(join(hotfixDir, 'KB3004383.yaml'), 'utf8');

describe('rollout hotfix list', () => {
  it('has every definition that comes with the program, with what it is for', async () => {
    const { code, stdout } = await rollout(['hotfix', 'list']);
    expect(code).toBe(0);
    for (const id of shipped) expect(stdout).toMatch(new RegExp(`^${id} {2}\\S`, 'm'));
    const json = await rollout(['hotfix', 'list', '--json']);
    const listed = JSON.parse(json.stdout) as { id: string; title: string; reference: string }[];
    expect(listed.map(({ id }) => id)).toEqual(shipped);
    for (const one of listed) expect(one.reference).toMatch(/^https:/);
  });
});

describe('rollout hotfix check', () => {
  const files = inputFiles();

  it.each(shipped)('of %s says in words what it does, and ends with 0', async (id) => {
    const { code, stdout } = await rollout(['hotfix', 'check', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${id}: `));
    expect(stdout).toMatch(/^A host is affected when$/m);
    expect(stdout).toMatch(/^The workaround/m);
    expect(visibleWidth(stdout)).toBeLessThanOrEqual(120);
  });

  it('takes a file, and with --json gives the definition with every default', async () => {
    const file = files.write('mine.yaml', text.replace('id: KB3004383', 'id: own-fix'));
    const { code, stdout } = await rollout(['hotfix', 'check', file, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'own-fix',
      fallback: { stopTimeoutMs: 180_000 },
      symptom: { burstMs: 1_200_000, minimumEvents: 1 },
    });
  });

  it('says of a wrong file everything that is wrong, each with its line', async () => {
    const wrong = text
      .replace('burst: 20m', 'burst: 10m')
      .replace('servicePack: 1', 'servicePak: 1')
      .replace('coverage: all', 'coverage: most');
    const file = files.write('wrong.yaml', wrong);
    const lineOf = (part: string): number =>
      wrong.split('\n').findIndex((line) => line.includes(part)) + 1;
    const { code, stdout, stderr } = await rollout(['hotfix', 'check', file]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`wrong.yaml:${lineOf('servicePak')}: applicability.os.servicePak`);
    expect(stderr).toContain('did you mean servicePack?');
    expect(stderr).toContain(
      `wrong.yaml:${lineOf('coverage: most')}: affected.rule.events.coverage`,
    );
    expect(stderr).toContain('use one of: all, some');
  });

  it('says what fields have to do with each other', async () => {
    const file = files.write('short.yaml', text.replace('burst: 20m', 'burst: 10m'));
    const { code, stderr } = await rollout(['hotfix', 'check', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/short\.yaml:\d+: symptom\.burst is shorter than logPeriod/);
  });

  it('says of an id that nobody knows which one is near, or which there are', async () => {
    const near = await rollout(['hotfix', 'check', 'KB3004384']);
    expect(near.code).toBe(2);
    expect(near.stderr).toContain('did you mean KB3004383?');
    const far = await rollout(['hotfix', 'check', 'nothing-like-it']);
    expect(far.code).toBe(2);
    for (const id of shipped) expect(far.stderr).toContain(id);
  });

  it('says of a file that is not there that it is not', async () => {
    const { code, stderr } = await rollout(['hotfix', 'check', join(files.folder(), 'none.yaml')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/none\.yaml: is not there; check the path/);
  });
});
