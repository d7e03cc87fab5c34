import type { EventRecord } from '../../log/event-log';
import type { ChannelName } from '../../log/event-logs';
import type { Condition } from '../wql/condition';
import { earliestTime, requiredValue } from '../wql/condition';
import { cimTime, timeOfCim } from './cim-time';
import { type Instance, noMethods, type WmiClass } from './wmi-class';

/** The classic logs; channels such as Setup are none of them. */
const classicLogs: readonly ChannelName[] = ['Application', 'Security', 'System'];

/** Events of the classic logs, newest first. */
export const eventLogRecord: WmiClass = {
  name: 'Win32_NTLogEvent',
  alias: 'ntevent',
  key: 'Logfile',
  keys: ['Logfile', 'RecordNumber'],
  takesKey: false,
  properties: {
    Category: 'uint16',
    CategoryString: 'string',
    ComputerName: 'string',
    Data: 'uint8[]',
    EventCode: 'uint16',
    EventIdentifier: 'uint32',
    EventType: 'uint8',
    InsertionStrings: 'string[]',
    Logfile: 'string',
    Message: 'string',
    RecordNumber: 'uint32',
    SourceName: 'string',
    TimeGenerated: 'datetime',
    TimeWritten: 'datetime',
    Type: 'string',
    User: 'string',
  },
  brief: ['Category', 'ComputerName', 'EventCode', 'Message', 'RecordNumber', 'SourceName'],
  methods: noMethods,
  instances({ host, key, condition }) {
    const wanted = classicLogs.filter(
      (name) => key === null || name.toLowerCase() === key.toLowerCase(),
    );
    const narrowing = { since: sinceOf(condition), eventIds: eventIdsOf(condition) };
    return wanted.flatMap((name) =>
      host.logs
        .log(name)
        .query({ ...narrowing, newestFirst: true, limit: Infinity, matches: () => true })
        .map((record) => instanceOf(record, name, host.windows.fqdn)),
    );
  },
};

function eventIdsOf(condition: Condition | null): ReadonlySet<number> | null {
  const code = condition === null ? null : requiredValue(condition, 'EventCode');
  return code === null ? null : new Set([Number(code)]);
}

/** Times of events are whole seconds, both of an event the same. */
function sinceOf(condition: Condition | null): number {
  if (condition === null) return -Infinity;
  const times = ['TimeWritten', 'TimeGenerated'].map((name) =>
    timeOfCim(earliestTime(condition, name) ?? ''),
  );
  return Math.max(-Infinity, ...times.filter((time) => time !== null));
}

/** EventType and its word by the level of an event; audits tell by their keywords. */
function typeOf({ level, keywords }: EventRecord): readonly [type: number, word: string] {
  const bits = BigInt(keywords);
  if ((bits & 0x20000000000000n) !== 0n) return [4, 'Audit Success'];
  if ((bits & 0x10000000000000n) !== 0n) return [5, 'Audit Failure'];
  if (level === 1 || level === 2) return [1, 'Error'];
  return level === 3 ? [2, 'Warning'] : [3, 'Information'];
}

function instanceOf(record: EventRecord, log: ChannelName, computer: string): Instance {
  const { eventId, qualifiers, at } = record;
  const [type, word] = typeOf(record);
  const strings = record.data.values.map((value) => (typeof value === 'string' ? value : value[1]));
  return {
    Category: record.task,
    CategoryString: record.taskName ?? null,
    ComputerName: computer,
    EventCode: eventId,
    EventIdentifier: (((qualifiers ?? 0) << 16) | eventId) >>> 0,
    EventType: type,
    InsertionStrings: strings.length === 0 ? null : strings,
    Logfile: log,
    Message: record.message,
    RecordNumber: record.recordId,
    SourceName: record.provider,
    TimeGenerated: cimTime(at),
    TimeWritten: cimTime(at),
    Type: word,
  };
}
