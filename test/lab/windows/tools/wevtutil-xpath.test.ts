import type { EventRecord } from '../../../../lab/windows/log/event-log';
import type { EventPayload } from '../../../../lab/windows/log/series';
import { eventTree } from '../../../../lab/windows/tools/wevtutil/event-tree';
import { matchesQuery } from '../../../../lab/windows/tools/wevtutil/xpath/evaluate';
import { narrow } from '../../../../lab/windows/tools/wevtutil/xpath/narrow';
import { parseQuery } from '../../../../lab/windows/tools/wevtutil/xpath/parse';
import { InvalidQuery } from '../../../../lab/windows/tools/wevtutil/xpath/syntax';

const now = Date.UTC(2015, 2, 11, 8, 10);
const minute = 60_000;

function record(recordId: number, ageMs: number, given: Partial<EventRecord>): EventRecord {
  return {
    recordId,
    at: now - ageMs,
    provider: 'MSExchange ADAccess',
    eventId: 2070,
    qualifiers: 16_388,
    level: 4,
    task: 3,
    keywords: '0x80000000000000',
    data: { kind: 'positional', values: [] },
    message: '',
    ...given,
  };
}

const positional = (...values: string[]): EventPayload => ({ kind: 'positional', values });

const events: readonly EventRecord[] = [
  record(1, 50 * minute, { eventId: 6005, provider: 'EventLog', task: 0 }),
  record(2, 20 * minute, { eventId: 2080, data: positional('T.EXE', '1612', 'dc1\r\ndc2', '') }),
  record(3, 5 * minute, { data: positional('w3wp.exe ()', '55', 'dc1', '55', 'x', 'Timeout') }),
  record(4, 4 * minute, { data: positional('STORE.EXE', '20', 'dc2', '51', 'x', 'ServerDown') }),
  record(5, minute, {
    eventId: 7036,
    provider: 'Service Control Manager',
    providerGuid: '{0}',
    level: 2,
    keywords: '0x8080000000000000',
    data: {
      kind: 'named',
      values: [
        ['param1', 'Spooler'],
        ['param2', 'running'],
      ],
    },
  }),
  record(6, -2 * minute, {
    eventId: 104,
    provider: 'Eventlog',
    qualifiers: null,
    level: 1,
    keywords: '0x8000000000000000',
    data: {
      kind: 'user',
      element: 'LogFileCleared',
      namespace: 'n',
      values: [['Channel', 'Application']],
    },
  }),
];

/** Ids of the events that a query finds, with the narrowing that wevtutil gives to the log. */
function find(text: string): number[] {
  const query = parseQuery(text);
  const { since, eventIds } = narrow(query, now);
  return events
    .filter(({ at, eventId }) => at >= since && (eventIds === null || eventIds.has(eventId)))
    .filter((event) =>
      matchesQuery(query, eventTree(event, { channel: 'Application', computer: 'ex01' }), now),
    )
    .map(({ recordId }) => recordId);
}

describe('a query finds', () => {
  it.each([
    { query: '*', found: [1, 2, 3, 4, 5, 6] },
    { query: 'Event', found: [1, 2, 3, 4, 5, 6] },
    { query: '*[System]', found: [1, 2, 3, 4, 5, 6] },
    { query: '*[System[Nothing]]', found: [] },
    { query: 'Something[System]', found: [] },
    { query: '*[System[EventID=2070]]', found: [3, 4] },
    { query: '*[System[(EventID=2070)]]', found: [3, 4] },
    { query: '*[System[EventID=2070.0]]', found: [3, 4] },
    { query: "*[System[EventID='2070']]", found: [3, 4] },
    { query: '*[System[2070=EventID]]', found: [3, 4] },
    { query: '*[System[6005 > EventID and EventID > 2070]]', found: [2] },
    { query: 'Event[System/EventID=2070]', found: [3, 4] },
    { query: 'Event/System[EventID=2070]', found: [3, 4] },
    { query: '/Event/System/EventID=2080', found: [2] },
    { query: '*/System[EventID=2080]', found: [2] },
    { query: '*[*[EventID=2080]]', found: [2] },
    { query: '*[System[EventID=2070 or EventID=2080]]', found: [2, 3, 4] },
    { query: '*[System[EventID=2070 or Level=1]]', found: [3, 4, 6] },
    { query: '*[System[EventID=2070 and EventID=2080]]', found: [] },
    { query: '*[System[EventID!=2070]]', found: [1, 2, 5, 6] },
    { query: '*[System[not(EventID=2070)]]', found: [1, 2, 5, 6] },
    { query: '*[not(System[EventID=2070 or EventID=2080])]', found: [1, 5, 6] },
    { query: '*[System[EventID>=2080 and EventID<7036]]', found: [1, 2] },
    { query: '*[System[EventID=2070 and Level=2 or Level=1]]', found: [6] },
    { query: '*[System[EventID=2070 and (Level=4 or Level=1)]]', found: [3, 4] },
    { query: "*[System[Provider[@Name='EventLog']]]", found: [1] },
    { query: '*[System[Provider/@Name="EventLog"]]', found: [1] },
    { query: "*[System[Provider[@Name='EventLog' or @Name='Eventlog']]]", found: [1, 6] },
    { query: '*[System[Provider[@Guid]]]', found: [5] },
    { query: '*[System[EventID[@Qualifiers=16388]=2080]]', found: [2] },
    {
      query:
        "*[System[Provider[@Name='MSExchange ADAccess'] and (EventID=2070 or EventID=2080) and TimeCreated[timediff(@SystemTime) <= 600000]]]",
      found: [3, 4],
    },
    {
      query:
        "*[System[Provider[@Name='MSExchange ADAccess'] and TimeCreated[timediff(@SystemTime) &lt;= 1200000]]]",
      found: [2, 3, 4],
    },
    { query: '*[System[TimeCreated[timediff(@SystemTime) < 1200000]]]', found: [3, 4, 5, 6] },
    { query: '*[System[TimeCreated[timediff(@SystemTime) > 600000]]]', found: [1, 2] },
    { query: '*[System[TimeCreated[600000 < timediff(@SystemTime)]]]', found: [1, 2] },
    { query: '*[System[TimeCreated[600000 >= timediff(@SystemTime)]]]', found: [3, 4, 5, 6] },
    { query: '*[System[TimeCreated[timediff(@SystemTime) < 0]]]', found: [6] },
    { query: '*[System[TimeCreated[timediff(@SystemTime) <= -60000]]]', found: [6] },
    { query: '*[System/TimeCreated[timediff(@SystemTime) = 240000]]', found: [4] },
    { query: '*[System[timediff(TimeCreated/@SystemTime) <= 60000]]', found: [5, 6] },
    { query: '*[System[not(TimeCreated[timediff(@SystemTime) <= 600000])]]', found: [1, 2] },
    {
      query: '*[System[TimeCreated[timediff(@SystemTime) <= 60000] or EventID=6005]]',
      found: [1, 5, 6],
    },
    { query: "*[System[TimeCreated[@SystemTime>='2015-03-11T08:06:00.000Z']]]", found: [4, 5, 6] },
    {
      query:
        "*[System[TimeCreated[@SystemTime>'2015-03-11T08:06:00.000000000Z' and @SystemTime<='2015-03-11T08:09:00']]]",
      found: [5],
    },
    { query: "*[System[TimeCreated[@SystemTime = '2015-03-11T08:06:00Z']]]", found: [4] },
    { query: "*[System[TimeCreated['2015-03-11T08:06:00Z' <= @SystemTime]]]", found: [4, 5, 6] },
    { query: "*[System[TimeCreated[@SystemTime>='yesterday']]]", found: [] },
    { query: '*[System[EventRecordID > 4]]', found: [5, 6] },
    { query: '*[System[band(Keywords,36028797018963968)]]', found: [1, 2, 3, 4, 5] },
    { query: '*[System[band(Keywords, 0x8000000000000000)]]', found: [5, 6] },
    { query: '*[System[Band(Keywords,1)]]', found: [] },
    {
      query: "*[System[Computer='ex01' and Channel='Application' and Security]]",
      found: [1, 2, 3, 4, 5, 6],
    },
    { query: "*[EventData[Data='55']]", found: [3] },
    { query: '*[EventData[Data=51]]', found: [4] },
    { query: "*[EventData/Data='dc2']", found: [4] },
    { query: "*[EventData[Data[.='55']]]", found: [3] },
    { query: "*[EventData[Data[@Name='param1']='Spooler']]", found: [5] },
    { query: "*[EventData[Data[@Name='param2']='Spooler']]", found: [] },
    { query: "*[EventData[Data[@Name='param1']]]", found: [5] },
    { query: "*[EventData[Data!='55' and Data='w3wp.exe ()']]", found: [3] },
    { query: "*[UserData/LogFileCleared/Channel='Application']", found: [6] },
    { query: "*[UserData[*[Channel='Application']]]", found: [6] },
    { query: "*[System[EventID=2070]] and *[EventData[Data='55']]", found: [3] },
    { query: "*[System[EventID=2080]] or *[EventData[Data='55']]", found: [2, 3] },
    { query: "*[System[EventID=2070]][EventData[Data='51']]", found: [4] },
    { query: "*[EventData[Data='and' or Data=']']]", found: [] },
    { query: ' \t*\r\n [ System [ EventID = 2070 ] ]\n', found: [3, 4] },
    { query: '*[System[EventID &gt; 6005 and Level &lt; 3]]', found: [5] },
    { query: '*[System[Computer < 5]]', found: [] },
    { query: '*[System[Computer != 5]]', found: [] },
  ])('$found for $query', ({ query, found }) => {
    expect(find(query)).toEqual(found);
  });
});

describe('the event log does not take', () => {
  it.each([
    '',
    '*[',
    '*[]',
    '*]',
    '*[System[EventID=2070]',
    '*[System[EventID=2070]]]',
    '*[System[EventID=]]',
    '*[System[=2070]]',
    '*[System[EventID==2070]]',
    '*[System[EventID=2070 2080]]',
    '*[System[EventID=2070 and]]',
    '*[System[EventID=2070 AND Level=4]]',
    '*[System[EventID=2070 && Level=4]]',
    '*[System[(EventID=2070]]',
    '*[System[EventID in (1,2)]]',
    '*[System[EventID=Level]]',
    '*[System[1=1]]',
    '*[System[2070]]',
    "*[System['x']]",
    '*[System[EventID=2070+1]]',
    "*[System[Provider[@Name='x]]]",
    "*[System[contains(Computer,'ex')]]",
    "*[System[starts-with(Computer,'ex')]]",
    "*[EventData[Data[text()='55']]]",
    '*[EventData[Data[position()=1]]]',
    '//Event',
    '*//EventID=1',
    '*[System/../EventData]',
    '*[/Event/System]',
    '*[child::System]',
    '*[System[TimeCreated[timediff(@SystemTime)]]]',
    '*[System[TimeCreated[timediff() <= 1]]]',
    '*[System[TimeCreated[timediff(@SystemTime, @SystemTime) <= 1]]]',
    '*[System[band(Keywords)]]',
    "*[System[band(Keywords,'1')]]",
    '*[System[band(Keywords,1.5)]]',
    '*[System[not EventID=1]]',
    '*[System[not()]]',
    '*[@x[y]]',
    '*[@x/y]',
    '*[System[EventID=$x]]',
    '2070',
    "'x'",
    "System 'x'",
    "*['System'[EventID=1]]",
  ])('%s', (query) => {
    expect(() => parseQuery(query)).toThrow(InvalidQuery);
  });

  it('what is nested deeper than any sane query', () => {
    expect(() => parseQuery(`*[${'('.repeat(100_000)}`)).toThrow(InvalidQuery);
    expect(() => parseQuery('*[System'.repeat(100_000))).toThrow(InvalidQuery);
    expect(() => parseQuery(`*[${'not('.repeat(100_000)}`)).toThrow(InvalidQuery);
  });
});
