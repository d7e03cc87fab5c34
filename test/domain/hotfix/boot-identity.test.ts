import { isSameBoot } from '../../../domain/hotfix';

const at = (second: number): string => new Date(Date.UTC(2015, 2, 11, 8, 0, second)).toISOString();

test.each([
  { case: 'the record is the same', recorded: [10, 0], current: [10, 0], same: true },
  {
    case: 'the record is the same and the clock stepped',
    recorded: [10, 0],
    current: [10, 9000],
    same: true,
  },
  { case: 'there is a newer record', recorded: [10, 0], current: [11, 600], same: false },
  {
    case: 'there is a newer record and the clock stepped back to the same time',
    recorded: [10, 0],
    current: [11, 0],
    same: false,
  },
  { case: 'the log was cleared in the same boot', recorded: [10, 0], current: [3, 0], same: true },
  {
    case: 'the log was cleared and the clock stepped a little',
    recorded: [10, 0],
    current: [3, 119],
    same: true,
  },
  {
    case: 'the log was cleared and the host rebooted',
    recorded: [10, 0],
    current: [3, 120],
    same: false,
  },
  {
    case: 'the log was cleared and holds no record, same boot',
    recorded: [10, 0],
    current: [null, 1],
    same: true,
  },
  {
    case: 'the log could not be read before, another boot',
    recorded: [null, 0],
    current: [11, 600],
    same: false,
  },
  {
    case: 'no record now and no boot time before',
    recorded: [10, null],
    current: [null, 1],
    same: null,
  },
  {
    case: 'the log was cleared and no boot time is known',
    recorded: [10, null],
    current: [3, null],
    same: null,
  },
  { case: 'nothing is known', recorded: [null, null], current: [null, null], same: null },
] as const)('$case: same boot is $same', ({ recorded, current, same }) => {
  const identity = ([recordId, second]: readonly [number | null, number | null]) => ({
    recordId,
    lastBootUpTime: second === null ? null : at(second),
  });
  expect(isSameBoot(identity(recorded), identity(current))).toBe(same);
});

test('a boot time that is no time tells nothing', () => {
  const garbage = { recordId: null, lastBootUpTime: 'yesterday' };
  expect(isSameBoot(garbage, garbage)).toBeNull();
});
