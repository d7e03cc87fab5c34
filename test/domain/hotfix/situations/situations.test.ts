import { parseEvents } from '../../../../remote/windows/event-xml';
import { eventsText } from './event-text';
import { expectation, expectedPart, verdictOn } from './expectation';
import { table, themes } from './table';

describe.each(themes)('%s', (_, rows) => {
  test.each(rows)('$when: $state, because $reason [$source]', (given) => {
    expect(expectedPart(given, verdictOn(given))).toEqual(expectation(given));
  });
});

test('the table has at least 80 situations, half of them near misses, each once', () => {
  expect(table.length).toBeGreaterThanOrEqual(80);
  expect(table.filter(({ nearMiss }) => nearMiss).length).toBeGreaterThanOrEqual(table.length / 2);
  expect(new Set(table.map(({ when }) => when)).size).toBe(table.length);
});

test('no near miss would be changed by itself', () => {
  const misses = table.filter(({ nearMiss }) => nearMiss);
  expect(misses.map(({ state }) => state)).not.toContain('affected');
});

test('every state is in the table', () => {
  expect(new Set(table.map(({ state }) => state)).size).toBe(6);
});

test('events that went through the text of wevtutil are judged like those that did not', () => {
  for (const situation of table) {
    const { events = [], servers = [], xml } = situation;
    // What has no time is no event that wevtutil could print.
    if (xml !== undefined || events.some(({ at }) => at === '')) continue;
    const printed = parseEvents(eventsText([...events, ...servers], { isModern: true }));
    expect(printed.damaged).toBe(false);
    const read = {
      ...situation,
      events: printed.events.slice(0, events.length),
      ...(situation.servers && { servers: printed.events.slice(events.length) }),
    };
    const { state, reasons } = verdictOn(read);
    expect({ when: situation.when, state, reasons }).toEqual({
      when: situation.when,
      state: verdictOn(situation).state,
      reasons: verdictOn(situation).reasons,
    });
  }
});
