import { Failure } from '../contracts/failures';
import type { PasswordCredential } from '../contracts/fleet';
import type { ActivityDependencies } from './dependencies';

/** What a delivery has of the activity that carries it. */
export interface Delivery {
  readonly resolveCredential: ActivityDependencies['resolveCredential'];
  /** Epoch milliseconds of this try. */
  readonly sentAt: number;
  readonly timeoutMs: number;
  /** Aborted when the time is up, on cancellation, and when the worker shuts down. */
  readonly signal: AbortSignal;
}

/** A signing secret, the address of a webhook and a login to a mail server are all passwords to the worker. */
export async function passwordBehind(
  credentialRef: string,
  { resolveCredential }: Pick<Delivery, 'resolveCredential'>,
): Promise<PasswordCredential> {
  const credential = await resolveCredential(credentialRef);
  if ('password' in credential) return credential;
  throw new Failure('credential-malformed', `the credential ${credentialRef} has no password`, {
    facts: { credentialRef },
    advice: 'make it JSON with username and password',
  });
}
