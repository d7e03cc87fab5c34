import type { FallbackAction } from '../../../contracts/hotfix';
import type { Session } from '../../session';
import { quoteArgument } from '../quoting';
import type { ActionWays, Problems } from './action-ways';
import { dataOf, lookAtValue, placeOf } from './registry-look';

/**
 * Deletes a registry value where there is one, and sees that it is gone; a value that could not be looked at is not
 * gone.
 *
 * @throws Failure of the connection; `bad-request` for what no command line can carry
 */
export async function deleteRegistry(
  session: Session,
  action: Extract<FallbackAction, { kind: 'delete-registry' }>,
  { patience, note }: ActionWays,
): Promise<Problems> {
  const place = placeOf(action);
  const { found } = await lookAtValue(session, action, patience);
  if (found.known && found.value === null) {
    note(`saw that ${place} is not there`);
    return [];
  }
  const before = found.known && found.value !== null ? `it was ${dataOf(found.value)}` : null;
  note(`deleted ${place}; ${before ?? 'what it was is not known'}`);
  const command = `reg delete ${quoteArgument(action.key)} /v ${quoteArgument(action.value)} /f 2>&1`;
  const after = await lookAtValue(session, action, patience, command);
  if (after.found.known && after.found.value === null) return [];
  const said = after.said === null ? '' : ` (reg says: ${after.said})`;
  return [
    after.found.known
      ? `${place} is still there${said}`
      : `whether ${place} is gone is not known: ${after.found.why}${said}`,
  ];
}
