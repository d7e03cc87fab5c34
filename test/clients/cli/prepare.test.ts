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

describe('a plan with a window', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollout-prepare-'));
    await writeFile(
      join(folder, 'fleet.yaml'),
      'hosts:\n  a: { address: a.test, connection: { kind: winrm, credentialRef: env:X } }\n',
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const weekly = '{ schedule: "0 22 * * 6", scheduleTimezone: UTC, duration: 1h }';
  const prepared = async (more: string, rule = weekly) => {
    const plan = join(folder, 'plan.yaml');
    const window = `window: ${rule}`;
    await writeFile(
      plan,
      `change: CHG1\nhotfix: KB4012212\nhosts: { all: true }\n${window}\n${more}`,
    );
    return preparePlan(plan, { action: 'mitigate' });
  };

  it('knows the file of its fleet, for workers in other folders', async () => {
    expect((await prepared('')).fleetFile).toBe(join(folder, 'fleet.yaml'));
  });

  it.each([
    '{ start: 2020-12-05T22:00, scheduleTimezone: UTC, duration: 1h }',
    '{ schedule: "RRULE:FREQ=MONTHLY;BYDAY=1SA;BYMONTHDAY=20", at: "22:00", scheduleTimezone: UTC, duration: 1h }',
  ])('that never opens again is refused at its line: %s', async (rule) => {
    await expect(prepared('', rule)).rejects.toThrow(
      /plan\.yaml:4: window has no start from now on/,
    );
  });

  it('that has begun and is open still is taken', async () => {
    const start = new Date(Date.now() - 30 * 60_000).toISOString().slice(0, 16);
    const begun = `{ start: ${start}, scheduleTimezone: UTC, duration: 1h }`;
    await expect(prepared('', begun)).resolves.toMatchObject({ content: { change: 'CHG1' } });
  });

  it('into which no host would fit is refused', async () => {
    await expect(prepared('hostDuration: 61m\n')).rejects.toThrow(
      /hostDuration is 61 min, and no window is as long \(the longest has 60 min\)/,
    );
  });
});
