import type { WindowsFacts } from '../options';
import { type EventContent, type EventSeries, wholeSecond } from './series';

/** What else is in the logs of such a machine, so that nobody finds their events by taking the first one. */
interface Beat {
  readonly periodMinutes: number;
  readonly content: EventContent;
}

const classic = '0x80000000000000';

function plain(
  provider: string,
  eventId: number,
  qualifiers: number,
  level: number,
  values: readonly string[],
  message: string,
): EventContent {
  return {
    provider,
    eventId,
    qualifiers,
    level,
    task: 0,
    keywords: classic,
    data: { kind: 'positional', values },
    message,
  };
}

const windowsBeats: readonly Beat[] = [
  {
    periodMinutes: 7 * 60 + 11,
    content: plain(
      'Microsoft-Windows-Security-SPP',
      902,
      16384,
      4,
      ['6.1.7601.17514'],
      'The Software Protection service has started.\r\n6.1.7601.17514',
    ),
  },
  {
    periodMinutes: 7 * 60 + 11,
    content: plain(
      'Microsoft-Windows-Security-SPP',
      903,
      16384,
      4,
      [''],
      'The Software Protection service has stopped.\r\n',
    ),
  },
  {
    periodMinutes: 24 * 60 + 3,
    content: plain(
      'ESENT',
      103,
      0,
      4,
      ['svchost', '1088', '', '0'],
      'svchost (1088) The database engine stopped the instance (0).',
    ),
  },
  {
    periodMinutes: 97,
    content: plain(
      'SceCli',
      1704,
      16384,
      4,
      [],
      'Security policy in the Group policy objects has been applied successfully.',
    ),
  },
];

const exchangeBeats: readonly Beat[] = [
  {
    periodMinutes: 61,
    content: plain(
      'MSExchangeTransport',
      12_025,
      16388,
      4,
      ['Default'],
      'Transport service is disconnecting from performance monitoring.',
    ),
  },
  {
    periodMinutes: 120,
    content: plain(
      'MSExchangeIS Mailbox Store',
      1221,
      16386,
      4,
      ['112', 'First Storage Group\\Mailbox Database'],
      'The database has 112 megabytes of free space after online defragmentation has terminated.',
    ),
  },
  {
    periodMinutes: 53,
    content: plain('MSExchange OWA', 65, 16385, 4, ['/owa'], 'Outlook Web App has been started.'),
  },
];

const systemBeats: readonly Beat[] = [
  {
    periodMinutes: 24 * 60,
    content: plain(
      'EventLog',
      6013,
      32768,
      4,
      ['', '', '', '', '771000', '60', '0 Coordinated Universal Time'],
      'The system uptime is 771000 seconds.',
    ),
  },
  {
    periodMinutes: 181,
    content: {
      ...plain(
        'Service Control Manager',
        7036,
        16384,
        4,
        [],
        'The WMI Performance Adapter service entered the running state.',
      ),
      providerGuid: '{555908d1-a6d7-4695-8e1e-26931d2012f4}',
      data: {
        kind: 'named',
        values: [
          ['param1', 'WMI Performance Adapter'],
          ['param2', 'running'],
        ],
      },
    },
  },
  {
    periodMinutes: 8 * 60 + 1,
    content: plain(
      'Microsoft-Windows-Time-Service',
      37,
      0,
      4,
      ['dc1'],
      'The time provider NtpClient is currently receiving valid time data.',
    ),
  },
];

export function applicationNoise(windows: WindowsFacts, from: number): EventSeries[] {
  return seriesOf(
    windows.exchange !== null ? [...windowsBeats, ...exchangeBeats] : windowsBeats,
    windows.seed,
    from,
  );
}

export function systemNoise(windows: WindowsFacts, from: number): EventSeries[] {
  return seriesOf(systemBeats, windows.seed, from);
}

/** The first beat of all falls on the beginning, so that a log reaches exactly as far back as it says. */
function seriesOf(beats: readonly Beat[], seed: number, from: number): EventSeries[] {
  const begin = Math.ceil(from / 1000) * 1000;
  return beats.map(({ periodMinutes, content }, index) => ({
    from: wholeSecond(begin + ((index * (1 + (seed % 97)) * 7000) % (periodMinutes * 60_000))),
    until: Infinity,
    periodMs: periodMinutes * 60_000,
    limit: Infinity,
    content: () => content,
  }));
}
