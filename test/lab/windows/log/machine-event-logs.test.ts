import type { EventSelection } from '../../../../lab/machine';
import { createTestMachine } from '../test-machine';

const of = (id: number): string => `*[System[(EventID=${id})]]`;

function select(
  machine: ReturnType<typeof createTestMachine>,
  selected: readonly string[],
  suppressed: readonly string[] = [],
): EventSelection {
  const found = machine.machine.eventLogs.select('system', selected, suppressed);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('a selection of events', () => {
  test('names its channel as the machine spells it, and refuses what is not there', () => {
    const { machine } = createTestMachine();
    const { eventLogs } = machine;
    expect(eventLogs.select('SYSTEM', ['*'], [])).toMatchObject({ channel: 'System' });
    expect(eventLogs.select('Nope', ['*'], [])).toBe('no-such-channel');
    expect(eventLogs.select('System', ['*', '*['], [])).toBe('invalid-query');
    expect(eventLogs.select('System', ['*'], ['x y'])).toBe('invalid-query');
  });

  test('reads on after the last record it gave, and sees what is logged meanwhile', async () => {
    const machine = createTestMachine();
    const selection = select(machine, [of(7036)]);
    const after = selection.newestRecordId();
    expect(selection.read(after, 10, 'plain')).toEqual([]);
    await machine.runThrough('net stop Spooler');
    const [first, ...others] = selection.read(after, 10, 'plain');
    expect(others).toEqual([]);
    expect(first?.recordId).toBeGreaterThan(after);
    expect(first?.xml).toContain(`<EventRecordID>${first?.recordId}</EventRecordID>`);
    expect(selection.read(first?.recordId ?? 0, 10, 'plain')).toEqual([]);
    expect(selection.newestRecordId()).toBeGreaterThanOrEqual(first?.recordId ?? Infinity);
  });

  test('is the union of what is selected without what is suppressed', () => {
    const machine = createTestMachine();
    const all = select(machine, [of(6005), of(6009)]).read(0, 100, 'plain');
    const ids = new Set(all.map(({ xml }) => /<EventID[^>]*>(\d+)/.exec(xml)?.[1]));
    expect(ids).toEqual(new Set(['6005', '6009']));
    const rest = select(machine, [of(6005), of(6009)], [of(6009)]).read(0, 100, 'plain');
    expect(rest.map(({ recordId }) => recordId)).toEqual(
      all.filter(({ xml }) => />6005</.test(xml)).map(({ recordId }) => recordId),
    );
    expect(select(machine, ['*'], ['*']).read(0, 100, 'plain')).toEqual([]);
  });

  test('has the texts of providers only when they are asked for', () => {
    const selection = select(createTestMachine(), [of(6005)]);
    const [plain] = selection.read(0, 1, 'plain');
    const [rendered] = selection.read(0, 1, 'rendered');
    expect(plain?.xml).not.toContain('RenderingInfo');
    expect(rendered?.xml).toContain('<Message>The Event log service was started.</Message>');
  });
});
