import fc from 'fast-check';
import { createAgenda } from '../../../domain/simulator/agenda';

test('an agenda gives its entries by time and, at the same time, in the order they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
      const agenda = createAgenda<number>();
      times.forEach((at, index) => agenda.put(at, index));
      const taken: [number, number][] = [];
      for (let next = agenda.take(); next !== undefined; next = agenda.take())
        taken.push([next.at, next.item]);
      const expected = times.map((at, index): [number, number] => [at, index]);
      expect(taken).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      expect(agenda.peekAt()).toBeUndefined();
    }),
  );
});

test('entries may be put in while others are taken', () => {
  const agenda = createAgenda<string>();
  agenda.put(5, 'late');
  agenda.put(1, 'early');
  expect(agenda.take()?.item).toBe('early');
  agenda.put(3, 'between');
  expect(agenda.peekAt()).toBe(3);
  expect(agenda.take()?.item).toBe('between');
  expect(agenda.take()?.item).toBe('late');
  expect(agenda.take()).toBeUndefined();
});
