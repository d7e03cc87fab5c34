import type { BootIdentity } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { Question, Section } from './composite';
import { parseEvents } from './event-xml';
import { isoOfCimDateTime, parseValueBlocks } from './value-blocks';

/** Event 6005 is written when the event log service starts, which is once per boot. */
export const bootRecordQuestion: Question = {
  name: 'boot-record',
  command:
    'wevtutil qe System "/q:*[System[Provider[@Name=\'EventLog\'] and (EventID=6005)]]" /f:XML /rd:true /c:1 2>&1',
};

/** `os` is any section that has LastBootUpTime in it. Known when at least one half of the identity is. */
export function bootIdentityOf(record: Section, os: Section): Answer<BootIdentity> {
  const recordId = record.succeeded ? (parseEvents(record.text).events[0]?.recordId ?? null) : null;
  const bootTime = parseValueBlocks(os.text)[0]?.['LastBootUpTime'];
  const lastBootUpTime = os.succeeded && bootTime !== undefined ? isoOfCimDateTime(bootTime) : null;
  return recordId === null && lastBootUpTime === null
    ? unknown('neither event 6005 nor LastBootUpTime could be read')
    : known({ recordId, lastBootUpTime });
}
