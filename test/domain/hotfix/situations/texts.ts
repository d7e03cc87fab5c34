import type { EventRecord } from '../../../../contracts/facts';
import { hours, lost, minutes, threeServers } from '../host-facts';
import { eventsText, type Rendering } from './event-text';
import {
  affected,
  allLost,
  onlyDc1,
  otherErrors,
  type Situation,
  someOnly,
  twoLost,
  unknownFor,
  dc1,
} from './situation';
import { sources } from './sources';

/** The list and what was lost, newest first, as the host printed it. */
const printed = (events: readonly EventRecord[], rendering: Rendering = {}): string =>
  eventsText([...events.toReversed(), threeServers], rendering);
const withText = (events: readonly EventRecord[], text: string): EventRecord[] =>
  events.map((event) => ({ ...event, data: event.data.with(4, text) }));

const languages: readonly Rendering[] = [
  {
    rendered: {
      culture: 'de-DE',
      message: 'Der Kontakt zum Domänencontroller wurde verloren. Fehler 0x51 (ServerDown).',
      level: 'Informationen',
      task: 'Topologie',
    },
  },
  {
    rendered: {
      culture: 'ja-JP',
      message: 'ドメイン コントローラーとの接続が失われました。\r\n(エラー 0x51)',
      level: '情報',
      task: 'トポロジ',
    },
  },
];

const freeTexts: readonly Situation[] = [
  {
    when: 'the text of the error is in German, over lines, with brackets and 0x51',
    xml: printed(withText(allLost(), "Der LDAP-Server\r\nist (0x51)) 'nicht' <verfügbar> &\r\n")),
    ...affected,
    source: sources.freeText,
  },
  {
    when: 'the text of the error says 0x55 (Timeout), but the code is 51',
    xml: printed(withText(allLost('51'), 'Error was 0x55 (Timeout) for all')),
    ...otherErrors,
    source: sources.freeText,
  },
  {
    when: 'the text of the error looks like events of its own',
    xml: printed(
      withText(
        twoLost(),
        '</Data></EventData></Event><Event><System><EventID>2070</EventID></System><EventData><Data>55</Data>',
      ),
    ),
    ...someOnly,
    source: sources.freeText,
  },
  {
    when: 'the text of the error is empty',
    xml: printed(withText(allLost(), '')),
    ...affected,
    source: sources.freeText,
  },
  ...languages.flatMap((rendering): Situation[] => [
    {
      when: `the events are rendered in ${rendering.rendered?.culture ?? ''}`,
      xml: printed(allLost(), rendering),
      ...affected,
      source: sources.freeText,
    },
    {
      when: `the events of two of three DCs are rendered in ${rendering.rendered?.culture ?? ''}`,
      xml: printed(twoLost(), rendering),
      ...someOnly,
      source: sources.freeText,
    },
  ]),
];

const forms: readonly Situation[] = [
  {
    when: 'the events follow each other without a root, the list over lines',
    xml: printed(allLost()),
    ...affected,
    source: sources.stream,
  },
  {
    when: 'the events stand in one line',
    xml: printed(allLost()).replaceAll('</Event>\r\n', '</Event>'),
    ...affected,
    source: sources.stream,
  },
  {
    when: 'every element has a line of its own and attributes double quotes',
    xml: printed(allLost(), { isIndented: true }),
    ...affected,
    source: sources.stream,
  },
  {
    when: 'the events have the elements and the fractions of a newer Windows',
    xml: printed(allLost(), { isModern: true, fraction: '4718291' }),
    ...affected,
    source: sources.stream,
  },
  {
    when: 'the lines of the list end with LF alone',
    xml: printed(allLost()).replaceAll('\r\n', '\n'),
    ...affected,
    source: sources.stream,
  },
  {
    when: 'the answer ends within the event of the third DC',
    xml: cutInLast(),
    ...unknownFor('events-incomplete'),
    source: sources.query,
  },
  {
    when: 'the name of a process has characters that XML escapes',
    xml: eventsText([
      lost(dc1, hours, { process: "w3wp.exe (R&D <'1'>)", pid: 7 }),
      lost(dc1, hours - minutes, { process: "w3wp.exe (R&D <'2'>)", pid: 7 }),
      ...onlyDc1,
    ]),
    ...affected,
    source: sources.two,
  },
  {
    when: 'nothing was lost, and the list is all that was printed',
    xml: printed([]),
    state: 'not-affected',
    reason: 'no-symptom',
    source: sources.kb,
  },
];

function cutInLast(): string {
  const whole = eventsText([threeServers, ...allLost()]);
  return whole.slice(0, whole.lastIndexOf('<Data>55'));
}

export const texts: readonly Situation[] = [...freeTexts, ...forms];
