import type { EventRecord } from '../../log/event-log';
import { type EventOrigin, isClassic, levelName } from './event-tree';

/** What `/f:Text` prints of the n-th event of an answer. */
export function eventText(
  record: EventRecord,
  { channel, computer }: EventOrigin,
  position: number,
): string {
  const lines = [
    `Event[${position}]:`,
    `  Log Name: ${channel}`,
    `  Source: ${record.provider}`,
    `  Date: ${new Date(record.at).toISOString().slice(0, -1)}`,
    `  Event ID: ${record.eventId}`,
    `  Task: ${record.taskName ?? 'N/A'}`,
    `  Level: ${levelName(record.level)}`,
    '  Opcode: N/A',
    `  Keyword: ${isClassic(record) ? 'Classic' : 'N/A'}`,
    '  User: N/A',
    '  User Name: N/A',
    `  Computer: ${computer}`,
    '  Description: ',
    record.message,
    '',
  ];
  return lines.join('\r\n');
}
