import type { BootIdentity } from '../../../contracts/facts';
import { createWmiRegistry } from './registry';
import type { Wmi, WmiOptions } from '../../wmi';
import { servicingKey } from '../pending-reboot';

/** Which boot the host is in; its record id is null when no event 6005 could be found. */
export async function bootIdentityByWmi(
  wmi: Wmi,
  options: WmiOptions,
): Promise<BootIdentity | null> {
  const [os] = await wmi.wql(
    'SELECT LastBootUpTime FROM Win32_OperatingSystem',
    { LastBootUpTime: 'datetime' },
    options,
  );
  const lastBootUpTime = os?.LastBootUpTime ?? null;
  if (lastBootUpTime === null) return null;
  return { recordId: await newestBootRecord(wmi, lastBootUpTime, options), lastBootUpTime };
}

/**
 * A clock step moves LastBootUpTime but no event, so that much before it is looked at as well; not the whole log, which
 * the provider would read event by event.
 */
const marginMs = 2 * 86_400_000;

/** Record id of the newest event 6005: the event log service was started, which is once per boot. */
async function newestBootRecord(
  wmi: Wmi,
  lastBootUpTime: string,
  options: WmiOptions,
): Promise<number | null> {
  const since = cimDateTime(Date.parse(lastBootUpTime) - marginMs);
  const rows = await wmi.wql(
    `SELECT RecordNumber FROM Win32_NTLogEvent WHERE Logfile='System' AND EventCode=6005 AND SourceName='EventLog' AND TimeWritten>='${since}'`,
    { RecordNumber: 'uint32' },
    options,
  );
  const ids = rows.flatMap(({ RecordNumber }) => (RecordNumber === null ? [] : [RecordNumber]));
  return ids.length === 0 ? null : Math.max(...ids);
}

/** `yyyymmddHHMMSS.mmmmmm±UUU` in UTC, as WQL compares date-times. */
export function cimDateTime(at: number): string {
  const digits = new Date(at).toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 14)}.${digits.slice(14, 17)}000+000`;
}

/** 0 idle, 1 pending, 2 working; missing is 0; null when it cannot be told. */
export async function servicingInProgressByWmi(
  wmi: Wmi,
  options: WmiOptions,
): Promise<number | null> {
  const registry = createWmiRegistry(wmi, options);
  const answer = await registry.dword(`${servicingKey}\\Interface`, 'ServicingInProgress');
  return answer.known ? (answer.value ?? 0) : null;
}
