import type { CounterPredicate } from '../../../../contracts/predicate';
import { observationKey } from '../../../../contracts/predicate';
import type { ScriptedAnswer } from '../scripted-session';
import { observationsOf, wmic } from './scripted-observations';

const processorTime = (instance: string | null, more: Partial<CounterPredicate> = {}) =>
  ({
    kind: 'counter',
    class: 'Win32_PerfFormattedData_PerfProc_Process',
    instance,
    property: 'PercentProcessorTime',
    test: { below: 1 },
    ...more,
  }) satisfies CounterPredicate;

const process = (Name: string, PercentProcessorTime: number | string) => ({
  Name,
  PercentProcessorTime,
});

const valuesOf = async (asked: CounterPredicate, answer: ScriptedAnswer) =>
  (await observationsOf([asked], { 'counter-0': answer })).observations[observationKey(asked)];

describe('a performance counter', () => {
  it.each([
    { instance: 'store', values: [3, 0] },
    { instance: 'W3WP', values: [12] },
    { instance: 'w3', values: [] },
    { instance: 'store#1', values: [0] },
    { instance: null, values: [3, 0, 7, 8, 12] },
  ])('of $instance has the values $values', async ({ instance, values }) => {
    const answer = wmic(
      process('store', 3),
      process('store#1', 0),
      process('storeworker', 7),
      process('store#x', 8),
      process('w3wp', 12),
    );
    expect(await valuesOf(processorTime(instance), answer)).toEqual({
      known: true,
      value: { kind: 'counter', values },
    });
  });

  it('that no instance has is none, whatever the language in which wmic says so', async () => {
    for (const text of [
      'No Instance(s) Available.\r\r\n',
      'Keine Instanz(en) verf\u00fcgbar.\r\r\n',
    ]) {
      expect(await valuesOf(processorTime('store'), { text })).toEqual({
        known: true,
        value: { kind: 'counter', values: [] },
      });
    }
  });

  it.each([
    {
      name: 'the class is not there',
      answer: {
        text: 'Node - MAIL7\r\nERROR:\r\nDescription = Invalid class\r\n',
        succeeded: false,
      },
    },
    {
      name: 'there is no wmic',
      answer: { text: "'wmic' is not recognized\r\n", succeeded: false },
    },
    { name: 'the host says something else', answer: { text: 'one\r\ntwo\r\n' } },
    { name: 'an instance has no number', answer: wmic(process('store', '')) },
    { name: 'a number is none', answer: wmic(process('store', '-1')) },
    {
      name: 'a number is beyond all numbers',
      answer: wmic(process('store', '18446744073709551615')),
    },
  ])('is unknown when $name', async ({ answer }) => {
    expect(await valuesOf(processorTime('store'), answer)).toMatchObject({ known: false });
  });

  it('keeps the largest values of many instances', async () => {
    const many = Array.from({ length: 50 }, (_, at) => process(`w3wp#${at}`, at));
    const answer = await valuesOf(processorTime('w3wp'), wmic(...many));
    const values = Array.from({ length: 20 }, (_, at) => 49 - at);
    expect(answer).toEqual({ known: true, value: { kind: 'counter', values } });
  });

  it('of a class without instances needs no name', async () => {
    const free = { class: 'Win32_PerfFormattedData_PerfOS_Memory', property: 'AvailableMBytes' };
    const { session } = await observationsOf([processorTime(null, free)], {});
    expect(session.lines[0]).toContain(`wmic path ${free.class} get AvailableMBytes /value`);
  });

  it('is asked for with all others of its class, so that they are of one moment', async () => {
    const asked = [
      processorTime('store'),
      processorTime('w3wp', { class: 'WIN32_PerfFormattedData_PerfProc_Process' }),
      processorTime('store', { property: 'HandleCount' }),
    ];
    const { session, observations } = await observationsOf(asked, {
      'counter-0': wmic({ ...process('store', 3), HandleCount: 900 }),
    });
    expect(session.lines[0]?.match(/wmic path \S+PerfProc_Process get \S+/gi)).toEqual([
      'wmic path Win32_PerfFormattedData_PerfProc_Process get Name,PercentProcessorTime,HandleCount',
    ]);
    expect(asked.map((one) => observations[observationKey(one)])).toEqual(
      [[3], [], [900]].map((values) => ({ known: true, value: { kind: 'counter', values } })),
    );
  });

  it('comes last, so that a provider that hangs costs no other answer', async () => {
    const { session } = await observationsOf([processorTime('store')], {});
    expect(session.lines[0]?.split(' & ').at(-1)).toContain('wmic path Win32_PerfFormattedData');
  });

  it.each([
    { class: 'X get Y & calc' },
    { class: '' },
    { property: 'Name /value & del x' },
    { property: 'A,B' },
  ])('with $class $property is refused before anything is asked', async (odd) => {
    await expect(observationsOf([processorTime('store', odd)], {})).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});
