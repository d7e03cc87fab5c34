import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { createFindChanged } from '../../activities/find-changed';
import { loadFleet } from '../../clients/input';
import { Failure } from '../../contracts/failures';
import { hostId, type PreviewHash } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import type { ChangedHost } from '../../contracts/steps';
import { createPreviewStore } from '../../store/previews';
import { createFleetReader } from '../../workers/fleet-reader';
import { inputFiles } from '../clients/input/files';

const { folder, write } = inputFiles();

const fleet = `defaults: { connection: { kind: winrm, credentialRef: env:FLEET, caFile: ca.pem } }
hosts:
  ex01: { address: ex01.test, labels: { dag: dag1 } }
  ex02: { address: ex02.test, labels: { dag: dag1 } }
  dc01: { address: dc01.test, labels: { role: dc } }
  mgmt01: { address: mgmt01.test }
availabilitySets:
  dag1: { labels: { dag: dag1 } }
  dcs: { labels: { role: dc }, maxUnavailable: 1 }
`;

/** Ten seconds and more go by between two questions. */
function clock(): () => number {
  let now = 0;
  return () => (now += 10_001);
}

/** A preview of the fleet as it is in its file now. */
async function freeze(change: (content: PreviewContent) => PreviewContent = (same) => same) {
  const fleetFile = write('fleet.yaml', fleet);
  const { value } = await loadFleet(fleetFile);
  const frozen = value.hosts.map(({ hostId: id, connection }) => ({ hostId: id, connection }));
  const content = {
    hosts: frozen.filter((host) => host.hostId !== 'mgmt01'),
    sets: value.availabilitySets,
  } as unknown as PreviewContent;
  const previews = createPreviewStore(`${folder()}/previews`);
  const { hash } = await previews.write(change(content));
  const ask = createFindChanged({ previews, readFleet: createFleetReader(clock()) });
  return (previewHash: PreviewHash = hash): Promise<readonly ChangedHost[]> =>
    ask({ previewHash, fleetFile, hosts: ['ex01', 'ex02', 'dc01'].map((id) => hostId(id)) });
}

const edit = (from: string, to: string): void => {
  expect(fleet).toContain(from);
  write('fleet.yaml', fleet.replace(from, to));
};

test('a fleet that nobody touched has changed nothing, and neither has one that grew', async () => {
  const ask = await freeze();
  expect(await ask()).toEqual([]);
  edit('  dc01:', '  ex03: { address: ex03.test, labels: { dag: dag1 } }\n  dc01:');
  expect(await ask()).toEqual([]);
});

test.each([
  {
    what: 'another address',
    from: 'ex01.test',
    to: 'ex01.new.test',
    why: 'its address is now ex01.new.test (was ex01.test)',
  },
  {
    what: 'another credential and port',
    from: 'address: ex01.test',
    to: 'address: ex01.test, connection: { port: 5987, credentialRef: env:OTHER }',
    why: 'its credentialRef is now env:OTHER (was env:FLEET), its port is now 5987 (was 5986)',
  },
  {
    what: 'a pinned certificate',
    from: 'address: ex01.test',
    to: `address: ex01.test, connection: { certificateFingerprint: ${'ab'.repeat(32)} }`,
    why: 'it has a certificateFingerprint now',
  },
  {
    what: 'another way',
    from: '  ex01: { address: ex01.test,',
    to: `  ex01: { address: ex01.test, connection: { kind: ssh, credentialRef: env:FLEET, hostKey: SHA256:${'a'.repeat(43)} },`,
    why: 'it is now reached over ssh (was winrm)',
  },
  {
    what: 'no entry any more',
    from: '  ex01: { address: ex01.test, labels: { dag: dag1 } }\n',
    to: '',
    why: 'the fleet does not have it any more',
  },
  {
    what: 'no membership any more',
    from: 'ex01.test, labels: { dag: dag1 }',
    to: 'ex01.test',
    why: 'it is in dag1 no more',
  },
  {
    what: 'another set',
    from: 'ex01.test, labels: { dag: dag1 }',
    to: 'ex01.test, labels: { dag: dag1, role: dc }',
    why: 'it is in dcs now',
  },
])('a host with $what is told, and no other', async ({ from, to, why }) => {
  const ask = await freeze();
  edit(from, to);
  expect(await ask()).toEqual([{ hostId: 'ex01', why }]);
});

test('a limit that became another concerns all hosts of the set', async () => {
  const ask = await freeze();
  edit('dag1 } }\n  dcs', 'dag1 }, maxUnavailable: 2 }\n  dcs');
  const why = 'its set dag1 may now have 2 down (was 1)';
  expect(await ask()).toEqual([
    { hostId: 'ex01', why },
    { hostId: 'ex02', why },
  ]);
});

describe('a limit of the plan itself', () => {
  const own = (limit: object, maxUnavailable: number) => (content: PreviewContent) => ({
    ...content,
    planLimits: { dag1: limit } as NonNullable<PreviewContent['planLimits']>,
    sets: content.sets.map((set) => (set.name === 'dag1' ? { ...set, maxUnavailable } : set)),
  });

  test('does not care what the fleet says', async () => {
    const ask = await freeze(own({ maxUnavailable: 2 }, 2));
    expect(await ask()).toEqual([]);
    edit('dag1 } }\n  dcs', 'dag1 }, maxUnavailable: 9 }\n  dcs');
    expect(await ask()).toEqual([]);
  });

  test('counts the members that the set has now', async () => {
    const ask = await freeze(own({ minAvailable: 1 }, 1));
    expect(await ask()).toEqual([]);
    edit('  ex02: { address: ex02.test, labels: { dag: dag1 } }\n', '');
    expect(await ask()).toEqual([
      { hostId: 'ex01', why: 'its set dag1 may now have 0 down (was 1)' },
      { hostId: 'ex02', why: 'the fleet does not have it any more' },
    ]);
  });
});

test('a management host that became another concerns every host', async () => {
  const managed = await freeze((content) => {
    const [first] = content.hosts;
    const connection = { ...first?.connection, address: 'mgmt01.test' };
    return {
      ...content,
      managementHosts: [{ hostId: hostId('mgmt01'), connection }] as PreviewContent['hosts'],
    };
  });
  expect(await managed()).toEqual([]);
  edit('mgmt01.test', 'mgmt01.new.test');
  const why = 'of its management host mgmt01: its address is now mgmt01.new.test (was mgmt01.test)';
  expect((await managed()).map((one) => one.why)).toEqual([why, why, why]);
});

test('a preview that was altered, and one that is not there, stop everything', async () => {
  const ask = await freeze();
  await expect(ask('f'.repeat(64) as PreviewHash)).rejects.toMatchObject({
    code: 'preview-missing',
  });
  const [file = ''] = readdirSync(`${folder()}/previews`);
  const path = `${folder()}/previews/${file}`;
  writeFileSync(path, readFileSync(path, 'utf8').replace('ex01.test', 'ex99.test'));
  await expect(ask()).rejects.toMatchObject({ code: 'preview-changed' });
});

test('hosts of an inventory are looked up there', async () => {
  write('hosts.csv', 'host,address\nweb01,web01.test\n');
  const text = `include:\n  - { csv: hosts.csv, connection: { kind: winrm, credentialRef: env:WEB } }\n`;
  const fleetFile = write('fleet.yaml', text);
  const { value } = await loadFleet(fleetFile);
  const previews = createPreviewStore(`${folder()}/previews`);
  const { hash } = await previews.write({
    hosts: value.hosts.map(({ hostId: id, connection }) => ({ hostId: id, connection })),
    sets: [],
  } as unknown as PreviewContent);
  const ask = createFindChanged({ previews, readFleet: createFleetReader(clock()) });
  const input = { previewHash: hash, fleetFile, hosts: [hostId('web01')] };
  expect(await ask(input)).toEqual([]);
  write('hosts.csv', 'host,address\nweb01,web99.test\n');
  expect(await ask(input)).toMatchObject([
    { why: 'its address is now web99.test (was web01.test)' },
  ]);
});

describe('reading the fleet', () => {
  test('fails in a way that may pass, and names the file and what is wrong with it', async () => {
    const ask = await freeze();
    write('fleet.yaml', 'hosts: none\n');
    const error: unknown = await ask().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      code: 'fleet-unreadable',
      retryable: true,
      message: expect.stringMatching(/fleet\.yaml:1: hosts is "none"/),
    });
    write('fleet.yaml', fleet);
    expect(await ask()).toEqual([]);
  });

  test('is done once within ten seconds, but for a failure', async () => {
    const fleetFile = write('fleet.yaml', fleet);
    let now = 0;
    const read = createFleetReader(() => now);
    const first = await read(fleetFile);
    edit('ex01.test', 'ex01.new.test');
    now = 9999;
    expect(await read(fleetFile)).toBe(first);
    now = 10_000;
    expect((await read(fleetFile)).hosts[0]?.connection.address).toBe('ex01.new.test');
    const other = `${folder()}/other.yaml`;
    await expect(read(other)).rejects.toThrow(/other\.yaml: is not there/);
    write('other.yaml', fleet);
    expect((await read(other)).hosts).toHaveLength(4);
  });
});
