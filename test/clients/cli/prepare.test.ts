import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePlan } from '../../../clients/cli/prepare';
import { projectDir } from '../../../workers/config';

describe('the definition that a plan names', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollout-prepare-'));
    await writeFile(
      join(folder, 'fleet.yaml'),
      'hosts:\n  a: { address: a.test, connection: { kind: winrm, credentialRef: env:X } }\n',
    );
    const text = await readFile(join(projectDir(), 'hotfixes', 'KB4012212.yaml'), 'utf8');
    await writeFile(join(folder, 'KB9990001.yaml'), text.replaceAll('KB4012212', 'KB9990001'));
    await writeFile(join(folder, 'KB9990002.yaml'), text.replace('burst', 'brust'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const prepared = async (hotfix: string) => {
    const plan = join(folder, 'plan.yaml');
    await writeFile(plan, `change: CHG1\nhotfix: ${hotfix}\nhosts: { all: true }\n`);
    return preparePlan(plan, { action: 'mitigate' });
  };

  it('lies beside it, or comes with the program', async () => {
    expect((await prepared('KB9990001')).content.hotfix.id).toBe('KB9990001');
    expect((await prepared('KB4012212')).content.hotfix.id).toBe('KB4012212');
  });

  it('is named like its file', async () => {
    await expect(prepared('KB9990002')).rejects.toThrow(
      /plan\.yaml:2: hotfix is KB9990002, not KB4012212/,
    );
  });

  it('that is nowhere is told at the line of the plan', async () => {
    await expect(prepared('KB9990003')).rejects.toThrow(/plan\.yaml:2: hotfix/);
  });
});
