import { join } from 'node:path';

import {
  loadFleet,
  loadHotfix,
  loadPlan,
  type ResolvedPreview,
  resolvePreview,
} from '../../../clients/input';
import { hotfixDir, inputFiles, packageBytes, sha256 } from './files';

const { folder, write } = inputFiles();

const fleet = `defaults:
  connection: { kind: winrm, credentialRef: env:FLEET, caFile: certificates/ca.pem }
hosts:
  ex01: { address: ex01.test, labels: { role: exchange, dag: dag1 } }
  ex02: { address: ex02.test, labels: { role: exchange, dag: dag1 } }
  dc01: { address: dc01.test, labels: { role: dc } }
availabilitySets:
  dag1: { labels: { dag: dag1 } }
  dcs: { labels: { role: dc }, maxUnavailable: 2 }
`;

const planOf = (change: { [field: string]: string } = {}): string => {
  const fields = {
    change: 'CHG1',
    hotfix: 'KB3004383',
    package: `{ file: ../packages/fix.msu, sha256: ${sha256} }`,
    hosts: '{ labels: { role: exchange } }',
    ...change,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
};

async function preview(planText: string, fleetText = fleet): Promise<ResolvedPreview> {
  write('packages/fix.msu', packageBytes);
  const planFile = write('plans/plan.yaml', planText);
  const fleetFile = write('fleets/fleet.yaml', fleetText);
  const [plan, loaded, hotfix] = await Promise.all([
    loadPlan(planFile),
    loadFleet(fleetFile),
    loadHotfix('KB3004383', hotfixDir),
  ]);
  const packageDir = join(folder(), 'package-store');
  return resolvePreview({ plan, fleet: loaded, hotfix: hotfix.value, packageDir });
}

test('plan, fleet and hotfix become a preview', async () => {
  const { content, problems, packagePath } = await preview(planOf());
  expect(problems).toEqual([]);
  expect(packagePath).toBe(join(folder(), 'packages/fix.msu'));
  expect(content).toMatchObject({
    change: 'CHG1',
    package: { fileName: 'fix.msu', sha256, bytes: packageBytes.length },
    hosts: [{ hostId: 'ex01' }, { hostId: 'ex02' }],
    sets: [{ name: 'dag1', maxUnavailable: 1, hosts: ['ex01', 'ex02'] }],
  });
  expect(content?.hotfix.id).toBe('KB3004383');
});

test('a package with a url is not looked at: hosts may see another network', async () => {
  const url = 'https://packages.contoso.test/fixes/fix.msu';
  const { content, problems, packagePath } = await preview(
    planOf({ package: `{ url: '${url}', sha256: ${sha256} }` }),
  );
  expect([problems, packagePath]).toEqual([[], null]);
  expect(content?.package).toEqual({ fileName: 'fix.msu', sha256, bytes: null, url });
});

test('a preview that fixes names no action: its hash is what it was when nothing else could be done', async () => {
  const { content } = await preview(planOf());
  expect(Object.keys(content ?? {})).toEqual([
    'change',
    'hotfix',
    'package',
    'hosts',
    'sets',
    'policy',
    'hostPolicy',
  ]);
  expect(content?.package).not.toHaveProperty('url');
});

test('a certificate file is named in full, from the folder of the fleet', async () => {
  const { content } = await preview(planOf());
  expect(content?.hosts[0]?.connection).toMatchObject({
    caFile: join(folder(), 'fleets/certificates/ca.pem'),
  });
});

test('named hosts keep the order of the plan, all hosts that of the fleet', async () => {
  const named = await preview(planOf({ hosts: '{ names: [dc01, EX01] }' }));
  expect(named.content?.hosts.map(({ hostId }) => hostId)).toEqual(['dc01', 'ex01']);
  const all = await preview(planOf({ hosts: '{ all: true }' }));
  expect(all.content?.hosts.map(({ hostId }) => hostId)).toEqual(['ex01', 'ex02', 'dc01']);
});

test('a set of the plan keeps members outside the plan, and the limit of the plan counts', async () => {
  const { content } = await preview(
    planOf({ hosts: '{ names: [ex01] }', availabilitySets: '{ dag1: { maxUnavailable: 2 } }' }),
  );
  expect(content?.sets).toEqual([{ name: 'dag1', maxUnavailable: 2, hosts: ['ex01', 'ex02'] }]);
});

test('the same files give the same preview', async () => {
  expect((await preview(planOf())).content).toEqual((await preview(planOf())).content);
});

test.each([
  {
    what: 'a host that the fleet does not know',
    change: { hosts: '{ names: [ex01, ex03] }' },
    field: 'hosts.names[1]',
    line: 4,
    says: 'did you mean',
  },
  {
    what: 'a host like no other',
    change: { hosts: '{ names: [mailserver] }' },
    field: 'hosts.names[0]',
    line: 4,
    says: 'add it to the fleet',
  },
  {
    what: 'a host twice in other letters',
    change: { hosts: '{ names: [ex01, EX01] }' },
    field: 'hosts.names[1]',
    line: 4,
    says: 'a second time',
  },
  {
    what: 'labels that nobody carries',
    change: { hosts: '{ labels: { role: exchange, dag: dag9 } }' },
    field: 'hosts.labels',
    line: 4,
    says: 'match no host',
  },
  {
    what: 'a set that the fleet does not know',
    change: { availabilitySets: '{ dag2: { maxUnavailable: 1 } }' },
    field: 'availabilitySets.dag2',
    line: 5,
    says: 'did you mean dag1?',
  },
  {
    what: 'a package that is not there',
    change: { package: `{ file: ./fix.msu, sha256: ${sha256} }` },
    field: 'package.file',
    line: 3,
    says: 'relative to the plan',
  },
  {
    what: 'a folder as package',
    change: { package: `{ file: ../packages, sha256: ${sha256} }` },
    field: 'package.file',
    line: 3,
    says: 'cannot be read',
  },
  {
    what: 'another digest',
    change: { package: `{ file: ../packages/fix.msu, sha256: ${'f'.repeat(64)} }` },
    field: 'package.sha256',
    line: 3,
    says: sha256,
  },
  {
    what: 'a package name for a command line',
    change: { package: `{ file: '../packages/a & b.msu', sha256: ${sha256} }` },
    field: 'package.file',
    line: 3,
    says: 'letters, digits',
  },
  {
    what: 'another hotfix',
    change: { hotfix: 'KB1' },
    field: 'hotfix',
    line: 2,
    says: 'is KB1, not KB3004383',
  },
])('$what is a problem with its place', async ({ change, field, line, says }) => {
  const { content, problems } = await preview(planOf(change));
  expect(content).toBeNull();
  expect(problems).toMatchObject([{ field, line, file: join(folder(), 'plans/plan.yaml') }]);
  expect(`${problems[0]?.message}; ${problems[0]?.advice}`).toContain(says);
});

test('everything that does not fit is told at once', async () => {
  const { problems } = await preview(
    planOf({
      hosts: '{ names: [a-host, another-host] }',
      availabilitySets: '{ nobody: { maxUnavailable: 1 } }',
      package: `{ file: nothing.msu, sha256: ${sha256} }`,
    }),
  );
  expect(problems).toHaveLength(4);
});

test('a plan of more hosts than one status can tell is refused at the line of its selector', async () => {
  const hosts = Array.from(
    { length: 6001 },
    (_, n) => `  h${n}: { address: h${n}.test, labels: { role: exchange } }\n`,
  );
  const many = `defaults: { connection: { kind: winrm, credentialRef: env:FLEET } }\nhosts:\n${hosts.join('')}`;
  const { content, problems } = await preview(
    planOf({ hosts: '{ labels: { role: exchange } }' }),
    many,
  );
  expect(content).toBeNull();
  expect(problems).toMatchObject([{ field: 'hosts', line: 4 }]);
  expect(problems[0]?.message).toBe('selects 6001 hosts; one plan may have 6000');
});
