import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Failure } from '../../contracts/failures';
import { startLabOf } from '../../lab/start-lab';
import type { Lab, LabHostOptions, LabOptions } from '../../lab/types';
import { openSsh } from '../../remote/ssh/client';
import { fakeMachine, password, username } from './ssh/fake-machine';
import type { FakeMachine } from './ssh/fake-machine';

const credential = { username, password };
const machines = new Map<string, FakeMachine>();
const labs: Lab[] = [];

afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
  machines.clear();
});

async function start(
  hosts: readonly LabHostOptions[],
  more: Partial<LabOptions> = {},
): Promise<Lab> {
  const lab = await startLabOf(
    ({ id }, { ledger }) => {
      const machine = fakeMachine();
      machines.set(id, machine);
      machine.onPower((power) => ledger.record(id, power === 'on' ? 'booted' : 'port-closed'));
      return machine;
    },
    { hosts, ...more },
  );
  labs.push(lab);
  return lab;
}

const sshHost = (id: string, port = 0): LabHostOptions => ({
  id,
  transport: { kind: 'ssh', port },
  credential,
});

const winrmHost = (id: string, scheme: 'http' | 'https'): LabHostOptions => ({
  id,
  transport: { kind: 'winrm', scheme },
  credential,
});

const openTo = (lab: Lab, id: string) => {
  const { address, port, hostKey = '' } = lab.endpoint(id);
  return openSsh({ kind: 'ssh', address, port, hostKey, credentialRef: 'env:A' }, credential);
};

describe('starting a lab', () => {
  it('puts every host behind its own port, with what it takes to trust it', async () => {
    const lab = await start([sshHost('a'), winrmHost('b', 'http'), winrmHost('c', 'https')]);
    const endpoints = ['a', 'b', 'c'].map((id) => lab.endpoint(id));
    expect(new Set(endpoints.map(({ port }) => port)).size).toBe(3);
    expect(endpoints).toMatchObject([
      { address: '127.0.0.1', hostKey: expect.stringMatching(/^SHA256:/) },
      { address: '127.0.0.1' },
      { certificateFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(lab.caPem).toContain('BEGIN CERTIFICATE');
    const session = await openTo(lab, 'a');
    await expect(session.run('x')).resolves.toMatchObject({ exitCode: 0 });
    await session.close();
  });

  it('makes no certificates when nobody shows one', async () => {
    const lab = await start([sshHost('a'), winrmHost('b', 'http')]);
    expect(lab.caPem).toBeNull();
  });

  it('gives a host the same key for the same seed', async () => {
    const keys = [];
    for (const seed of ['one', 'one', 'two']) {
      const lab = await start([sshHost('a')], { seed });
      keys.push(lab.endpoint('a').hostKey);
    }
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
  });

  it('changes faults of a host that is running', async () => {
    const lab = await start([sshHost('a')]);
    lab.setFaults('a', { refuseLogin: true });
    await expect(openTo(lab, 'a')).rejects.toMatchObject({ code: 'login-refused' });
    lab.setFaults('a', { unreachable: 'always' });
    await expect(openTo(lab, 'a')).rejects.toMatchObject({ code: 'host-unreachable' });
    lab.setFaults('a', {});
    const session = await openTo(lab, 'a');
    await session.close();
  });

  it('closes the port of a host after its first session when that is its fault', async () => {
    const lab = await start([sshHost('a')]);
    lab.setFaults('a', { unreachable: 'after-first-session' });
    const session = await openTo(lab, 'a');
    await expect(session.run('x')).resolves.toMatchObject({ exitCode: 0 });
    await session.close();
    // The server sees the end of a session a moment after its client.
    const knock = () => openTo(lab, 'a').catch((error: Failure) => error.code);
    let answer = await knock();
    while (answer !== 'host-unreachable') answer = await knock();
  });

  it('keeps the port of a host that goes down and comes back', async () => {
    const lab = await start([sshHost('a')]);
    const effects: string[] = [];
    const stop = lab.onEffect(({ effect }) => effects.push(effect));
    machines.get('a')?.setPower('off');
    await expect(openTo(lab, 'a')).rejects.toMatchObject({ code: 'host-unreachable' });
    machines.get('a')?.setPower('on');
    const session = await openTo(lab, 'a');
    await session.close();
    stop();
    machines.get('a')?.setPower('off');
    expect(effects).toEqual(['port-closed', 'booted']);
    expect(lab.ledger.map(({ effect }) => effect)).toEqual([...effects, 'port-closed']);
  });

  it('refuses a port that somebody else has, says which, and starts nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const starting = start([sshHost('a'), sshHost('b', port)]);
    await expect(starting).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(`b of the lab cannot listen on 127.0.0.1:${port}`),
      advice: expect.stringContaining('another lab'),
    });
    other.close();
  });

  it.each([
    { what: 'one id twice', hosts: [sshHost('a'), sshHost('a')], says: 'a is there twice' },
    {
      what: 'one port twice',
      hosts: [sshHost('a', 25_001), sshHost('b', 25_001)],
      says: 'a and b are both at 127.0.0.1:25001',
    },
    {
      what: 'an address that is not loopback',
      hosts: [{ ...sshHost('a'), transport: { kind: 'ssh' as const, address: '0.0.0.0' } }],
      says: 'loopback addresses only',
    },
  ])('refuses $what', async ({ hosts, says }) => {
    await expect(start(hosts)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(says),
    });
  });

  it('closes twice, and knows no strangers', async () => {
    const lab = await start([sshHost('a')]);
    expect(() => lab.endpoint('b')).toThrow('no host "b"');
    await lab.close();
    await lab.close();
    await expect(openTo(lab, 'a')).rejects.toMatchObject({ code: 'host-unreachable' });
  });
});
