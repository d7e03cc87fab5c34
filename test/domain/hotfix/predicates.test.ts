import type { PackageState, ServiceFacts } from '../../../contracts/facts';
import type { VerdictStep } from '../../../contracts/outcome';
import {
  type CommandPredicate,
  type CounterPredicate,
  type FilePredicate,
  type Observable,
  type Observation,
  observationKey,
  type Predicate,
  type RegistryPredicate,
  type ServicePredicate,
} from '../../../contracts/predicate';
import { type Answer, known, unknown } from '../../../contracts/reason';
import { wordsOf } from '../../../domain/hotfix';
import { evaluate, examine } from '../../../domain/hotfix/evaluate';
import { factsOf, kb3004383, service } from './host-facts';

const ask = (predicate: Observable, observed?: Answer<Observation>): VerdictStep => {
  const observations = observed === undefined ? {} : { [observationKey(predicate)]: observed };
  return evaluate(predicate, examine(factsOf({ facts: { observations } }), kb3004383));
};
const told = (predicate: Observable, observation: Observation): [string, string | undefined] => {
  const { answer, reasons } = ask(predicate, known(observation));
  return [answer, reasons[0]?.code];
};

const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\DNS\\Parameters';
const registry = (
  test: RegistryPredicate['test'],
  value: string | null = 'TcpReceivePacketSize',
): RegistryPredicate => ({ kind: 'registry', key, value, test });
const dword = (data: number): Observation => ({
  kind: 'registry',
  exists: true,
  type: 'REG_DWORD',
  data,
});
const sz = (data: string): Observation => ({
  kind: 'registry',
  exists: true,
  type: 'REG_SZ',
  data,
});
const noValue: Observation = { kind: 'registry', exists: false, type: null, data: null };
const binary: Observation = { kind: 'registry', exists: true, type: 'REG_BINARY', data: null };

describe('a registry value', () => {
  test.each<[string, RegistryPredicate['test'], Observation, string, string]>([
    ['is there', { is: 'present' }, dword(0), 'yes', 'registry-present'],
    ['is there whatever its type', { is: 'present' }, binary, 'yes', 'registry-present'],
    ['is not there', { is: 'present' }, noValue, 'no', 'registry-absent'],
    ['is asked to be absent and is', { is: 'absent' }, noValue, 'yes', 'registry-absent'],
    ['is asked to be absent and is not', { is: 'absent' }, dword(1), 'no', 'registry-present'],
    ['equals a number', { equals: 0xff00 }, dword(0xff00), 'yes', 'registry-value'],
    ['differs from a number', { equals: 0xff00 }, dword(0xff01), 'no', 'registry-value'],
    ['is zero', { equals: 0 }, dword(0), 'yes', 'registry-value'],
    ['equals a text but for case', { equals: 'Enabled' }, sz('ENABLED'), 'yes', 'registry-value'],
    ['differs from a text', { equals: 'Enabled' }, sz('Enabled '), 'no', 'registry-value'],
    ['is a text of digits', { equals: 1 }, sz('1'), 'unknown', 'registry-other-type'],
    ['is a number, not a text', { equals: '1' }, dword(1), 'unknown', 'registry-other-type'],
    ['has no readable data', { equals: 1 }, binary, 'unknown', 'registry-other-type'],
    ['is not there to be equal', { equals: 1 }, noValue, 'no', 'registry-absent'],
    ['is just high enough', { atLeast: 5 }, dword(5), 'yes', 'registry-value'],
    ['is not high enough', { atLeast: 5 }, dword(4), 'no', 'registry-value'],
    ['is just not low enough', { below: 5 }, dword(5), 'no', 'registry-value'],
    ['is low enough', { below: 5 }, dword(4), 'yes', 'registry-value'],
    ['is not there to be low', { below: 5 }, noValue, 'no', 'registry-absent'],
    ['is not there to be high', { atLeast: 0 }, noValue, 'no', 'registry-absent'],
    ['is a text and not below', { below: 5 }, sz('4'), 'unknown', 'registry-other-type'],
    ['is a text and not at least', { atLeast: 5 }, sz('9'), 'unknown', 'registry-other-type'],
  ])('that %s', (_, test_, observation, answer, code) => {
    expect(told(registry(test_), observation)).toEqual([answer, code]);
  });

  test('a key is asked for without a value', () => {
    const [present] = told(registry({ is: 'present' }, null), { ...noValue, exists: true });
    expect(present).toBe('yes');
    expect(told(registry({ is: 'present' }, null), noValue)[0]).toBe('no');
  });

  test('the raw evidence stands in the reason', () => {
    const { reasons } = ask(registry({ equals: 1 }), known(dword(0xff00)));
    expect(reasons[0]?.facts).toEqual({ type: 'REG_DWORD', data: 0xff00 });
    expect(reasons[0]?.message).toBe(
      `The registry value ${key}\\TcpReceivePacketSize is 65280 (0xFF00).`,
    );
  });
});

describe('a service', () => {
  type Is = ServicePredicate['is'];
  const isAll: readonly Is[] = ['present', 'absent', 'running', 'stopped', 'disabled', 'automatic'];
  test.each<[string, ServiceFacts | null, readonly Is[], readonly Is[]]>([
    ['is not there', null, ['absent'], []],
    ['runs', service('Spooler'), ['present', 'running', 'automatic'], []],
    [
      'is stopped and disabled',
      service('Spooler', { state: 'stopped', startMode: 'disabled' }),
      ['present', 'stopped', 'disabled'],
      [],
    ],
    [
      'is stuck in stopping',
      service('Spooler', { state: 'stop-pending', startMode: 'manual' }),
      ['present'],
      [],
    ],
    [
      'has no known state',
      service('Spooler', { state: 'unknown' }),
      ['present', 'automatic'],
      ['running', 'stopped'],
    ],
    [
      'has no known start mode',
      service('Spooler', { startMode: 'unknown' }),
      ['present', 'running'],
      ['disabled', 'automatic'],
    ],
  ])('that %s', (_, found, yes, open) => {
    const answers = isAll.map((is) => [
      is,
      ask({ kind: 'service', name: 'Spooler', is }, known({ kind: 'service', service: found }))
        .answer,
    ]);
    expect(answers).toEqual(
      isAll.map((is) => [is, yes.includes(is) ? 'yes' : open.includes(is) ? 'unknown' : 'no']),
    );
  });
});

describe('a file', () => {
  const path = '%windir%\\System32\\drivers\\srv.sys';
  const file = (test_: FilePredicate['test']): FilePredicate => ({
    kind: 'file',
    path,
    test: test_,
  });
  test.each<[FilePredicate['test'], string | null, string, string]>([
    [{ below: '6.1.7601.23689' }, '6.1.7601.9999', 'yes', 'file-version'],
    [{ below: '6.1.7601.23689' }, '6.1.7601.23688', 'yes', 'file-version'],
    [{ below: '6.1.7601.23689' }, '6.1.7601.23689', 'no', 'file-version'],
    [{ atLeast: '6.1.7601.23689' }, '6.1.7601.23689', 'yes', 'file-version'],
    [{ atLeast: '6.1.7601.23689' }, '6.1.7601.9999', 'no', 'file-version'],
    [{ atLeast: '6.1' }, '6.1.0.0', 'yes', 'file-version'],
    [{ below: '6.1' }, null, 'no', 'file-absent'],
    [{ atLeast: '6.1' }, null, 'no', 'file-absent'],
    [{ below: '6.1' }, '', 'unknown', 'file-version-unreadable'],
    [{ atLeast: '6.1' }, '6.1 (win7)', 'unknown', 'file-version-unreadable'],
    [{ is: 'present' }, '', 'yes', 'file-present'],
    [{ is: 'present' }, null, 'no', 'file-absent'],
    [{ is: 'absent' }, null, 'yes', 'file-absent'],
    [{ is: 'absent' }, '6.1', 'no', 'file-present'],
  ])('%j, of which the version is %j: %s (%s)', (test_, version, answer, code) => {
    expect(told(file(test_), { kind: 'file', version })).toEqual([answer, code]);
  });
});

test.each<[PackageState, string]>([
  ['installed', 'installed'],
  ['superseded', 'installed'],
  ['install-pending', 'pending'],
  ['uninstall-pending', 'none'],
  ['staged', 'absent'],
  ['absent', 'absent'],
])('a package that is %s counts as %s', (state, meaning) => {
  const observation: Observation = { kind: 'package', package: { state, identity: null } };
  for (const is of ['installed', 'pending', 'absent'] as const) {
    const [answer] = told({ kind: 'package', identity: 'Package_for_KB4490628~', is }, observation);
    expect([is, answer]).toEqual([is, is === meaning ? 'yes' : 'no']);
  }
});

test.each([
  [[], 'no'],
  [['HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v14'], 'yes'],
])('a product of which the keys %j are there: %s', (found, answer) => {
  const product: Observable = {
    kind: 'product',
    name: 'Microsoft Exchange Server',
    keys: ['HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v14', 'HKLM\\SOFTWARE\\x'],
  };
  expect(told(product, { kind: 'product', found })[0]).toBe(answer);
});

describe('a counter', () => {
  const counter = (test_: CounterPredicate['test']): CounterPredicate => ({
    kind: 'counter',
    class: 'Win32_PerfFormattedData_PerfProc_Process',
    instance: 'w3wp',
    property: 'PercentProcessorTime',
    test: test_,
  });
  const many = (value: number, last = value): readonly number[] => [
    ...Array.from({ length: 19 }, () => value),
    last,
  ];
  test.each<[string, CounterPredicate['test'], readonly number[], string]>([
    ['one reaches the number', { atLeast: 50 }, [0, 50], 'yes'],
    ['none reaches the number', { atLeast: 50 }, [0, 49], 'no'],
    ['all are below', { below: 1 }, [0, 0], 'yes'],
    ['one is not below', { below: 1 }, [0, 1], 'no'],
    ['there is none', { below: 1 }, [], 'no'],
    ['there is none to reach it', { atLeast: 0 }, [], 'no'],
    ['those seen are below, and there may be more', { below: 1 }, many(0), 'unknown'],
    ['one of those seen is not below', { below: 1 }, many(0, 1), 'no'],
    ['none of those seen reaches it, and there may be more', { atLeast: 50 }, many(0), 'unknown'],
    ['one of those seen reaches it', { atLeast: 50 }, many(0, 50), 'yes'],
  ])('of which %s', (_, test_, values, answer) => {
    expect(told(counter(test_), { kind: 'counter', values })[0]).toBe(answer);
  });
});

test.each([
  [0, 'yes'],
  [-2_146_498_530, 'yes'],
  [2_148_468_766, 'yes'],
  [1, 'no'],
  [2, 'unknown'],
  [-1, 'unknown'],
])('a command that ends with %d: %s', (exitCode, answer) => {
  const command: CommandPredicate = {
    kind: 'command',
    command: 'fsutil dirty query C:',
    timeoutMs: 30_000,
    yes: [0, 0x800f081e],
    no: [1],
  };
  const observed: Observation = { kind: 'command', exitCode, outputTail: 'x'.repeat(5000) };
  expect(told(command, observed)[0]).toBe(answer);
  expect(JSON.stringify(ask(command, known(observed))).length).toBeLessThan(1000);
});

describe('what a host did not answer', () => {
  const predicate = registry({ equals: 1 });
  test('is unknown with its own words', () => {
    const { answer, reasons } = ask(predicate, unknown('access is denied'));
    expect([answer, reasons[0]?.code]).toEqual(['unknown', 'registry-unanswered']);
    expect(reasons[0]?.message).toBe(
      `Whether ${wordsOf(predicate)} is not known: access is denied.`,
    );
  });

  test('or was never asked is unknown too', () => {
    expect(ask(predicate).answer).toBe('unknown');
    const facts = factsOf();
    expect(evaluate(predicate, examine(facts, kb3004383)).answer).toBe('unknown');
  });

  test('or answered about something else is unknown', () => {
    expect(told(predicate, { kind: 'file', version: '1' })).toEqual([
      'unknown',
      'registry-unanswered',
    ]);
  });

  test('events without a symptom in the definition are unknown', () => {
    const hotfix = { ...kb3004383, symptom: null };
    const step = evaluate({ kind: 'events', coverage: 'some' }, examine(factsOf(), hotfix));
    expect([step.answer, step.reasons[0]?.code]).toEqual(['unknown', 'no-symptom-defined']);
  });
});

test('a definition can be read aloud', () => {
  const predicate: Predicate = {
    kind: 'all',
    of: [
      { kind: 'events', coverage: 'all' },
      { kind: 'any', of: [registry({ is: 'absent' }), registry({ equals: 1 })] },
      { kind: 'none', of: [{ kind: 'service', name: 'Spooler', is: 'disabled' }] },
      { kind: 'package', identity: 'Package_for_KB4490628~', is: 'installed' },
    ],
  };
  const name = `the registry value ${key}\\TcpReceivePacketSize`;
  expect(wordsOf(predicate, kb3004383.symptom)).toBe(
    'all of these hold: event 2070 of MSExchange ADAccess with error 0x55 was logged for every server that the host can use within 20 min, in the last 14 days; ' +
      `(one of these holds: ${name} is not there; ${name} is 1); ` +
      'none of these holds: the service Spooler is disabled; ' +
      'the package Package_for_KB4490628 is installed',
  );
  expect(wordsOf({ kind: 'events', coverage: 'some' })).toBe('the symptom was logged');
});
