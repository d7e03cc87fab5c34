import type { FallbackAction } from '../../../contracts/hotfix';
import type { Answer } from '../../../contracts/reason';
import type { Session } from '../../session';
import { quoteArgument } from '../quoting';
import type { RegistryValue } from '../registry';
import { registryNumber } from '../registry';
import type { ActionWays, Problems } from './action-ways';
import { dataOf, lookAtValue, placeOf } from './registry-look';

type SetRegistry = Extract<FallbackAction, { kind: 'set-registry' }>;

/**
 * Writes a registry value unless it is there already, and reads it back. What was there before is told first, for
 * whoever takes it back one day.
 *
 * @throws Failure of the connection; `bad-request` for what no command line can carry
 */
export async function setRegistry(
  session: Session,
  action: SetRegistry,
  { patience, note }: ActionWays,
): Promise<Problems> {
  const place = placeOf(action);
  const { found } = await lookAtValue(session, action, patience);
  if (isSet(found, action)) {
    note(`saw that ${place} is ${action.data}`);
    return [];
  }
  note(`set ${place} to ${action.data}; ${beforeOf(found)}`);
  const after = await lookAtValue(session, action, patience, commandOf(action));
  if (isSet(after.found, action)) return [];
  const is = after.found.known ? shown(after.found.value) : `not known: ${after.found.why}`;
  const said = after.said === null ? '' : ` (reg says: ${after.said})`;
  return [`${place} was to be ${action.data} and is ${is}${said}`];
}

function commandOf({ key, value, data }: SetRegistry): string {
  const type = typeof data === 'number' ? 'REG_DWORD' : 'REG_SZ';
  const [name, text] = [quoteArgument(value), quoteArgument(String(data))];
  return `reg add ${quoteArgument(key)} /v ${name} /t ${type} /d ${text} /f 2>&1`;
}

function isSet(found: Answer<RegistryValue | null>, { data }: SetRegistry): boolean {
  if (!found.known || found.value === null) return false;
  const { type, text } = found.value;
  return typeof data === 'number'
    ? type === 'REG_DWORD' && registryNumber(found.value) === data
    : type === 'REG_SZ' && text === data;
}

function beforeOf(found: Answer<RegistryValue | null>): string {
  if (!found.known) return `what it was before is not known: ${found.why}`;
  return found.value === null ? 'it was not there before' : `it was ${shown(found.value)} before`;
}

const shown = (found: RegistryValue | null): string =>
  found === null ? 'not there' : `${dataOf(found)} (${found.type})`;
