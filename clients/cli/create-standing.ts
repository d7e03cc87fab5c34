import { Failure } from '../../contracts/failures';
import { keepStanding, planStanding } from '../standing/create-standing';
import type { CliContext } from './context';
import { asker } from './identity';
import { missingPackage } from './package-place';
import { print } from './print';
import type { RequestOptions } from './requests';
import { createdWords } from './standing-words';
import { expiryOf } from './standing-arguments';

export interface CreateOptions extends RequestOptions {
  readonly fleet?: string;
  readonly maxHosts: number;
  readonly expires: string;
  readonly replace?: boolean;
}

/** Reads and refuses before the server is asked: whoever corrects a plan needs none for that. */
export async function createStanding(
  context: CliContext,
  files: { readonly name: string; readonly planFile: string; readonly fleetFile: string },
  { maxHosts, expires, as, reason, replace = false, json = false }: CreateOptions,
): Promise<void> {
  const now = Date.now();
  const expiresAt = expiryOf(expires, now);
  const request = { ...files, maxHosts, expiresAt, requester: asker(as), reason, now };
  const { plan, read } = await planStanding(request, context.config().packageDir);
  const missing = await missingPackage(context.config(), read.prepared);
  if (missing !== null) {
    throw new Failure('package-missing', missing, { advice: 'put it there and create it again' });
  }
  const kept = await context.withTemporal((temporal) => keepStanding(temporal, plan, replace));
  const { parts: _digests, ...shown } = plan;
  print(context.io, json, { ...shown, ...kept }, () => createdWords(plan, kept));
}
