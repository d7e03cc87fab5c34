import { Failure } from '../../../contracts/failures';
import type { Transport } from '../transport';

/**
 * One transport until it is refused before it ever logged in, another from then on.
 *
 * @param next the other one; null when this refusal leaves none
 */
export function createFallbackTransport(
  first: Transport,
  next: (refused: Failure) => Promise<Transport | null>,
): Transport {
  let current = first;
  let isSettled = false;
  return {
    get login() {
      return current.login;
    },
    post: async (message, options) => {
      try {
        const reply = await current.post(message, options);
        isSettled = true;
        return reply;
      } catch (error) {
        const refused = error instanceof Failure && error.code === 'login-refused';
        const other = refused && !isSettled ? await next(error) : null;
        if (other === null) throw error;
        // Another login of the same session may have met the same refusal meanwhile.
        isSettled = true;
        current = other;
        return current.post(message, options);
      }
    },
    close: () => {
      first.close();
      if (current !== first) current.close();
    },
  };
}
