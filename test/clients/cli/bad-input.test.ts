import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPackage } from '../../../clients/lab-fleet/lab-package';
import { rollout } from './run-in-process';

const packageBytes = labPackage().bytes;
const sha256 = createHash('sha256').update(packageBytes).digest('hex');

const fleet = `
hosts:
  ex01: { address: ex01.contoso.test, labels: { role: exchange }, connection: { kind: winrm, credentialRef: env:FLEET } }
`;
const plan = (changes: { [field: string]: string } = {}): string =>
  Object.entries({
    change: 'CHG1',
    hotfix: 'KB3004383',
    package: `{ file: ./fix.msu, sha256: ${sha256} }`,
    hosts: '{ names: [ex01] }',
    ...changes,
  })
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n');

let folder: string;
let planFile: string;
let env: { [name: string]: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollout-cli-'));
  planFile = join(folder, 'plan.yaml');
  await writeFile(join(folder, 'fleet.yaml'), fleet);
  await writeFile(join(folder, 'fix.msu'), packageBytes);
  await writeFile(planFile, plan());
  env = { ROLLOUT_STATE_DIR: join(folder, 'state') };
});
afterEach(() => rm(folder, { recursive: true }));

describe('bad input: what, where, what to do, exit 2, and nothing is started', () => {
  it.each([
    {
      title: 'an unknown hotfix',
      changes: { hotfix: 'KB3004384' },
      says: [/plan\.yaml:2: hotfix/, 'KB3004384', 'did you mean KB3004383'],
    },
    {
      title: 'a host that the fleet does not know',
      changes: { hosts: '{ names: [ex01, ex02] }' },
      says: [/plan\.yaml:4: hosts\.names/, 'ex02'],
    },
    {
      title: 'a host that is named twice',
      changes: { hosts: '{ names: [ex01, ex01] }' },
      says: [/plan\.yaml:4: hosts\.names/, 'second time'],
    },
    {
      title: 'a selector that matches nothing',
      changes: { hosts: '{ labels: { role: print } }' },
      says: [/plan\.yaml:4: hosts\.labels/, 'role: print'],
    },
    {
      title: 'a wrong sha256',
      changes: { package: `{ file: ./fix.msu, sha256: ${'ab'.repeat(32)} }` },
      says: [/plan\.yaml:3: package\.sha256/, sha256],
    },
    {
      title: 'a package that is not there',
      changes: { package: `{ file: ./other.msu, sha256: ${sha256} }` },
      says: [/plan\.yaml:3: package\.file/, 'other.msu'],
    },
    {
      title: 'a field that nobody knows',
      changes: { maxErors: '1' },
      says: [/plan\.yaml:5: maxErors/, 'did you mean maxErrors?'],
    },
  ])('$title', async ({ changes, says }) => {
    await writeFile(planFile, plan(changes));
    for (const command of ['start', 'mitigate', 'rollback', 'preview', 'assess']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person would
      const { code, stdout, stderr } = await rollout([command, planFile], { env });
      expect(code).toBe(2);
      expect(stdout).toBe('');
      for (const part of says) expect(stderr).toMatch(part);
      expect(stderr).toContain('what to do:');
    }
    await expect(readdir(join(folder, 'state'))).rejects.toThrow('ENOENT');
  });

  it('a plan file that is not there', async () => {
    const { code, stderr } = await rollout(['start', join(folder, 'none.yaml')], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/none\.yaml.*is not there.*check the path/);
  });

  it('a credential reference that is none', async () => {
    await writeFile(join(folder, 'fleet.yaml'), fleet.replace('env:FLEET', 'hunter2'));
    const { code, stderr } = await rollout(['start', planFile], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /fleet\.yaml:3: hosts\.ex01\.connection\.credentialRef.*env:NAME, file:PATH or command:PROGRAM/,
    );
  });

  it('a host that is there twice in the fleet', async () => {
    await writeFile(join(folder, 'fleet.yaml'), fleet + fleet.trim().split('\n')[1] + '\n');
    const { code, stderr } = await rollout(['start', planFile], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/fleet\.yaml:4: .*second time/);
  });

  it('a package that is not in the folder of the worker: start refuses and says where it belongs', async () => {
    const { code, stderr } = await rollout(['start', planFile], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('fix.msu');
    expect(stderr).toContain(join(folder, 'state', 'packages'));
  });

  it('a package that is not in the folder of the worker: preview names it and shows the plan all the same', async () => {
    const { code, stdout } = await rollout(['preview', planFile], { env });
    expect(code).toBe(2);
    expect(stdout).toContain('missing: ');
    expect(stdout).toContain('ex01');
    expect(stdout).toContain('stops at the 1st failure');
  });

  it('a package that the hosts pull is missed by nobody, and preview says from where', async () => {
    const url = 'https://packages.contoso.test/fix.msu';
    const text = await readFile(planFile, 'utf8');
    await writeFile(planFile, text.replace(/file: [^,]+,/, `url: '${url}',`));
    const { code, stdout } = await rollout(['preview', planFile], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`pulled by each host from ${url}`)]);
  });

  it('an environment variable that cannot be used', async () => {
    const { code, stderr } = await rollout(['preview', planFile], {
      env: { ...env, ROLLOUT_PACE: 'fast' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('ROLLOUT_PACE');
  });
});

describe('without a Temporal server', () => {
  const before = process.env['TEMPORAL_ADDRESS'];
  afterEach(() => {
    if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
    else process.env['TEMPORAL_ADDRESS'] = before;
  });

  it('every command says which address was tried and how to start a server', async () => {
    const address = `127.0.0.1:${String(await closedPort())}`;
    process.env['TEMPORAL_ADDRESS'] = address;
    // At once: each waits for the whole connect timeout.
    const runs = await Promise.all(
      [
        ['list'],
        ['status', 'chg1'],
        ['pause', 'chg1', '--reason', 'lunch'],
        ['report', 'chg1'],
        ['assess', planFile],
        ['explain', 'ex01'],
      ].map((argv) => rollout(argv, { env })),
    );
    for (const { code, stderr } of runs) {
      expect(stderr).toContain(address);
      expect(stderr).toContain('rollout dev');
      expect(code).toBe(2);
    }
  }, 180_000);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
