import { userInfo } from 'node:os';
import { Failure } from '../../contracts/failures';
import type { Identity } from '../../contracts/identity';

/**
 * Who asks: the operating-system user, who is at least named by somebody else than the asker, or the name that was given
 * with `--as`. Both are asserted; only an API with a login can prove one.
 *
 * @throws Failure bad-request where the operating system knows no name
 */
export const asker = (given?: string): Identity =>
  given === undefined
    ? { name: systemUser(), source: 'os-user' }
    : { name: given, source: 'given' };

/** A container may run under a number that no account has. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new Failure('bad-request', 'the operating system has no name for this user', {
      advice: 'say who asks with --as NAME',
      cause,
    });
  }
}
