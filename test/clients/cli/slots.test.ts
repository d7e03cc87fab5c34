import { randomUUID } from 'node:crypto';
import { hostId, rolloutId } from '../../../contracts/ids';
import type { SlotRequest, SlotsStatus } from '../../../contracts/slots';
import { createSlotsPort } from '../../../workers/slots';
import type { Workers } from '../../../workers/worker';
import type { TestEngine } from '../../engine';
import { startTestEngine } from '../../engine';
import { createFakeWorld } from '../../workflows/fake-world';
import { rollout } from './run-in-process';

let engine: TestEngine;
let workers: Workers;
const before = process.env['TEMPORAL_ADDRESS'];

const request = (host: string, owner: string): SlotRequest => ({
  hostId: hostId(host),
  owner: rolloutId(owner),
  maxUnavailable: 2,
  workflowId: `host/${host}`,
  // Of a workflow that is not there.
  runId: randomUUID(),
});

beforeAll(async () => {
  engine = await startTestEngine();
  workers = await engine.startDeciders(createFakeWorld().activities);
  process.env['TEMPORAL_ADDRESS'] = engine.engine.address;
  const slots = createSlotsPort(engine.client);
  const down = { kind: 'down', hostId: hostId('ex01'), owner: rolloutId('CHG1') } as const;
  const why = 'it did not come back within 30 minutes';
  for (const set of ['dag1', 'site-fra']) {
    await slots.tell(set, [{ ...down, cause: 'left-down', why }], `down-${set}`);
  }
  await slots.ask('dag1', request('ex02', 'CHG2'), 'ask-ex02');
  await slots.ask('dag1', request('ex03', 'CHG2'), 'ask-ex03');
}, 300_000);
afterAll(async () => {
  if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = before;
  await workers?.shutdown();
  await engine?.stop();
});

const withoutTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3}Z)?/g, '<time>');

it('slots names hosts that count as down, why, and who waits', async () => {
  const { code, stdout } = await rollout(['slots']);
  expect(code).toBe(0);
  expect(withoutTimes(stdout).replaceAll(/ +/g, ' ')).toBe(
    [
      'dag1: 2 of 2 slots taken',
      'HOST STANDING ROLLOUT SINCE (UTC) WHY',
      'ex01 left-down CHG1 <time> it did not come back within 30 minutes',
      'ex02 in-work CHG2 <time> rollout CHG2 is at work on it',
      'ex03 waits CHG2 <time>',
      '',
      'site-fra: 1 slot taken',
      'HOST STANDING ROLLOUT SINCE (UTC) WHY',
      'ex01 left-down CHG1 <time> it did not come back within 30 minutes',
      '',
    ].join('\n'),
  );
});

it('release frees the slot in one set, or in all, and says so', async () => {
  const one = await rollout([
    'release',
    'ex01',
    '--set',
    'dag1',
    '--reason',
    'it is up again',
    '--as',
    'ada',
  ]);
  expect(one.stderr).toBe('');
  expect(one.code).toBe(0);
  expect(withoutTimes(one.stdout)).toBe(
    'freed the slot of dag1 that ex01 had since <time> (it did not come back within 30 minutes)\n',
  );
  const all = await rollout(['release', 'ex01', '--reason', 'it is up again', '--json']);
  expect(JSON.parse(all.stdout)).toMatchObject({ sets: [{ set: 'site-fra' }] });
  // What ex01 left was given to ex03, whose workflow is not there: it has the slot no more.
  let [after] = await slotsOf('dag1');
  while (after?.leases.length !== 1) [after] = await slotsOf('dag1');
  expect(after).toMatchObject({
    set: 'dag1',
    leases: [{ hostId: 'ex02', cause: 'in-work' }],
    released: [{ hostId: 'ex01', author: 'ada', source: 'given', reason: 'it is up again' }],
  });
});

const slotsOf = async (set: string): Promise<SlotsStatus[]> =>
  JSON.parse((await rollout(['slots', set, '--json'])).stdout) as SlotsStatus[];

it.each([
  { argv: ['release', 'ex09', '--reason', 'typo'], says: 'ex09 has no slot of any availability' },
  { argv: ['release', 'ex01', '--reason', 'x', '--set', 'nothing'], says: 'set nothing' },
  { argv: ['release', 'ex01'], says: '--reason' },
  { argv: ['slots', 'a b'], says: 'is not a name of an availability set' },
])('$argv is bad input', async ({ argv, says }) => {
  const { code, stderr } = await rollout(argv);
  expect(stderr).toContain(says);
  expect(code).toBe(2);
});

it('a set that nobody counts has no host down', async () => {
  const { code, stdout } = await rollout(['slots', 'nothing']);
  expect(stdout).toBe('no host counts as down in nothing, and none waits\n');
  expect(code).toBe(0);
});
