import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Recording } from '../../clients/doctor/record-host-keys';
import { rollout } from '../clients/cli/run-in-process';
import { judgeTest } from '../judges/judge';
import { hasSshd } from './sshd';
import type { Sshd } from './sshd';
import { createSshdScene, credentialFor } from './sshd-scene';

const scene = createSshdScene();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'record-'));
});

afterEach(async () => {
  await scene.end();
  await rm(folder, { recursive: true, force: true });
});

/** Host keys of a kind of their own, so that a key of one server is never taken for one of the other. */
async function fleetOf(jump: Sshd, target: Sshd, jumpKnows: string): Promise<string> {
  const file = join(folder, 'fleet.yaml');
  await writeFile(
    file,
    [
      'jumpHosts:',
      `  bastion: { address: 127.0.0.1, port: ${jump.port}, credentialRef: env:JUMP, ${jumpKnows} }`,
      'defaults: { connection: { kind: ssh, credentialRef: env:NOBODY, knownHosts: known_hosts } }',
      'hosts:',
      `  ex01: { address: 127.0.0.1, connection: { port: ${target.port} , via: bastion } }`,
      '  gone: { address: 127.0.0.1, connection: { port: 9 } }',
      '',
    ].join('\n'),
  );
  return file;
}

const record = async (fleet: string, jump: Sshd, ...more: readonly string[]) =>
  rollout(['doctor', fleet, '--record-host-keys', join(folder, 'new'), ...more], {
    env: { JUMP: JSON.stringify(await credentialFor(jump)) },
  });

describe('rollout doctor --record-host-keys', () => {
  judgeTest(
    'collects the keys of hosts and jump hosts as ssh-keyscan prints them, without a login to the hosts',
    hasSshd,
    async () => {
      const jump = await scene.sshd();
      const target = await scene.sshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
      const fleet = await fleetOf(jump, target, `hostKey: '${jump.fingerprint()}'`);
      const { code, stdout } = await record(fleet, jump);
      expect(code).toBe(3);
      expect(stdout).toContain(target.fingerprint('rsa'));
      expect(stdout).toMatch(/127\.0\.0\.1:9: .*cannot be reached/);
      const lines = (await readFile(join(folder, 'new'), 'utf8')).split('\n');
      const { stdout: scanned } = await promisify(execFile)('ssh-keyscan', [
        '-p',
        String(target.port),
        '127.0.0.1',
      ]);
      const expected = scanned.split('\n').filter((line) => /^[^#]/.test(line));
      expect(expected).toHaveLength(3);
      expect(lines).toEqual(expect.arrayContaining(expected));
      expect(await target.log()).not.toContain('Accepted');
    },
  );

  judgeTest('tells what the fleet knows of each key', hasSshd, async () => {
    const jump = await scene.sshd();
    const target = await scene.sshd();
    const other = await scene.sshd();
    const fleet = await fleetOf(jump, target, `hostKey: '${jump.fingerprint()}'`);
    const standings = async (): Promise<unknown> => {
      await rm(join(folder, 'new'), { force: true });
      const { stdout } = await record(fleet, jump, '--json');
      const { keys } = JSON.parse(stdout) as Recording;
      return keys.map(({ hosts, standing }) => [hosts, standing]);
    };
    const known = [['ex01'], 'known'];
    await expect(standings()).resolves.toEqual([known, [['ex01'], 'new']]);
    const name = `[127.0.0.1]:${target.port}`;
    const line = (key: string) => `${name} ${key}\n`;
    await writeFile(join(folder, 'known_hosts'), line(target.publicKey()));
    await expect(standings()).resolves.toEqual([known, known]);
    await writeFile(join(folder, 'known_hosts'), line(other.publicKey()));
    await expect(standings()).resolves.toEqual([known, [['ex01'], 'changed']]);
    await writeFile(join(folder, 'known_hosts'), `@revoked ${line(target.publicKey())}`);
    await expect(standings()).resolves.toEqual([known, [['ex01'], 'revoked']]);
  });

  judgeTest(
    'knows a pinned key although the file of the fleet is not there yet',
    hasSshd,
    async () => {
      const jump = await scene.sshd();
      const fleet = join(folder, 'fleet.yaml');
      const host = (port: number, key: string): string =>
        `{ address: 127.0.0.1, connection: { port: ${port}, hostKey: '${key}' } }`;
      const other = await scene.sshd();
      await writeFile(
        fleet,
        [
          'defaults: { connection: { kind: ssh, credentialRef: env:NOBODY, knownHosts: missing } }',
          'hosts:',
          `  same: ${host(jump.port, jump.fingerprint())}`,
          `  differs: ${host(other.port, jump.fingerprint())}`,
          '',
        ].join('\n'),
      );
      const { keys } = JSON.parse((await record(fleet, jump, '--json')).stdout) as Recording;
      expect(keys.map(({ standing }) => standing)).toEqual(['known', 'changed']);
    },
  );

  judgeTest('never writes into a file that is there', hasSshd, async () => {
    const jump = await scene.sshd();
    const fleet = await fleetOf(jump, jump, `hostKey: '${jump.fingerprint()}'`);
    await writeFile(join(folder, 'new'), 'in use');
    const { code, stderr } = await record(fleet, jump);
    expect(code).toBe(2);
    expect(stderr).toContain('is there already');
    expect(await readFile(join(folder, 'new'), 'utf8')).toBe('in use');
    expect(await jump.log()).not.toContain('Accepted');
  });
});
