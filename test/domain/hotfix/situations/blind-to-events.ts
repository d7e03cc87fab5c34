import { known } from '../../../../contracts/reason';
import { before, days, hostTime, lost, minutes } from '../host-facts';
import { type BlindSpot, inLog, inNames, inSymptoms, spot, withItem } from './blind-spot';

const names: readonly BlindSpot[] = [
  inNames(
    'case of names counts',
    (name) => name.replaceAll(/[A-Z]/g, '$&$&'),
    'the events write the DCs in capitals',
    'the list writes the DCs in capitals and with a trailing dot',
  ),
  inNames(
    'trailing dot counts',
    (name) => name.replace(/\.$/, '.root'),
    'the events write the DCs with a trailing dot',
  ),
  inNames(
    'first label alone',
    (name) => name.replace(/\..*$/, ''),
    'the DCs of the same names in another domain were lost',
  ),
  inNames('first letters alone', (name) => name.slice(0, 3), 'dc10 was lost, but not dc1'),
];

const symptoms: readonly BlindSpot[] = [
  inSymptoms(
    'name of the process',
    (event) => withItem(event, 0, () => 'p'),
    'two processes that had the same PID one after the other lost the only DC',
  ),
  inSymptoms(
    'PID',
    (event) => withItem(event, 1, () => '1'),
    'two processes of the same name lost the only DC',
  ),
  inSymptoms(
    'free text in place of the code',
    (event) => ({
      ...event,
      data: event.data.with(3, /0x(\w\w)/.exec(event.data[4] ?? '')?.[1] ?? event.data[3] ?? ''),
    }),
    'the text of the error is in German, over lines, with brackets and 0x51',
    'the text of the error says 0x55 (Timeout), but the code is 51',
  ),
  inSymptoms(
    'name of the error in place of the code',
    (event) => withItem(event, 3, () => (event.data[5] === 'Timeout' ? '55' : '51')),
    'the name of the error says Timeout but the code is 51',
    'the name of the error says ServerDown but the code is 55',
  ),
  inSymptoms(
    'event id',
    (event) => ({ ...event, eventId: 2070 }),
    'two DCs were lost, and the third has event 2115 with 55',
  ),
  inSymptoms(
    'length of a burst',
    (event) => ({ ...event, at: before(60 * minutes) }),
    'the DCs were lost hours apart',
    'each DC was lost once, a log period after the one before',
  ),
  inSymptoms(
    'lookback',
    (event) =>
      Date.parse(hostTime) - Date.parse(event.at) > 14 * days
        ? { ...event, at: before(13 * days) }
        : event,
    'the burst ended 14 days and a second ago',
  ),
  inSymptoms(
    'that an event came twice',
    (event, index, all) =>
      all.findIndex(({ recordId }) => recordId === event.recordId) === index
        ? event
        : lost(event.data[2] ?? '', 30 * minutes, { pid: index }),
    'the one event of the only DC came three times',
  ),
  inLog(
    'events without values',
    ({ symptoms: all }) => ({ symptoms: all.filter(({ data }) => data.length > 3) }),
    'an event without values stands alone',
    'an event without values stands beside two of three DCs',
  ),
  spot(
    'that a boot cures nothing',
    ({ events, boot }) => {
      if (!events.known || !boot.known) return {};
      const bootMs = Date.parse(boot.value.lastBootUpTime ?? '');
      const after = events.value.symptoms.filter(({ at }) => Date.parse(at) > bootMs);
      return { events: known({ ...events.value, symptoms: after }) };
    },
    'services and host were restarted after the burst',
  ),
];

/** In what was lost. */
export const blindToEvents: readonly BlindSpot[] = [...names, ...symptoms];
