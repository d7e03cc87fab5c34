import { createHash } from 'node:crypto';
import { join } from 'node:path';

import {
  loadFleet,
  loadHotfix,
  loadPlan,
  type ResolvedPreview,
  resolvePreview,
} from '../../../clients/input';
import { canonicalJson } from '../../../contracts/canonical-json';
import { hotfixDir, inputFiles } from './files';

const { folder, write } = inputFiles();

const fleet = `defaults: { connection: { kind: winrm, credentialRef: env:FLEET } }
hosts:
  ex01: { address: ex01.test, labels: { role: exchange, dag: dag1, site: fra } }
  ex02: { address: ex02.test, labels: { role: exchange, dag: dag1, site: muc } }
  dc01: { address: dc01.test, labels: { role: dc, site: fra } }
  dc02: { address: dc02.test, labels: { role: dc, site: muc } }
  mgmt01: { address: mgmt01.test, labels: { role: tools } }
availabilitySets:
  dag1: { labels: { dag: dag1 } }
  dcs: { labels: { role: dc }, minAvailable: 1 }
`;

const four = '{ names: [ex01, ex02, dc01, dc02] }';

/** Six lines, so that what is added begins at line 5. */
const planOf = (hosts: string, more = ''): string => `change: CHG1
hotfix: KB3004383
package: { url: 'https://packages.contoso.test/fixes/fix.msu', sha256: ${'a'.repeat(64)} }
hosts: ${hosts}
${more}`;

async function preview(planText: string, fleetText = fleet): Promise<ResolvedPreview> {
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

async function contentOf(planText: string, fleetText = fleet) {
  const { content, problems } = await preview(planText, fleetText);
  expect(problems).toEqual([]);
  if (content === null) throw new Error('no content');
  return content;
}

/** The place and the words of each problem. */
async function problemsOf(planText: string, fleetText = fleet): Promise<string[]> {
  const { content, problems } = await preview(planText, fleetText);
  expect(content).toBeNull();
  return problems.map(
    ({ file, line, field, message, advice }) =>
      `${file.slice(folder().length + 1)}:${line} ${field} ${message}; ${advice}`,
  );
}

describe('a plan that controls nothing', () => {
  // The hash is that of release 0.1: whoever previewed with it must not have to preview again.
  test('has the content that it had before there was change control', async () => {
    const old = `defaults: { connection: { kind: winrm, credentialRef: env:FLEET } }
hosts:
  ex01: { address: ex01.test, labels: { role: exchange, dag: dag1 } }
  ex02: { address: ex02.test, labels: { role: exchange, dag: dag1 } }
availabilitySets:
  dag1: { labels: { dag: dag1 } }
`;
    const content = await contentOf(
      planOf(
        '{ labels: { role: exchange } }',
        'availabilitySets: { dag1: { maxUnavailable: 2 } }\nhooks: { drain: { command: drain.cmd } }\n',
      ),
      old,
    );
    const text = canonicalJson({ ...content, hotfix: 0 });
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      'b5ee27c8163ce0f6a68f95e522864093d817d4e6dcf4272722b54823ed6c4700',
    );
  });
});

test('what a plan controls is part of its content', async () => {
  write('plans/freeze.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
  const content = await contentOf(
    planOf(
      four,
      `approvals: { minApprovals: 2 }
window: { schedule: "RRULE:FREQ=WEEKLY;BYDAY=SA", at: "22:00", scheduleTimezone: Europe/Berlin, duration: 6h }
blackoutWindows: { freeze: { calendar: freeze.ics } }
availabilitySets: { dag1: { minAvailable: 1 } }
gates:
  - { name: mail, after: host, http: { url: "https://x.test/{host}" } }
notify:
  - { webhook: "https://hooks.test/rollout" }
`,
    ),
  );
  expect(content).toMatchObject({
    approvals: { minApprovals: 2, ttlMs: 604_800_000, identity: 'asserted' },
    calendar: {
      windows: [{ name: 'window', timeZone: 'Europe/Berlin' }],
      blackouts: [{ name: 'freeze', file: join(folder(), 'plans/freeze.ics') }],
    },
    policy: { hostDurationMs: 1_800_000 },
    planLimits: { dag1: { minAvailable: 1 } },
    gates: [{ name: 'mail' }],
    notify: [{ name: 'webhook-1' }],
  });
  expect(content).not.toHaveProperty('managementHosts');
  expect(content).not.toHaveProperty('order');
});

test('files that are not there are told at the lines that name them', async () => {
  const problems = await problemsOf(
    planOf(
      four,
      `window: { schedule: "0 22 * * 6", scheduleTimezone: UTC, duration: 6h }
blackoutWindows: { freeze: { calendar: freeze.ics } }
gates:
  - { name: mail, after: host, http: { url: "https://x.test/", caFile: ca.pem } }
notify:
  - { webhook: "https://hooks.test/rollout", caFile: hooks.pem }
`,
    ),
  );
  expect(problems).toEqual([
    expect.stringMatching(
      /plan\.yaml:6 blackoutWindows\.freeze\.calendar .*freeze\.ics is not there/,
    ),
    expect.stringMatching(/plan\.yaml:8 gates\[0\]\.http\.caFile .*ca\.pem is not there/),
    expect.stringMatching(
      /plan\.yaml:10 notify\[0\]\.caFile .*hooks\.pem is not there; put the file/,
    ),
  ]);
});

describe('availability sets', () => {
  test('of which so many must stay up may have the others down', async () => {
    const { sets } = await contentOf(
      planOf(four, 'availabilitySets: { dag1: { minAvailable: 1 } }\n'),
    );
    expect(sets.map(({ name, maxUnavailable }) => [name, maxUnavailable])).toEqual([
      ['dag1', 1],
      ['dcs', 1],
    ]);
  });

  test('that keep all of their hosts up are refused by name, where that is written', async () => {
    const limits = 'availabilitySets: { dag1: { minAvailable: 2 } }\n';
    expect(await problemsOf(planOf(four, limits))).toEqual([
      'plans/plan.yaml:5 availabilitySets.dag1.minAvailable keeps up all 2 hosts of the set, so that none of them could ever be changed; make it less than 2',
    ]);
    const tight = fleet.replace('minAvailable: 1', 'minAvailable: 5');
    expect(await problemsOf(planOf(four), tight)).toEqual([
      expect.stringMatching(
        /^fleets\/fleet\.yaml:10 availabilitySets\.dcs\.minAvailable keeps up all 2/,
      ),
    ]);
    // The plan knows better, or does not touch the set.
    const own = 'availabilitySets: { dcs: { maxUnavailable: 1 } }\n';
    expect((await contentOf(planOf(four, own), tight)).sets).toHaveLength(2);
    expect((await contentOf(planOf('{ names: [ex01] }'), tight)).sets).toHaveLength(1);
  });
});

describe('order', () => {
  const ruled = (rules: string): string => planOf(four, `order:\n${rules}`);

  test('within a label is one rule for each of its values', async () => {
    const { order, hosts } = await contentOf(
      ruled(
        '  - { hosts: { labels: { role: dc } }, notWhile: { labels: { role: exchange } }, within: site }\n',
      ),
    );
    expect(order).toEqual([
      { hosts: ['dc01'], notWhile: ['ex01'] },
      { hosts: ['dc02'], notWhile: ['ex02'] },
    ]);
    expect(hosts.map(({ hostId }) => hostId)).toEqual(['ex01', 'ex02', 'dc01', 'dc02']);
  });

  test('puts a host that is to be last behind all others of the plan', async () => {
    const { order, hosts } = await contentOf(
      ruled('  - { hosts: { names: [ex01] }, after: others }\n'),
    );
    expect(order).toEqual([{ hosts: ['ex01'], after: ['ex02', 'dc01', 'dc02'] }]);
    expect(hosts.map(({ hostId }) => hostId)).toEqual(['ex02', 'dc01', 'dc02', 'ex01']);
  });

  test('leaves out hosts that the plan does not have', async () => {
    const { order } = await contentOf(
      planOf(
        '{ names: [ex01, dc01] }',
        'order:\n  - { hosts: { labels: { role: exchange } }, after: { labels: { role: dc } } }\n',
      ),
    );
    expect(order).toEqual([{ hosts: ['ex01'], after: ['dc01'] }]);
  });

  test('leaves out values of the label that only one side has', async () => {
    const { order } = await contentOf(
      planOf(
        '{ names: [ex01, dc01, dc02] }',
        'order:\n  - { hosts: { labels: { role: dc } }, after: { labels: { role: exchange } }, within: site }\n',
      ),
    );
    expect(order).toEqual([{ hosts: ['dc01'], after: ['ex01'] }]);
  });

  test.each([
    {
      what: 'of hosts that wait for each other',
      rules:
        '  - { hosts: { names: [ex01] }, after: { names: [dc01] } }\n  - { hosts: { names: [dc01] }, after: { names: [ex02] } }\n  - { hosts: { names: [ex02] }, after: { names: [ex01, dc02] } }\n',
      says: /plan\.yaml:5 order lets hosts wait .*: ex01 waits for dc01 waits for ex02 waits for ex01;/,
    },
    {
      what: 'of a host that waits for itself',
      rules: '  - { hosts: { all: true }, after: { names: [dc01] } }\n',
      says: /plan\.yaml:5 order lets hosts wait .*: dc01 waits for dc01;/,
    },
    {
      what: 'that names a host that nobody knows',
      rules: '  - { hosts: { names: [dc01] }, after: { names: [ex1] } }\n',
      says: /plan\.yaml:6 order\[0\]\.after\.names\[0\] is ex1, .*; did you mean ex01\?$/,
    },
    {
      what: 'of labels that nobody carries',
      rules: '  - { hosts: { labels: { role: web } }, after: others }\n',
      says: /plan\.yaml:6 order\[0\]\.hosts\.labels match no host of the fleet/,
    },
    {
      what: 'of hosts outside of the plan only',
      rules: '  - { hosts: { names: [dc01] }, notWhile: { labels: { role: tools } } }\n',
      says: /plan\.yaml:6 order\[0\]\.notWhile selects no host of the plan;/,
    },
    {
      what: 'of all hosts after the others',
      rules: '  - { hosts: { all: true }, after: others }\n',
      says: /plan\.yaml:6 order\[0\]\.after is others, but the rule has all hosts/,
    },
    {
      what: 'within a label that a host does not carry',
      rules: '  - { hosts: { names: [dc01] }, after: others, within: dag }\n',
      says: /plan\.yaml:6 order\[0\]\.within is dag, a label that is missing on dc01, dc02/,
    },
    {
      what: 'within a label of which no two hosts have the same value',
      rules: '  - { hosts: { names: [dc01] }, after: { names: [ex02] }, within: site }\n',
      says: /plan\.yaml:6 order\[0\]\.within is site, of which no host/,
    },
  ])('$what is refused', async ({ rules, says }) => {
    expect(await problemsOf(ruled(rules))).toEqual([expect.stringMatching(says)]);
  });
});

describe('a management host', () => {
  const gate = (host: string): string =>
    `gates:\n  - { name: dag, before: wave, command: { run: check.cmd, host: ${host} } }\n`;

  test('is frozen with its connection, unless the plan has it', async () => {
    const content = await contentOf(planOf(four, gate('MGMT01')));
    expect(content.managementHosts).toEqual([
      { hostId: 'mgmt01', connection: expect.objectContaining({ address: 'mgmt01.test' }) },
    ]);
    expect(content.gates).toMatchObject([{ check: { host: 'mgmt01' } }]);
    expect(await contentOf(planOf(four, gate('ex01')))).not.toHaveProperty('managementHosts');
  });

  test('that the fleet does not know is refused at its line', async () => {
    expect(await problemsOf(planOf(four, gate('mgmt1')))).toEqual([
      'plans/plan.yaml:6 gates[0].command.host is mgmt1, a host that the fleet does not know; did you mean mgmt01?',
    ]);
  });

  describe('of hooks', () => {
    const hooks = (on: string): string =>
      `hooks:\n  drain: { command: "drain.cmd {host}", on: ${on} }\n`;

    test('is frozen too', async () => {
      const content = await contentOf(planOf(four, hooks('Mgmt01')));
      expect(content.managementHosts).toMatchObject([{ hostId: 'mgmt01' }]);
      expect(content.hostPolicy.hooks.drain).toMatchObject({ on: 'mgmt01' });
    });

    test('may not be one that the plan changes: it could reboot while it drains another', async () => {
      expect(await problemsOf(planOf(four, hooks('ex02')))).toEqual([
        expect.stringMatching(
          /^plans\/plan\.yaml:6 hooks\.drain\.on is ex02, which this plan changes/,
        ),
      ]);
    });
  });
});
