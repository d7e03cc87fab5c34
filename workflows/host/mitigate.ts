import type { HostEnd } from '../../domain/host';
import * as decide from '../../domain/host';
import { drain, look, restore, withSlots } from './host';
import type { Host, Looked } from './host';
import { fallBack } from './recover';

/** Check, drain, fall back, restore: for teams who must wait with the hotfix. */
export async function mitigate(host: Host): Promise<HostEnd> {
  const looked = await look(host);
  if ('outcome' in looked) return looked;
  return withSlots(host, () => change(host, looked));
}

async function change(host: Host, { facts }: Looked): Promise<HostEnd> {
  const permission = decide.mayMitigate(facts);
  if (!permission.may) return decide.endUntouched(permission.reason);
  const refused = await drain(host);
  if (refused !== null) return refused;
  return restore(host, decide.endOfMitigation(await fallBack(host, permission.before)));
}
