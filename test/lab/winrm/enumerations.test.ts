import fc from 'fast-check';
import { createLabEnumerations, listSource } from '../../../lab/winrm/enumerations';
import type { Enumeration } from '../../../lab/winrm/enumerations';
import { limitsOf } from '../../../lab/winrm/limits';

const limits = limitsOf({
  id: 'a',
  transport: { kind: 'winrm', scheme: 'http' },
  credential: { username: 'operator' },
});

const uri = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*';
const enumeration = (user: string, identifier: string | null = null): Enumeration => ({
  user,
  resourceUri: uri,
  source: listSource(['a'], String),
  identifier,
});

describe('what is kept between two pages', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('is forgotten after the time of the service, counted from the last page', () => {
    const kept = createLabEnumerations(limits);
    const first = kept.keep(enumeration('operator'));
    jest.advanceTimersByTime(59_999);
    const taken = kept.take('operator', uri, first);
    expect(taken).not.toBeNull();
    const second = kept.keep(taken as Enumeration);
    expect(second).not.toBe(first);
    jest.advanceTimersByTime(59_999);
    expect(kept.count('operator')).toBe(1);
    jest.advanceTimersByTime(1);
    expect(kept.count('operator')).toBe(0);
    expect(kept.take('operator', uri, second)).toBeNull();
  });

  test('is its owner’s alone', () => {
    const kept = createLabEnumerations(limits);
    const context = kept.keep(enumeration('operator'));
    expect(kept.take('somebody', uri, context)).toBeNull();
    expect(kept.take('operator', `${uri}x`, context)).toBeNull();
    expect(kept.take('operator', uri.toUpperCase(), context)).not.toBeNull();
    expect(kept.take('operator', uri, context)).toBeNull();
  });

  test('counts while it is waited for only when it is a subscription, which can be ended then', () => {
    const kept = createLabEnumerations(limits);
    const plain = kept.keep(enumeration('operator'));
    const events = kept.keep(enumeration('operator', 'S1'));
    kept.take('operator', uri, plain);
    const subscription = kept.take('operator', uri, events) as Enumeration;
    expect(kept.count('operator')).toBe(1);
    expect(kept.isEnded(subscription)).toBe(false);
    expect(kept.unsubscribe('somebody', 'S1')).toBe(false);
    expect(kept.unsubscribe('operator', 'S1')).toBe(true);
    expect(kept.isEnded(subscription)).toBe(true);
    expect(kept.unsubscribe('operator', 'S1')).toBe(false);
  });
});

describe('pages of a list', () => {
  test('are the list, however they are cut, and none is longer than it may be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 20 }), { maxLength: 60 }),
        fc.array(fc.record({ maxElements: fc.integer({ min: 1, max: 9 }), room: fc.nat(60) })),
        (items, cuts) => {
          const source = listSource(items, (item) => `<${item}>`);
          const seen: string[] = [];
          for (const limit of [...cuts, { maxElements: Infinity, room: Infinity }]) {
            const page = source.next(limit);
            if (page === 'too-large') {
              expect((items[seen.length]?.length ?? 0) + 2).toBeGreaterThan(limit.room);
              continue;
            }
            expect(page.length).toBeLessThanOrEqual(limit.maxElements);
            expect(page.join('').length).toBeLessThanOrEqual(limit.room);
            seen.push(...page);
          }
          expect(source.isDone()).toBe(true);
          expect(seen).toEqual(items.map((item) => `<${item}>`));
        },
      ),
    );
  });
});
