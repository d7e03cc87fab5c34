import { hostId } from '../../../contracts/ids';
import {
  answerOfRelease,
  isIdle,
  refusalOfRelease,
  statusOfSlots,
  wordsOfAnswer,
} from '../../../domain/slots';
import { down, foundHealthy, healthy, openSet, request, withdrawn } from './requests';

describe('slots of a set', () => {
  it('are given up to the limit, then to whoever waits longest', () => {
    const set = openSet();
    expect(set.ask(request('a', 'one'))).toEqual({ granted: true });
    expect(set.ask(request('b', 'two'))).toMatchObject({ granted: false, stuck: false });
    expect(set.ask(request('c', 'one'))).toMatchObject({ granted: false });
    expect(set.tell(healthy('a'))).toEqual(['b']);
    expect(set.leases()).toEqual(['b in-work two']);
    expect(set.tell(healthy('b', 'two'))).toEqual(['c']);
  });

  it('go by the smallest number of the plans that are at work or wait', () => {
    const set = openSet();
    set.ask(request('a', 'wide', 3));
    set.ask(request('b', 'wide', 3));
    expect(set.ask(request('c', 'narrow', 1))).toMatchObject({ granted: false, maxUnavailable: 1 });
    expect(set.ask(request('d', 'wide', 3))).toMatchObject({ granted: false, maxUnavailable: 1 });
    expect(set.tell(healthy('a', 'wide'))).toEqual([]);
    expect(set.tell(healthy('b', 'wide'))).toEqual(['c']);
    // The narrow plan is done: the wide one has its three again.
    expect(set.tell(healthy('c', 'narrow'))).toEqual(['d']);
    expect(set.ask(request('e', 'wide', 3))).toEqual({ granted: true });
    expect(statusOfSlots(set.state()).maxUnavailable).toBe(3);
  });

  it('a host that asks again is answered as before and counted once', () => {
    const set = openSet();
    set.ask(request('a'));
    const before = set.state();
    expect(set.ask(request('a'))).toEqual({ granted: true });
    expect(set.state()).toEqual(before);
    set.ask(request('b'));
    const waiting = set.state();
    set.ask(request('b'));
    expect(set.state()).toEqual(waiting);
    expect(set.tell(healthy('a'))).toEqual(['b']);
  });

  it('are taken by hosts that are down, also above the limit, and by nobody twice', () => {
    const set = openSet();
    set.ask(request('a'));
    set.tell(down('b', 'two', 'found-down'), down('c', 'two', 'found-down'));
    set.tell(down('a'), down('b', 'two', 'found-down'));
    expect(set.leases()).toEqual(['a left-down one', 'b found-down two', 'c found-down two']);
    const answer = set.ask(request('d'));
    expect(answer).toMatchObject({ granted: false, stuck: true });
    if (answer.granted) throw new Error('granted');
    expect(answer.takenBy.map((lease) => lease.hostId)).toEqual(['a', 'b', 'c']);
    expect(wordsOfAnswer('dag1', answer)).toMatch(
      /^dag1 may miss 1; its slots are taken by a since 2026-08-01T00:00:03.000Z \(a is down\) and 2 more$/,
    );
  });

  it('hosts that are down are repaired one at a time, and never wait for themselves', () => {
    const set = openSet();
    set.tell(down('a'), down('b'));
    expect(set.ask(request('a'))).toEqual({ granted: true });
    expect(set.ask(request('b'))).toMatchObject({ granted: false, stuck: false });
    expect(set.ask(request('c'))).toMatchObject({ granted: false });
    expect(set.tell(healthy('a'))).toEqual(['b']);
    expect(set.tell(healthy('b'))).toEqual(['c']);
  });

  it('a lease in work ends only by the rollout that is at work, or that is found by nobody else', () => {
    const set = openSet();
    set.ask(request('a', 'one'));
    set.tell(healthy('a', 'two'), down('a', 'two', 'found-down'), withdrawn('a', 'two'));
    expect(set.leases()).toEqual(['a in-work one']);
    set.tell(healthy('a', 'one'));
    expect(isIdle(set.state())).toBe(true);
  });

  it('a lease of a host that is down ends by whoever finds it healthy', () => {
    const set = openSet();
    set.tell(down('a', 'one', 'left-down'), down('b', 'one', 'found-down'));
    set.tell(healthy('a', 'two'), healthy('b', 'two'));
    expect(set.leases()).toEqual([]);
  });

  it('a look that is told late says nothing about work that has begun since', () => {
    const set = openSet();
    set.ask(request('a', 'one'));
    set.ask(request('b', 'one'));
    set.tell(foundHealthy('a', 'one'), foundHealthy('b', 'one'), down('a', 'one', 'found-down'));
    expect(set.leases()).toEqual(['a in-work one']);
    expect(set.tell(healthy('a', 'one'))).toEqual(['b']);
  });

  it('that a host was left down says more than that it was found so', () => {
    const set = openSet();
    set.tell(down('a', 'one', 'found-down'));
    const { since } = set.state().leases[0]!;
    set.tell(down('a', 'two', 'left-down'));
    set.tell(down('a', 'three', 'found-down'));
    expect(set.leases()).toEqual(['a left-down two']);
    expect(set.state().leases[0]!.since).toBe(since);
  });

  it('news of a healthy host ends the request of its own rollout only', () => {
    const set = openSet();
    set.ask(request('a'));
    set.ask(request('b', 'one'));
    set.ask(request('c', 'two'));
    set.tell(healthy('c', 'one'), healthy('b', 'one'));
    expect(set.tell(healthy('a'))).toEqual(['c']);
  });
});

describe('a host that was never touched', () => {
  it('that waited is gone from the queue', () => {
    const set = openSet();
    set.ask(request('a'));
    set.ask(request('b'));
    set.ask(request('c'));
    set.tell(withdrawn('b'));
    expect(set.tell(healthy('a'))).toEqual(['c']);
  });

  it('that had a slot frees it, or is down as before', () => {
    const set = openSet();
    set.ask(request('a'));
    set.ask(request('b'));
    expect(set.tell(withdrawn('a'))).toEqual(['b']);
    set.tell(down('b'));
    set.ask(request('b', 'two'));
    expect(set.leases()).toEqual(['b in-work two']);
    set.tell(withdrawn('b', 'two'));
    expect(set.leases()).toEqual(['b left-down one']);
  });

  it('and could not be told of its slot leaves it to the next', () => {
    const set = openSet();
    set.ask(request('a'));
    set.ask(request('b'));
    set.ask(request('c'));
    set.tell(healthy('a'));
    const grants = set.take({ type: 'undelivered', request: request('b') });
    expect(grants.map((one) => one.hostId)).toEqual(['c']);
    // Told twice, or of a run that is not the one that has it, nothing changes.
    set.take({ type: 'undelivered', request: request('b') });
    set.take({ type: 'undelivered', request: request('c', 'one', 1, 'earlier run') });
    expect(set.leases()).toEqual(['c in-work one']);
  });
});

describe('a workflow that ended without a word', () => {
  it('leaves its host down, so that who waits knows that nothing ends the wait', () => {
    const set = openSet();
    set.ask(request('a'));
    const { since } = set.state().leases[0]!;
    const gone = { kind: 'gone', ...healthyOf('a'), since } as const;
    set.tell({ ...gone, since: '2026-07-01T00:00:00.000Z' });
    expect(set.leases()).toEqual(['a in-work one']);
    set.tell(gone);
    expect(set.leases()).toEqual(['a left-down one']);
    expect(set.ask(request('b'))).toMatchObject({ granted: false, stuck: true });
  });

  it('is followed by another that has its slot, and leaves the host down when it does not touch it', () => {
    const set = openSet();
    set.ask(request('a'));
    expect(set.ask(request('a', 'one', 1, 'second run'))).toEqual({ granted: true });
    expect(set.state().leases).toHaveLength(1);
    set.tell(withdrawn('a'));
    expect(set.leases()).toEqual(['a left-down one']);
  });

  it('leaves its place in the queue to the next workflow of its host', () => {
    const set = openSet();
    set.ask(request('a'));
    set.ask(request('b', 'one'));
    set.ask(request('c', 'one'));
    set.ask(request('b', 'two'));
    expect(set.state().waiting).toHaveLength(2);
    set.tell(healthy('a'));
    expect(set.leases()).toEqual(['b in-work two']);
  });
});

describe('a release by a person', () => {
  const asked = (host: string, reason = 'repaired', author = 'ada') => ({
    hostId: hostId(host),
    author,
    reason,
  });

  it('frees a slot, serves the next, and is kept with author and reason', () => {
    const set = openSet();
    set.tell(down('a'));
    set.ask(request('b'));
    expect(set.release('a')).toEqual(['b']);
    expect(statusOfSlots(set.state()).released).toEqual([
      { hostId: 'a', author: 'ada', reason: 'repaired', at: '2026-08-01T00:00:03.000Z' },
    ]);
    expect(answerOfRelease(set.state(), 'r1')).toMatch(/^freed the slot of dag1 that a had since/);
  });

  it('of a host in work says that one more may be down', () => {
    const set = openSet();
    set.ask(request('a'));
    set.release('a');
    expect(answerOfRelease(set.state(), 'r1')).toMatch(/one host more than allowed may be down/);
    // What its workflow tells in the end is heard as before.
    set.tell(down('a'));
    expect(set.leases()).toEqual(['a left-down one']);
  });

  it('is carried out once, and its repetition gets the same answer', () => {
    const set = openSet();
    set.tell(down('a'));
    set.release('a');
    set.tell(down('a'));
    expect(refusalOfRelease(set.state(), asked('a', ''), 'r1')).toBeNull();
    set.release('a');
    expect(set.leases()).toEqual(['a left-down one']);
  });

  it.each([
    { what: 'an unknown host', request: asked('z'), says: 'z has no slot of dag1' },
    { what: 'no reason', request: asked('a', ' '), says: 'a release needs a reason' },
    { what: 'no author', request: asked('a', 'x', ''), says: 'a release needs an author' },
  ])('with $what is refused', ({ request: wrong, says }) => {
    const set = openSet();
    set.tell(down('a'));
    expect(refusalOfRelease(set.state(), wrong, 'r1')).toBe(says);
  });

  it('is remembered among the last hundred', () => {
    const set = openSet();
    for (let times = 0; times < 105; times++) {
      set.tell(down('a'));
      set.release('a', `id-${String(times)}`);
    }
    expect(set.state().released).toHaveLength(100);
    expect(answerOfRelease(set.state(), 'id-104')).not.toBeNull();
  });
});

const healthyOf = (host: string) => {
  const { hostId: id, owner } = healthy(host);
  return { hostId: id, owner };
};
