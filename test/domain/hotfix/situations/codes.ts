import { dcs, hours, lost, minutes } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  dc2,
  dc3,
  otherErrors,
  type Situation,
  someOnly,
  unknownFor,
} from './situation';
import { sources } from './sources';

const namedErrors = [
  { code: '51', name: 'ServerDown', source: sources.otherErrors },
  { code: '34', name: 'Unavailable', source: sources.otherErrors },
  { code: '33', name: 'Busy', source: sources.errorNames },
  { code: '52', name: 'LocalError', source: sources.errorNames },
  { code: '5B', name: 'ConnectError', source: sources.errorNames },
  { code: '5b', name: 'ConnectError', source: sources.hex },
  { code: '70', name: 'SendTimeOut', source: sources.errorNames },
];

/** Numbers that hold 55 or mean 85 in another notation. */
const lookalikes = ['85', '155', '5', '550', '0x5500'];

export const codes: readonly Situation[] = [
  { when: 'every DC lost with 55', events: allLost(), ...affected, source: sources.kb },
  ...['0x55', '0X55', '055', '00000055', '00000000000055'].map((code): Situation => ({
    when: `every DC lost with ${code}`,
    events: allLost(code),
    ...affected,
    source: sources.hex,
  })),
  ...namedErrors.map(({ code, name, source }): Situation => ({
    when: `every DC lost with ${code}`,
    events: allLost(code),
    ...otherErrors,
    says: name,
    source,
  })),
  ...lookalikes.map((code): Situation => ({
    when: `every DC lost with ${code}, which is not 0x55`,
    events: allLost(code),
    ...otherErrors,
    source: sources.hex,
  })),
  {
    when: 'every DC lost with 51 again and again by many processes',
    events: [1, 2, 3, 4].flatMap((n) =>
      dcs.map((dc) => lost(dc, 2 * hours - n * minutes, { code: '51', pid: n })),
    ),
    ...otherErrors,
    source: sources.otherErrors,
  },
  {
    when: 'every DC lost, some with 51 and some with 34',
    events: [...allLost('51').slice(0, 2), lost(dc3, 2 * hours, { code: '34' })],
    ...otherErrors,
    source: sources.otherErrors,
  },
  {
    when: 'two DCs lost with 55 and the third with 51',
    events: [lost(dc1, hours), lost(dc2, hours), lost(dc3, hours, { code: '51' })],
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'every DC lost with 51 and one of them with 55 too',
    events: [...allLost('51'), lost(dc2, 2 * hours)],
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'every DC lost with 51 and hours later with 55',
    events: [...allLost('51', 9 * hours), ...allLost()],
    ...affected,
    source: sources.kb,
  },
  {
    when: 'every DC lost with 55 and hours later with 51',
    events: [...allLost('55', 9 * hours), ...allLost('51')],
    ...affected,
    source: sources.stays,
  },
  {
    when: 'every DC lost with an error that has no name',
    events: allLost('A9'),
    ...otherErrors,
    says: 'A9',
    source: sources.template,
  },
  {
    when: 'the code of every event is a word',
    events: allLost('Timeout'),
    ...unknownFor('events-unreadable'),
    source: sources.unanswered,
  },
  {
    when: 'the code of every event is empty',
    events: allLost(''),
    ...unknownFor('events-unreadable'),
    source: sources.unanswered,
  },
  {
    when: 'the name of the error says Timeout but the code is 51',
    events: allLost('51').map((event) => ({ ...event, data: event.data.with(5, 'Timeout') })),
    ...otherErrors,
    source: sources.template,
  },
  {
    when: 'the name of the error says ServerDown but the code is 55',
    events: allLost().map((event) => ({ ...event, data: event.data.with(5, 'ServerDown') })),
    ...affected,
    source: sources.template,
  },
];
