import * as fc from 'fast-check';
import type { Connection, Credential } from '../../contracts/fleet';
import type { Session } from '../../remote/session';
import { limitSessions } from '../../remote/session-limits';
import type { LimitedSessions, SessionLimits } from '../../remote/session-limits';

const credential: Credential = { username: 'Administrator', password: 'any' };

const connectionAt = (site?: string): Connection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port: 22,
  credentialRef: 'env:ANY',
  hostKey: 'SHA256:any',
  ...(site !== undefined && { site }),
});

/** Lets everything run that waits for nothing outside. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

type State = 'waiting' | 'opening' | 'open' | 'closing' | 'ended';

/** One caller who wants a session, as the test leads it. */
interface Caller {
  readonly site: string | undefined;
  readonly abort: AbortController;
  state: State;
  outcome: 'served' | 'aborted' | 'failed' | null;
  session: Session | null;
  finishOpening: () => void;
  failOpening: () => void;
  finishClosing: () => void;
}

const nothing = (): void => undefined;

/** Callers of a limited `openSession` of which every step is ours to make. */
function world(limits: SessionLimits) {
  const callers: Caller[] = [];
  /** Whom `openSession` is called for is known by the signal. */
  const callerOf = (signal: AbortSignal | undefined): Caller => {
    const caller = callers.find((one) => one.abort.signal === signal);
    if (caller === undefined) throw new Error('nobody asked for this session');
    return caller;
  };
  const sessionOf = (caller: Caller): Session => ({
    run: () => Promise.reject(new Error('not asked for')),
    upload: () => Promise.reject(new Error('not asked for')),
    close: () => {
      caller.state = 'closing';
      return new Promise((resolve) => {
        caller.finishClosing = () => {
          caller.state = 'ended';
          resolve();
        };
      });
    },
  });
  const limited: LimitedSessions = limitSessions((_connection, _credential, options) => {
    const caller = callerOf(options?.signal);
    caller.state = 'opening';
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown) => {
        caller.state = 'ended';
        reject(reason);
      };
      caller.finishOpening = () => {
        caller.state = 'open';
        resolve(sessionOf(caller));
      };
      caller.failOpening = () => fail(new Error('no such host'));
      caller.abort.signal.addEventListener('abort', () => {
        if (caller.state === 'opening') fail(caller.abort.signal.reason);
      });
    });
  }, limits);
  const ask = (site?: string): Caller => {
    const caller: Caller = {
      site,
      abort: new AbortController(),
      state: 'waiting',
      outcome: null,
      session: null,
      finishOpening: nothing,
      failOpening: nothing,
      finishClosing: nothing,
    };
    callers.push(caller);
    const { signal } = caller.abort;
    limited.open(connectionAt(site), credential, { signal }).then(
      (session) => {
        caller.session = session;
        caller.outcome = 'served';
      },
      (error: unknown) => {
        caller.state = 'ended';
        caller.outcome = error === signal.reason ? 'aborted' : 'failed';
      },
    );
    return caller;
  };
  const inState = (state: State) => callers.filter((caller) => caller.state === state);
  const taken = () => callers.filter(({ state }) => state !== 'waiting' && state !== 'ended');
  return { callers, limited, ask, inState, taken };
}

type World = ReturnType<typeof world>;

describe('limits of sessions', () => {
  it('admits as many as there is room for, the others in the order of their arrival', async () => {
    const { ask, limited } = world({ perWorker: 2, perSite: null });
    const [first, second, third, fourth] = [ask(), ask(), ask(), ask()];
    await settled();
    expect([first, second, third, fourth].map((caller) => caller.state)).toEqual([
      'opening',
      'opening',
      'waiting',
      'waiting',
    ]);
    second.failOpening();
    await settled();
    expect([second.outcome, third.state, fourth.state]).toEqual(['failed', 'opening', 'waiting']);
    expect(limited.figures()).toEqual({ taken: 2, waiting: 1, peak: 2 });
  });

  it('lets a site that is full hold up nobody of another', async () => {
    const { ask } = world({ perWorker: 10, perSite: 1 });
    const [first, second, elsewhere, nowhere] = [ask('oslo'), ask('oslo'), ask('rome'), ask()];
    await settled();
    expect([first, second, elsewhere, nowhere].map((caller) => caller.state)).toEqual([
      'opening',
      'waiting',
      'opening',
      'opening',
    ]);
  });

  it('gives a place back when the session is closed for good, and once', async () => {
    const { ask, limited } = world({ perWorker: 1, perSite: null });
    const [first, second, third] = [ask(), ask(), ask()];
    await settled();
    first.finishOpening();
    await settled();
    const closings = [first.session?.close(), first.session?.close()];
    await settled();
    expect(second.state).toBe('waiting');
    first.finishClosing();
    await Promise.all([...closings, first.session?.close()]);
    await settled();
    expect([second.state, third.state]).toEqual(['opening', 'waiting']);
    expect(limited.figures()).toEqual({ taken: 1, waiting: 1, peak: 1 });
  });

  it('forgets who gave up waiting, with the reason that was given', async () => {
    const { ask, limited } = world({ perWorker: 1, perSite: null });
    const [first, second, third] = [ask(), ask(), ask()];
    second.abort.abort(new Error('the step was cancelled'));
    await settled();
    expect(second.outcome).toBe('aborted');
    first.failOpening();
    await settled();
    expect(third.state).toBe('opening');
    expect(limited.figures()).toMatchObject({ taken: 1, waiting: 0 });
  });

  it('opens nothing for who had given up before', async () => {
    const { limited } = world({ perWorker: 1, perSite: null });
    const reason = new Error('the worker shuts down');
    const opening = limited.open(connectionAt(), credential, { signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
    expect(limited.figures()).toEqual({ taken: 0, waiting: 0, peak: 0 });
  });

  it('tells who only pauses whether somebody could use the place', async () => {
    const { ask, limited } = world({ perWorker: 2, perSite: 1 });
    const wanted = () => ['oslo', 'rome'].map((site) => limited.isWanted(connectionAt(site)));
    ask('oslo');
    ask('rome');
    await settled();
    expect(wanted()).toEqual([false, false]);
    ask('oslo');
    // A place of Rome would be of no use: Oslo would be as full as before.
    expect(wanted()).toEqual([true, false]);
    ask();
    expect(wanted()).toEqual([true, true]);
  });

  it('hands on what a session can do beyond commands', async () => {
    const wmi = {} as NonNullable<Session['wmi']>;
    const { open } = limitSessions(
      () =>
        Promise.resolve({
          run: () => Promise.reject(new Error('not asked for')),
          upload: () => Promise.reject(new Error('not asked for')),
          wmi,
          shell: () => null,
          close: () => Promise.resolve(),
        }),
      { perWorker: 1, perSite: null },
    );
    const session = await open(connectionAt(), credential);
    expect(session.wmi).toBe(wmi);
    expect(session.shell?.()).toBeNull();
  });
});

type Act =
  | { readonly do: 'ask'; readonly site: string | undefined }
  | {
      readonly do: 'finishOpening' | 'failOpening' | 'close' | 'finishClosing' | 'abort';
      readonly at: number;
    };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      site: fc.constantFrom('oslo', 'rome', 'bonn', undefined),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'finishOpening' as const,
        'failOpening' as const,
        'close' as const,
        'finishClosing' as const,
        'abort' as const,
      ),
      at: fc.nat(50),
    }),
  },
);

function carryOut(one: Act, { ask, inState, callers }: World): void {
  const pick = (of: readonly Caller[], at: number): Caller | undefined => of[at % of.length];
  switch (one.do) {
    case 'ask':
      ask(one.site);
      break;
    case 'finishOpening':
      pick(inState('opening'), one.at)?.finishOpening();
      break;
    case 'failOpening':
      pick(inState('opening'), one.at)?.failOpening();
      break;
    case 'close':
      // Also one that is closing or closed: that must not count twice.
      void pick(
        callers.filter(({ session }) => session !== null),
        one.at,
      )?.session?.close();
      break;
    case 'finishClosing':
      pick(inState('closing'), one.at)?.finishClosing();
      break;
    case 'abort':
      // Whatever it is doing; with an open session it changes nothing.
      pick(callers, one.at)?.abort.abort(new Error('given up'));
      break;
  }
}

/** What must hold whenever nothing moves by itself any more. */
function requireSound({ taken, inState, limited }: World, limits: SessionLimits): void {
  const ofSite = (site: string | undefined) => taken().filter((one) => one.site === site).length;
  const isFull = (site: string | undefined) =>
    site !== undefined && limits.perSite !== null && ofSite(site) >= limits.perSite;
  expect(taken().length).toBeLessThanOrEqual(limits.perWorker);
  for (const { site } of taken()) {
    if (site !== undefined && limits.perSite !== null)
      expect(ofSite(site)).toBeLessThanOrEqual(limits.perSite);
  }
  // Nobody waits beside a place that is free for him.
  for (const { site } of inState('waiting'))
    expect(taken().length >= limits.perWorker || isFull(site)).toBe(true);
  expect(limited.figures()).toMatchObject({
    taken: taken().length,
    waiting: inState('waiting').length,
  });
}

const limitsAtRandom: fc.Arbitrary<SessionLimits> = fc.record({
  perWorker: fc.integer({ min: 1, max: 5 }),
  perSite: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
});

describe('limits of sessions, whatever happens in whatever order', () => {
  it('are never exceeded, leave no place unused, and lose none', async () => {
    await fc.assert(
      fc.asyncProperty(limitsAtRandom, fc.array(act, { maxLength: 60 }), async (limits, acts) => {
        const all = world(limits);
        for (const one of acts) {
          carryOut(one, all);
          // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
          await settled();
          requireSound(all, limits);
        }
        // Everybody who did not give up is served in the end, provided that those before him end.
        for (let round = 0; round <= all.callers.length * 3; round += 1) {
          for (const caller of all.inState('opening')) caller.finishOpening();
          // oxlint-disable-next-line no-await-in-loop
          await settled();
          for (const { session } of all.inState('open')) void session?.close();
          for (const caller of all.inState('closing')) caller.finishClosing();
          // oxlint-disable-next-line no-await-in-loop
          await settled();
          requireSound(all, limits);
          if (all.callers.every(({ state }) => state === 'ended')) break;
        }
        expect(all.callers.every(({ state, outcome }) => state === 'ended' && outcome)).toBe(true);
        expect(all.limited.figures()).toMatchObject({ taken: 0, waiting: 0 });
      }),
      { numRuns: 300 },
    );
  });

  it('serve those of one site in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(limitsAtRandom, fc.array(act, { maxLength: 60 }), async (limits, acts) => {
        const all = world(limits);
        for (const one of acts) {
          carryOut(one, all);
          // oxlint-disable-next-line no-await-in-loop
          await settled();
          for (const site of ['oslo', 'rome', 'bonn', undefined]) {
            const states = all.callers
              .filter((caller) => caller.site === site && caller.outcome !== 'aborted')
              .map(({ state }) => state === 'waiting');
            // Once one of them waits, all who came later wait as well.
            expect(states.toSorted((a, b) => Number(a) - Number(b))).toEqual(states);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
