import type { BootIdentity } from '../contracts/facts';
import { Failure } from '../contracts/failures';
import type { FailureCode } from '../contracts/failures';
import { isSameBoot } from '../domain/hotfix';
import { lookAtBoot } from '../remote/windows/boot';
import type { BootLook } from '../remote/windows/boot';
import type { Step } from './step';

/** What one look at a host that may be booting saw. */
export type BootSight =
  | { readonly seen: 'away'; readonly why: string }
  /** It answers, but not in a way that tells its boot: services are still starting. */
  | { readonly seen: 'unclear' }
  | { readonly seen: 'same'; readonly isWorking: boolean; readonly asked: BootLook['asked'] }
  | { readonly seen: 'other'; readonly boot: BootIdentity; readonly isWorking: boolean };

/** What a host that goes down or comes up may answer; anything else will not pass by itself. */
const bootingCodes: readonly FailureCode[] = [
  'host-unreachable',
  'connection-lost',
  'connect-timeout',
  'command-timeout',
  // Windows ends what runs while it goes down.
  'command-killed',
  // The domain controller may be what boots.
  'kdc-unreachable',
  'too-many-sessions',
  'protocol-error',
  'unexpected-output',
  'login-refused',
];

/** Logins fail while the domain cannot be reached, but every refused one counts towards a lock-out. */
const maxRefusedLogins = 4;
const lookTimeoutMs = 30_000;

/** Looks at the boot of a host; being away is an answer. */
export function createBootWatch({
  line,
  signal,
}: Pick<Step<never>, 'line' | 'signal'>): (than: BootIdentity) => Promise<BootSight> {
  let refused = 0;
  return async (than) => {
    try {
      const { boot, servicingInProgress, asked } = await line.use((session) =>
        lookAtBoot(session, { signal, timeoutMs: lookTimeoutMs }),
      );
      refused = 0;
      const isSame = boot.known ? isSameBoot(than, boot.value) : null;
      if (!boot.known || isSame === null) return { seen: 'unclear' };
      const isWorking = servicingInProgress === 2;
      return isSame
        ? { seen: 'same', isWorking, asked }
        : { seen: 'other', boot: boot.value, isWorking };
    } catch (error) {
      if (!(error instanceof Failure) || !bootingCodes.includes(error.code)) throw error;
      if (error.code === 'login-refused') refused += 1;
      if (refused >= maxRefusedLogins) throw error;
      // A session that outlived its boot must not be asked again.
      await line.close();
      return { seen: 'away', why: error.message };
    }
  };
}
