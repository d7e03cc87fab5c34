import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labPackage } from '../../../clients/lab-fleet/lab-package';
import { labSuite } from './lab-suite';
import { rollout } from './run-in-process';
import { freePort, startDev } from './start-dev';
import type { Dev } from './start-dev';

/**
 * `rollout dev` in this process, and the other commands against it: first on a fleet of which nobody answers, for what a
 * rollout does with such a fleet needs no host; then on hosts of the lab.
 */
let dev: Dev;
let folder: string;
let planFile: string;
let env: Dev['env'];

beforeAll(async () => {
  dev = await startDev(async (place) => {
    const packageBytes = labPackage().bytes;
    await writeFile(join(place, 'fix.msu'), packageBytes);
    const port = String(await freePort());
    const host = `{ address: 127.0.0.1, connection: { kind: winrm, port: ${port}, credentialRef: env:FLEET } }`;
    await writeFile(join(place, 'fleet.yaml'), `hosts:\n  ex01: ${host}\n`);
    const sha256 = createHash('sha256').update(packageBytes).digest('hex');
    const plan = [
      'change: CHG1',
      'hotfix: KB3004383',
      `package: { file: ./fix.msu, sha256: ${sha256} }`,
      'hosts: { all: true }',
      'maxUnassessed: 0',
      'unreachableAfter: 1s',
    ];
    await writeFile(join(place, 'plan.yaml'), plan.join('\n'));
    return [join(place, 'plan.yaml')];
  });
  ({ folder, env } = dev);
  planFile = join(folder, 'plan.yaml');
}, 180_000);

afterAll(() => dev.stop(), 180_000);

describe('everything on one machine', () => {
  it('assess says of each host that it could not be reached, and ends with 3', async () => {
    const { code, stdout } = await rollout(['assess', planFile, '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      hosts: [{ hostId: 'ex01', state: null, reason: { code: 'host-unreachable' } }],
    });
    expect(code).toBe(3);
  }, 180_000);

  it('preview with an assessment says that the rollout would stop', async () => {
    const { code, stdout } = await rollout(['preview', planFile, '--assess'], { env });
    expect(stdout).toContain('1 host in the plan, 0 to be changed');
    expect(stdout).toMatch(/would stop: .+/);
    expect(code).toBe(0);
  }, 180_000);

  it('start --wait shows plain progress to the end, and ends with 4 when the budget stopped it', async () => {
    const { code, stdout } = await rollout(['start', planFile, '--id', 'first', '--wait'], { env });
    expect(stdout).toMatch(/^\[0:0\d\] first assessing: /m);
    expect(stdout).toMatch(/^\[0:\d\d\] first stopped-by-budget: /m);
    expect(stdout).toMatch(/^ex01 .*/m);
    expect(code).toBe(4);
  }, 180_000);

  it('a name that was used once is refused for ever', async () => {
    const { code, stderr } = await rollout(['start', planFile, '--id', 'first'], { env });
    expect(stderr).toContain('there is already a rollout first');
    expect(code).toBe(2);
  });

  it('list, status, watch and report know the rollout and how it ended', async () => {
    const list = await rollout(['list', '--json']);
    expect(JSON.parse(list.stdout)).toMatchObject([
      { rolloutId: 'first', change: 'CHG1', phase: 'done', hosts: 1 },
    ]);
    const status = await rollout(['status', 'first', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      result: 'stopped-by-budget',
      toBeChanged: 0,
    });
    expect(status.code).toBe(4);
    expect((await rollout(['watch', 'first'])).code).toBe(4);
    const report = await rollout(['report', 'first']);
    expect(report.code).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({
      rolloutId: 'first',
      hosts: [{ hostId: 'ex01', assessment: { reached: false, code: 'host-unreachable' } }],
      gaps: [],
    });
  }, 180_000);

  it('a report can be written into a file, and says when it cannot', async () => {
    const file = join(folder, 'report.html');
    expect((await rollout(['report', 'first', '--format', 'html', '--output', file])).code).toBe(0);
    const nowhere = join(folder, 'none', 'report.html');
    const { code, stderr } = await rollout(['report', 'first', '--output', nowhere]);
    expect(stderr).toContain(nowhere);
    expect(code).toBe(2);
  }, 180_000);

  it('a request to a rollout that is done is refused', async () => {
    const { code, stderr } = await rollout(['pause', 'first', '--reason', 'too late']);
    expect(stderr).toMatch(/error: .*(done|refused|no rollout)/);
    expect(code).toBe(2);
  }, 180_000);

  it('the doctor says what to do about a host that does not answer', async () => {
    const { code, stdout } = await rollout(['doctor', join(folder, 'fleet.yaml')], { env });
    expect(stdout).toMatch(/ex01, reachable: .*; .*firewall/);
    expect(code).toBe(3);
  }, 180_000);
});

labSuite(() => dev);
