import { previewHash } from '../../../contracts/ids';
import type { OperatorRequest } from '../../../contracts/rollout';
import { decide, refusal, type RolloutState } from '../../../domain/rollout';
import {
  approvals,
  by,
  controlled,
  controlledPlan,
  opening,
  someCalendar,
} from './controlled-scenario';
import { day, hour } from './scenario';

const plan = controlledPlan(2, { control: { approvals: approvals() } });
const asked = (of = plan) => {
  const rollout = controlled(of);
  rollout.assess();
  return rollout;
};

describe('a change that needs two approvals', () => {
  test('waits for them before anything is looked at, then goes on', () => {
    const rollout = asked();
    expect(rollout.phase()).toBe('awaiting-approval');
    expect(rollout.all('assess')).toEqual([]);
    expect(rollout.request(by('ben').approve())?.message).toBe('approved; 1 of 2 approvals (ben)');
    expect(rollout.started()).toEqual([]);
    expect(rollout.request(by('cleo').approve())?.message).toMatch(/2 of 2.*it goes on/);
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('says who asked, how many are missing and until when', () => {
    const { phaseReason } = asked().state();
    expect(phaseReason.code).toBe('approval-needed');
    expect(phaseReason.message).toMatch(/0 of 2 approvals, none by ada.*1970-01-08/);
  });

  it.each<{ what: string; given?: OperatorRequest[]; request: OperatorRequest; code: string }>([
    { what: 'the requester', request: by('ada').approve(), code: 'own-approval' },
    { what: 'the requester in capitals', request: by(' ADA ').approve(), code: 'own-approval' },
    {
      what: 'the requester under a name given',
      request: by('Ada').approve(undefined, 'given'),
      code: 'own-approval',
    },
    {
      what: 'the same person twice',
      given: [by('ben').approve()],
      request: by('Ben').approve(undefined, 'given'),
      code: 'already-approved',
    },
    {
      what: 'somebody who saw another preview',
      request: by('ben').approve(previewHash('b'.repeat(64))),
      code: 'other-hash',
    },
    {
      what: 'somebody who claims to be authenticated',
      request: by('ben').approve(undefined, 'authenticated'),
      code: 'identity-unproved',
    },
    { what: 'nobody', request: by(' ').approve(), code: 'author-missing' },
    {
      what: 'one who revokes what was never given',
      given: [by('ben').approve()],
      request: by('cleo').plainly('revoke'),
      code: 'not-yours',
    },
  ])('refuses $what: $code', ({ given = [], request, code }) => {
    const rollout = asked();
    for (const each of given) rollout.request(each);
    expect(rollout.refusesRequest(request)).toBe(code);
    const before = rollout.state();
    const answer = rollout.request(request);
    expect(answer?.message).not.toMatch(/^approved|^revoked/);
    expect(rollout.state().control).toEqual(before.control);
    expect(rollout.started()).toEqual([]);
  });

  test('refuses a third once it is approved', () => {
    const later = asked(
      controlledPlan(2, { control: { approvals: approvals(), calendar: someCalendar } }),
    );
    later.request(by('ben').approve());
    later.request(by('cleo').approve());
    expect(later.refusesRequest(by('dan').approve())).toBe('approved');
  });

  test('a revoked one is missing again, and its author may give it anew', () => {
    const rollout = asked();
    rollout.request(by('ben').approve());
    rollout.request(by('ben').plainly('revoke'));
    rollout.request(by('cleo').approve());
    expect(rollout.started()).toEqual([]);
    expect(rollout.refusesRequest(by('ben').approve())).toBeNull();
    rollout.request(by('ben').approve());
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('a rejection with its reason ends it, and nothing was touched', () => {
    const rollout = asked();
    rollout.request(by('ben').approve());
    rollout.request(by('ada').plainly('reject'));
    expect(rollout.state()).toMatchObject({
      result: 'rejected',
      phaseReason: { code: 'rejected-by-person', message: 'rejected by ada: tested' },
    });
    expect(rollout.places()).toEqual({ ex1: 'not-started', ex2: 'not-started' });
    expect(rollout.all('startHost')).toEqual([]);
  });

  it.each(['approve', 'reject', 'revoke'] as const)(
    'nothing is decided any more once hosts were begun: %s',
    (operation) => {
      const rollout = asked();
      rollout.request(by('ben').approve());
      rollout.request(by('cleo').approve());
      const request = operation === 'approve' ? by('dan').approve() : by('ben').plainly(operation);
      expect(rollout.refusesRequest(request)).toBe('already-begun');
    },
  );

  it.each([{ given: [] }, { given: ['ben'] }])(
    'given by $given in time only, it counts as denied',
    ({ given }) => {
      const rollout = asked();
      for (const name of given) rollout.request(by(name).approve());
      rollout.pass(7 * day - 1);
      expect(rollout.state().result).toBeNull();
      rollout.pass(1);
      expect(rollout.state()).toMatchObject({
        result: 'expired',
        phaseReason: { code: 'approval-expired' },
      });
      expect(rollout.all('startHost')).toEqual([]);
    },
  );
});

describe('an approval given ahead', () => {
  const saturday = 5 * day;
  const planned = controlledPlan(2, {
    control: { approvals: approvals(), calendar: someCalendar },
  });
  const given = (openings = [opening(saturday, 6 * hour)]) => {
    const rollout = controlled(planned, { openings });
    rollout.assess();
    rollout.request(by('ben').approve());
    rollout.request(by('cleo').approve());
    return rollout;
  };

  test('on Monday is used on Saturday night', () => {
    const rollout = given();
    expect(rollout.phase()).toBe('awaiting-window');
    rollout.pass(saturday - 1);
    expect(rollout.started()).toEqual([]);
    rollout.pass(1);
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('may be revoked until the window opens, and then nothing begins', () => {
    const rollout = given();
    rollout.pass(4 * day);
    rollout.request(by('ben').plainly('revoke'));
    rollout.pass(2 * day - hour);
    expect(rollout.all('startHost')).toEqual([]);
    expect(rollout.phase()).toBe('awaiting-approval');
  });

  test('is no longer good when no window came in time', () => {
    const rollout = given([opening(8 * day, 6 * hour)]);
    rollout.pass(9 * day);
    expect(rollout.state()).toMatchObject({
      result: 'expired',
      phaseReason: { message: expect.stringMatching(/^approved, but not begun by 1970-01-08/) },
    });
    expect(rollout.all('startHost')).toEqual([]);
  });

  test('and used in time does not expire while the rollout goes on', () => {
    const rollout = given([opening(saturday, 6 * hour), opening(saturday + 7 * day, 6 * hour)]);
    rollout.pass(saturday);
    rollout.pass(7 * day);
    rollout.finish('ex1');
    expect(rollout.state().result).toBeNull();
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
  });
});

test('where the plan asks for no approvals nothing is approved', () => {
  const rollout = asked(controlledPlan(2, { control: {} }));
  expect(rollout.refusesRequest(by('ben').approve())).toBe('no-approvals');
  expect(rollout.started()).toEqual(['ex1']);
});

it.each(['os-user', 'given', 'authenticated'] as const)(
  'where identities have to be proved nobody can approve yet: %s',
  (source) => {
    const proved = controlledPlan(1, {
      control: { approvals: approvals({ minApprovals: 1, identity: 'authenticated' }) },
    });
    const code = source === 'authenticated' ? 'identity-unproved' : 'identity-asserted';
    expect(asked(proved).refusesRequest(by('ben').approve(undefined, source))).toBe(code);
  },
);

test('a request that arrives again gets its answer again, also in a new run', () => {
  const rollout = asked();
  const first = rollout.request(by('ben').approve(), 'update-of-ben');
  const carried = JSON.parse(JSON.stringify(rollout.state())) as RolloutState;
  expect(carried).toStrictEqual(rollout.state());
  const again = decide(
    carried,
    { type: 'operator', request: by('ben').approve(), updateId: 'update-of-ben' },
    hour,
  );
  expect(again.answer).toEqual(first);
  expect(again.state).toEqual(carried);
  expect(again.commands).toEqual([]);
  expect(refusal(carried, by('ben').approve(), hour)?.code).toBe('already-approved');
});

test('what was approved by whom, and how that is known, is kept', () => {
  const rollout = asked();
  rollout.request(by('ben').approve(undefined, 'given'));
  rollout.request(by('cleo').approve());
  expect(rollout.state().control?.approvals).toEqual([
    { by: { name: 'ben', source: 'given' }, at: '1970-01-01T00:00:00.000Z', reason: 'tested' },
    { by: { name: 'cleo', source: 'os-user' }, at: '1970-01-01T00:00:00.000Z', reason: 'tested' },
  ]);
  expect(rollout.state().requests.map(({ source }) => source)).toEqual(['given', undefined]);
});
