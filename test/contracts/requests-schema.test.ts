import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { canonicalJson } from '../../contracts/canonical-json';
import { Failure } from '../../contracts/failures';
import { parseHotfix } from '../../contracts/hotfix.schema';
import { valueOf } from '../../contracts/parsed.schema';
import { parsePlan } from '../../contracts/plan.schema';
import { parsePreview } from '../../contracts/preview.schema';
import {
  parseAdmitInput,
  parseAssessInput,
  parseAssessWorkflowInput,
  parseFindChangedInput,
  parseHostWorkflowInput,
  parseRolloutInput,
} from '../../contracts/requests.schema';

const hotfix = valueOf(
  parseHotfix(parse(readFileSync(join(__dirname, '../../hotfixes/KB3004383.yaml'), 'utf8'))),
  'hotfix',
);
const sha256 = 'a'.repeat(64);
const { policy, hostPolicy } = valueOf(
  parsePlan({
    change: 'C1',
    hotfix: 'KB3004383',
    package: { file: 'x.msu', sha256 },
    hosts: { all: true },
    pause: {},
    hooks: { drain: { command: 'x' } },
  }),
  'plan',
);
const packageRef = { fileName: 'x.msu', sha256, bytes: 1 };
const sets = [{ name: 'dag1', maxUnavailable: 1, hosts: ['ex01', 'ex02'] }];
const common = { previewHash: sha256, hotfix, package: packageRef };
const rollout = {
  ...common,
  rolloutId: 'C1-1',
  change: 'C1',
  requestedBy: 'alice',
  hosts: ['ex01', 'ex02'],
  sets,
  policy,
  hostPolicy,
};
const control = {
  requester: 'os-user',
  approvals: { minApprovals: 2, ttlMs: 604_800_000, identity: 'asserted' },
  calendar: {
    windows: [
      {
        name: 'window',
        schedule: { kind: 'cron', expression: '0 22 * * 6' },
        timeZone: 'Europe/Berlin',
        durationMs: 21_600_000,
        cutoffMs: 0,
      },
    ],
    blackouts: [],
  },
  order: [{ hosts: ['ex02'], after: ['ex01'] }],
  gates: [],
  notify: [],
  fleetFile: '/srv/fleet.yaml',
  firing: null,
};
const { requester: _r, fleetFile: _f, firing: _n, ...controlOfPreview } = control;
const asked = {
  change: 'C1',
  hotfix,
  package: packageRef,
  sets,
  policy,
  hostPolicy,
  ...controlOfPreview,
};
const host = {
  ...common,
  rolloutId: 'C1-1',
  hostId: 'ex01',
  change: 'C1',
  policy: hostPolicy,
  scope: 'affected',
  treatAsAffected: false,
};
const preview = {
  hash: sha256,
  content: {
    change: 'C1',
    hotfix,
    package: packageRef,
    hosts: [
      {
        hostId: 'ex01',
        connection: {
          kind: 'ssh',
          address: 'a.test',
          port: 22,
          credentialRef: 'env:A',
          hostKey: `SHA256:${'a'.repeat(43)}`,
        },
      },
    ],
    sets,
    policy,
    hostPolicy,
  },
};
const winrm = {
  kind: 'winrm',
  address: 'a.test',
  port: 5985,
  scheme: 'http',
  auth: 'basic',
  credentialRef: 'env:A',
  allowUnencrypted: false,
};
const assess = { owner: 'C1', previewHash: sha256, hotfix, hosts: ['ex01'] };

test('what clients send is admitted and unchanged', () => {
  expect(parseRolloutInput(rollout)).toEqual({ ok: true, value: rollout });
  expect(parseRolloutInput({ ...rollout, historyEvents: 20 }).ok).toBe(true);
  expect(parseHostWorkflowInput(host)).toEqual({ ok: true, value: host });
  expect(parseAssessWorkflowInput({ ...assess, parallel: 2 }).ok).toBe(true);
  expect(parseAssessInput(assess)).toEqual({ ok: true, value: assess });
  expect(parsePreview(preview)).toEqual({ ok: true, value: preview });
  expect(parseRolloutInput({ ...rollout, control })).toEqual({
    ok: true,
    value: { ...rollout, control },
  });
  const controlled = {
    ...preview,
    content: {
      ...preview.content,
      ...controlOfPreview,
      managementHosts: [{ ...preview.content.hosts[0], hostId: 'mgmt01' }],
      planLimits: { dag1: { minAvailable: 1 } },
    },
  };
  expect(parsePreview(controlled)).toEqual({ ok: true, value: controlled });
  const ownSteps = {
    ...host,
    sets: [
      { name: 'a', maxUnavailable: 1 },
      { name: 'b', maxUnavailable: 2 },
    ],
    owed: { state: 'policy=Blocked', drainedBy: null },
    restoreOnly: true,
  };
  expect(parseHostWorkflowInput(ownSteps)).toEqual({ ok: true, value: ownSteps });
  const admission = { previewHash: sha256, hosts: ['ex01'], needsPackage: true, asked };
  expect(parseAdmitInput({ ...admission, fleetFile: null })).toMatchObject({ ok: true });
  const { fleetFile } = control;
  expect(parseFindChangedInput({ previewHash: sha256, fleetFile, hosts: ['ex01'] }).ok).toBe(true);
  expect(parseAdmitInput({ previewHash: sha256, hosts: ['ex01'], needsPackage: true }).ok).toBe(
    true,
  );
});

test.each([
  [
    'an unknown field',
    parseRolloutInput,
    { ...rollout, force: true },
    /force is not a known field/,
  ],
  ['no hosts', parseRolloutInput, { ...rollout, hosts: [] }, /hosts is too short/],
  [
    'a host twice',
    parseRolloutInput,
    { ...rollout, hosts: ['ex01', 'ex01'] },
    /hosts names a host twice/,
  ],
  [
    'a host id that is a path',
    parseRolloutInput,
    { ...rollout, hosts: ['../x'] },
    /hosts\[0\] is no host id/,
  ],
  [
    'too much at once',
    parseRolloutInput,
    { ...rollout, policy: { ...policy, maxConcurrency: 5000 } },
    /maxConcurrency is 5000/,
  ],
  [
    'a package name that is a path',
    parseHostWorkflowInput,
    { ...host, package: { ...packageRef, fileName: '..\\x' } },
    /package\.fileName/,
  ],
  [
    'a package without size and url',
    parseHostWorkflowInput,
    { ...host, package: { ...packageRef, bytes: null } },
    /package has no size and no url/,
  ],
  [
    'a package whose url carries a password',
    parseHostWorkflowInput,
    { ...host, package: { ...packageRef, bytes: null, url: 'https://u:p@x.test/x.msu' } },
    /package\.url has a user name or password in it/,
  ],
  [
    'a preview hash that is a path',
    parseHostWorkflowInput,
    { ...host, previewHash: '../../etc' },
    /previewHash is no preview hash/,
  ],
  [
    'a scope that does not exist',
    parseHostWorkflowInput,
    { ...host, scope: 'all' },
    /scope is "all"/,
  ],
  [
    'a missing answer',
    parseHostWorkflowInput,
    { ...host, treatAsAffected: undefined },
    /treatAsAffected is missing/,
  ],
  [
    'more hosts than a batch',
    parseAssessInput,
    { ...assess, hosts: Array.from({ length: 26 }, (_, n) => `h${n}`) },
    /hosts is too long/,
  ],
  ['nothing at all', parseAdmitInput, null, /is empty/],
  [
    'plain http that nobody allowed',
    parsePreview,
    { ...preview, content: { ...preview.content, hosts: [{ hostId: 'ex01', connection: winrm }] } },
    /plain http/,
  ],
  [
    'a requester who is known in a way that there is not',
    parseRolloutInput,
    { ...rollout, control: { ...control, requester: 'root' } },
    /control\.requester is "root"/,
  ],
  [
    'no answer to who approves',
    parseRolloutInput,
    { ...rollout, control: { ...control, approvals: undefined } },
    /control\.approvals is missing/,
  ],
  [
    'no approval at all as a number of approvals',
    parseRolloutInput,
    { ...rollout, control: { ...control, approvals: { ...control.approvals, minApprovals: 0 } } },
    /control\.approvals\.minApprovals is 0/,
  ],
  [
    'a fleet file that depends on a folder',
    parseRolloutInput,
    { ...rollout, control: { ...control, fleetFile: 'fleet.yaml' } },
    /control\.fleetFile is no absolute path/,
  ],
  [
    'a rule that orders nothing',
    parseRolloutInput,
    { ...rollout, control: { ...control, order: [{ hosts: ['ex01'] }] } },
    /control\.order\[0\] orders nothing/,
  ],
  [
    'a calendar without its blackouts',
    parseRolloutInput,
    { ...rollout, control: { ...control, calendar: { windows: [] } } },
    /control\.calendar\.blackouts is missing/,
  ],
  [
    'a firing without a number of hosts',
    parseRolloutInput,
    { ...rollout, control: { ...control, firing: {} } },
    /control\.firing\.maxHosts is missing/,
  ],
  [
    'sets in another order than that of all hosts',
    parseHostWorkflowInput,
    {
      ...host,
      sets: [
        { name: 'b', maxUnavailable: 1 },
        { name: 'a', maxUnavailable: 1 },
      ],
    },
    /sets is not sorted by name/,
  ],
  [
    'a state that would be more than an argument in a command',
    parseHostWorkflowInput,
    { ...host, owed: { state: 'a & b', drainedBy: null } },
    /owed\.state/,
  ],
  [
    'a fleet file that a worker would look for in its own folder',
    parseFindChangedInput,
    { previewHash: sha256, fleetFile: '../fleet.yaml', hosts: ['ex01'] },
    /fleetFile is no absolute path/,
  ],
  [
    'a preview with approvals of nobody',
    parsePreview,
    { ...preview, content: { ...preview.content, approvals: null } },
    /content\.approvals is empty/,
  ],
])('%s is refused as a bad request', (_, parseInput, raw, expected) => {
  const read = (): unknown => valueOf<unknown>(parseInput(raw), 'the request');
  expect(read).toThrow(Failure);
  expect(read).toThrow(expected);
});

test('canonical JSON does not depend on the order of fields, and loses nothing', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ä' }], a: true })).toBe(
    '{"a":true,"b":[1,{"c":"ä","d":null}]}',
  );
  expect(canonicalJson({ a: undefined })).toBe('{}');
  for (const value of [new Map(), new Date(), () => 1, Number.NaN, 1n, [undefined], undefined]) {
    expect(() => canonicalJson({ value: [value] })).toThrow(TypeError);
  }
});
