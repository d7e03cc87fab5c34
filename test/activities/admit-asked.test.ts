import { createHash } from 'node:crypto';

import { createAdmit } from '../../activities/admit';
import { rolloutInput } from '../../clients/rollouts/start-rollout';
import { canonicalJson } from '../../contracts/canonical-json';
import { Failure } from '../../contracts/failures';
import { hostId, previewHash, rolloutId } from '../../contracts/ids';
import { valueOf } from '../../contracts/parsed.schema';
import { parsePlan } from '../../contracts/plan.schema';
import type { Preview, PreviewContent } from '../../contracts/preview';
import { parseAdmitInput, parseRolloutInput } from '../../contracts/requests.schema';
import type { RolloutInput } from '../../contracts/rollout';
import type { AdmitInput, AskedOfPreview } from '../../contracts/steps';
import { packageRef, preview as sample } from './run-step';

const plan = valueOf(
  parsePlan({
    change: 'CHG1',
    hotfix: 'KB3004383',
    hosts: { all: true },
    approvals: { minApprovals: 2 },
    window: { schedule: '0 22 * * 6', scheduleTimezone: 'UTC', duration: '6h' },
    gates: [{ name: 'mail', after: 'host', http: { url: 'https://x.test/' } }],
    notify: [{ webhook: 'https://hooks.test/rollout' }],
  }),
  'plan',
);
const [host] = sample.content.hosts;
if (host === undefined) throw new Error('the sample has no host');
const [a, b, c] = ['a', 'b', 'c'].map((name) => hostId(name)) as [never, never, never];

const controlled: PreviewContent = {
  change: 'CHG1',
  hotfix: sample.content.hotfix,
  package: packageRef,
  hosts: [a, b, c].map((id) => ({ ...host, hostId: id })),
  sets: [{ name: 'dag1', maxUnavailable: 1, hosts: [a, b] }],
  policy: plan.policy,
  hostPolicy: plan.hostPolicy,
  ...(plan.approvals !== null && { approvals: plan.approvals }),
  ...(plan.calendar !== null && { calendar: plan.calendar }),
  order: [{ hosts: [c], after: [a] }],
  gates: plan.gates,
  notify: plan.notify,
};
const previewOf = (content: PreviewContent): Preview => ({
  hash: previewHash(createHash('sha256').update(canonicalJson(content)).digest('hex')),
  content,
});
const startedWith = (content: PreviewContent): RolloutInput =>
  rolloutInput({
    rolloutId: rolloutId('r1'),
    preview: previewOf(content),
    requestedBy: { name: 'kim', source: 'given' },
    fleetFile: '/srv/fleet.yaml',
  });

/** As the workflow asks, of an input that came over the wire. */
function askedOf(input: RolloutInput): AskedOfPreview {
  const { change, hotfix, action, package: pkg, sets, policy, hostPolicy, control } = input;
  if (control === undefined) throw new Error('no control');
  const { approvals, calendar, order, gates, notify } = control;
  const asked = { change, hotfix, package: pkg, sets, policy, hostPolicy };
  const all = { ...asked, approvals, calendar, order, gates, notify, ...(action && { action }) };
  return JSON.parse(JSON.stringify(all)) as AskedOfPreview;
}

function admit(
  change: Partial<AdmitInput>,
  content = controlled,
  readFleet = () => Promise.resolve({ hosts: [], availabilitySets: [] }),
): Promise<void> {
  const preview = previewOf(content);
  const input: AdmitInput = {
    previewHash: preview.hash,
    fleetFile: '/srv/fleet.yaml',
    hosts: content.hosts.map(({ hostId: id }) => id),
    needsPackage: true,
    ...change,
  };
  return createAdmit({
    previews: { read: () => Promise.resolve(preview) },
    packages: { find: ({ fileName }) => Promise.resolve(fileName) },
    readFleet,
  })(input);
}

test('what the client starts is well formed, names who asked, and is admitted', async () => {
  const input = startedWith(controlled);
  expect(parseRolloutInput(JSON.parse(JSON.stringify(input)))).toEqual({ ok: true, value: input });
  expect(input).toMatchObject({
    requestedBy: 'kim',
    control: { requester: 'given', fleetFile: '/srv/fleet.yaml', firing: null },
  });
  const asked = askedOf(input);
  const admission = {
    previewHash: input.previewHash,
    hosts: input.hosts,
    needsPackage: true,
    asked,
  };
  expect(parseAdmitInput(admission)).toEqual({ ok: true, value: admission });
  await expect(admit({ asked })).resolves.toBeUndefined();
});

test('a plan without approvals and windows has its fleet not read again', () => {
  const { approvals: _, calendar: __, ...free } = controlled;
  expect(startedWith(free).control).toMatchObject({
    approvals: null,
    calendar: null,
    fleetFile: null,
  });
});

test('a plan that controls nothing is admitted with nothing', async () => {
  const { change, hotfix, package: pkg, hosts, sets, policy, hostPolicy } = controlled;
  const bare = { change, hotfix, package: pkg, hosts, sets, policy, hostPolicy };
  const asked = askedOf(startedWith(bare));
  await expect(admit({ asked }, bare)).resolves.toBeUndefined();
  // A preview that fixes names no action.
  await expect(admit({ asked: { ...asked, action: 'fix' } }, bare)).resolves.toBeUndefined();
});

const whole = askedOf(startedWith(controlled));

test.each<{ what: string; change: Partial<AskedOfPreview> | { force: boolean } }>([
  { what: 'approvals', change: { approvals: null } },
  { what: 'approvals', change: { approvals: { minApprovals: 1, ttlMs: 1, identity: 'asserted' } } },
  { what: 'calendar', change: { calendar: null } },
  { what: 'order', change: { order: [] } },
  { what: 'gates', change: { gates: [] } },
  { what: 'notify', change: { notify: [] } },
  { what: 'sets', change: { sets: [] } },
  { what: 'policy', change: { policy: { ...plan.policy, maxErrors: 9 } } },
  { what: 'hostPolicy', change: { hostPolicy: { ...plan.hostPolicy, rollback: true } } },
  { what: 'action', change: { action: 'rollback' } },
  { what: 'package', change: { package: { ...packageRef, sha256: 'c'.repeat(64) } } },
  { what: 'hotfix', change: { hotfix: { ...controlled.hotfix, title: 'another' } } },
  { what: 'change', change: { change: 'CHG2' } },
  { what: 'force', change: { force: true } },
])(
  'a rollout that was started past the client with other $what is refused',
  async ({ what, change }) => {
    const refused = admit({ asked: { ...whole, ...change } });
    await expect(refused).rejects.toMatchObject({
      code: 'bad-request',
      message: `the rollout was started with another ${what} than the preview has`,
    });
  },
);

test('everything that differs is named', async () => {
  const refused = admit({ asked: { ...whole, approvals: null, gates: [] }, hosts: [b, a] });
  await expect(refused).rejects.toThrow(/another approvals, gates, order of hosts than/);
});

test('hosts may fall out, but neither come in nor change their order', async () => {
  await expect(admit({ asked: whole, hosts: [a, c] })).resolves.toBeUndefined();
  await expect(admit({ asked: whole, hosts: [c, a] })).rejects.toThrow(/another order of hosts/);
  await expect(admit({ asked: whole, hosts: [a, hostId('d')] })).rejects.toThrow(/has no host d/);
});

test('a fleet that this worker cannot read is refused, with where it must lie', async () => {
  const unreadable = () =>
    Promise.reject(new Failure('fleet-unreadable', 'the fleet file cannot be read by the worker'));
  const fleetFile = '/srv/fleet.yaml';
  await expect(admit({ asked: whole, fleetFile }, controlled, unreadable)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(fleetFile),
    advice: expect.stringContaining('a folder that client and workers have under the same path'),
  });
  await expect(admit({ asked: whole, fleetFile })).resolves.toBeUndefined();
});

test('a change that waits is refused without the file of its fleet, which is compared before each host', async () => {
  await expect(admit({ asked: whole, fleetFile: null })).rejects.toMatchObject({
    code: 'bad-request',
    message: 'the rollout was started without the file of its fleet',
  });
  const { approvals: _approvals, calendar: _calendar, ...atOnce } = controlled;
  const asked = { ...whole, approvals: null, calendar: null };
  await expect(admit({ asked, fleetFile: null }, atOnce)).resolves.toBeUndefined();
});
