import { MockActivityEnvironment } from '@temporalio/testing';
import { createAskSlot } from '../../activities/ask-slot';
import { createTellSlots } from '../../activities/tell-slots';
import { hostId, rolloutId } from '../../contracts/ids';
import type { AskSlotInput, SlotAnswer, SlotNews } from '../../contracts/slots';
import { quiet } from './run-step';

const input: AskSlotInput = {
  set: 'dag1',
  request: {
    hostId: hostId('ex02'),
    owner: rolloutId('two'),
    maxUnavailable: 1,
    workflowId: 'host/ex02',
    runId: '01890000-0000-7000-8000-000000000000',
  },
};

const taken: SlotAnswer = {
  granted: false,
  maxUnavailable: 1,
  stuck: false,
  takenBy: [
    {
      hostId: hostId('ex01'),
      cause: 'in-work',
      owner: rolloutId('one'),
      since: '2026-08-01T00:00:00.000Z',
      why: 'rollout one is at work on it',
    },
  ],
};

/** The owner of slots, with a record of what it was asked and told. */
function owner(...answers: SlotAnswer[]) {
  const calls: { update: string; news?: readonly SlotNews[] }[] = [];
  return {
    calls,
    slots: {
      async ask(_set: string, _request: unknown, update: string) {
        calls.push({ update });
        return answers.shift() ?? { granted: true as const };
      },
      async tell(_set: string, news: readonly SlotNews[], update: string) {
        calls.push({ update, news });
      },
    },
  };
}

const run = <I, R>(activity: (input: I) => Promise<R>, given: I): Promise<R> =>
  new MockActivityEnvironment({}, { logger: quiet }).run<[I], R, typeof activity>(activity, given);

it('a slot that is granted is asked for once', async () => {
  const { slots, calls } = owner();
  const ask = createAskSlot({ slots, holderOf: () => Promise.resolve(null) });
  expect(await run(ask, input)).toEqual({ granted: true });
  expect(calls).toHaveLength(1);
});

it('a slot that a workflow has which still runs is waited for', async () => {
  const { slots, calls } = owner(taken);
  const ask = createAskSlot({ slots, holderOf: () => Promise.resolve(rolloutId('one')) });
  expect(await run(ask, input)).toEqual(taken);
  expect(calls).toHaveLength(1);
});

it('a slot of a workflow that is gone is told of, and asked for again', async () => {
  const stuck = { ...taken, stuck: true };
  const { slots, calls } = owner(taken, stuck);
  const ask = createAskSlot({ slots, holderOf: () => Promise.resolve(null) });
  expect(await run(ask, input)).toEqual(stuck);
  const gone = { kind: 'gone', hostId: 'ex01', owner: 'one', since: taken.takenBy[0]?.since };
  expect(calls.map(({ news }) => news)).toEqual([undefined, [gone], undefined]);
  expect(new Set(calls.map(({ update }) => update)).size).toBe(3);
});

it('every try of one activity is the same update', async () => {
  const { slots, calls } = owner();
  const tell = createTellSlots({ slots });
  const news = [{ kind: 'healthy', hostId: hostId('ex01'), owner: rolloutId('one') } as const];
  await run(tell, { set: 'dag1', news });
  await run(tell, { set: 'dag1', news });
  expect(calls[0]?.update).toBe(calls[1]?.update);
});

it.each([
  { what: 'a set with a strange name', wrong: { ...input, set: 'a b' }, says: 'set' },
  {
    what: 'a host with a strange name',
    wrong: { ...input, request: { ...input.request, hostId: '../x' } },
    says: 'request.hostId',
  },
  {
    what: 'no host that may be missing',
    wrong: { ...input, request: { ...input.request, maxUnavailable: 0 } },
    says: 'maxUnavailable',
  },
])('$what is refused before anybody is asked', async ({ wrong, says }) => {
  const { slots, calls } = owner();
  const ask = createAskSlot({ slots, holderOf: () => Promise.resolve(null) });
  await expect(run(ask, wrong as AskSlotInput)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(says),
  });
  expect(calls).toEqual([]);
});

it('news of a kind that nobody knows is refused', async () => {
  const tell = createTellSlots({ slots: owner().slots });
  const news = [{ kind: 'up', hostId: 'ex01', owner: 'one' }] as unknown as SlotNews[];
  await expect(run(tell, { set: 'dag1', news })).rejects.toMatchObject({ code: 'bad-request' });
});
