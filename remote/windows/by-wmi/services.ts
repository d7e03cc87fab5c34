import type { ServiceFacts } from '../../../contracts/facts';
import type { Wmi, WmiOptions } from '../../wmi';
import { serviceFacts } from '../service-list';

const shape = {
  Name: 'string',
  ProcessId: 'uint32',
  StartMode: 'string',
  State: 'string',
} as const;

/** All services of the host, in one question instead of a command and its output. */
export async function servicesByWmi(wmi: Wmi, options: WmiOptions): Promise<ServiceFacts[]> {
  const rows = await wmi.wql(
    'SELECT Name, ProcessId, StartMode, State FROM Win32_Service',
    shape,
    options,
  );
  return rows.flatMap(({ Name, ProcessId, StartMode, State }) =>
    Name === null || Name === ''
      ? []
      : [serviceFacts(Name, State ?? '', StartMode ?? '', ProcessId ?? 0)],
  );
}
