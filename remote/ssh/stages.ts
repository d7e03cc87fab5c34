import type { Failure } from '../../contracts/failures';
import { sshFailure } from './errors';
import type { ConnectStage, Where } from './errors';

type TimedStage = Exclude<ConnectStage, 'ready'>;

/**
 * Share of the whole time that one stage may take. A login may ask a domain controller far away; the others are between
 * us and the host alone. They add up to more than one: the whole time is a limit of its own.
 */
const shares: { readonly [stage in TimedStage]: number } = {
  connect: 0.5,
  banner: 0.5,
  handshake: 0.5,
  login: 0.75,
};

const missing: { readonly [stage in TimedStage]: string } = {
  connect: 'the host did not take the connection',
  banner: 'the port is open but the host did not say that it speaks SSH',
  handshake: 'the host did not finish the key exchange',
  login: 'the host did not decide on the login',
};

const advice: { readonly [stage in TimedStage]: string | undefined } = {
  connect: undefined,
  banner: 'check that the port is that of the SSH server, and whether the host is still booting',
  handshake: 'look at what the host is busy with, and at packet sizes (MTU) on the way',
  login: 'look at what the host is busy with, and whether it reaches its domain controllers',
};

/** Runs while a connection is made, and tells which stage took too long. */
export interface StageClock {
  readonly stage: TimedStage;
  enter(stage: TimedStage): void;
  stop(): void;
}

/** Starts with the stage `connect`. `onLate` is called once at most. */
export function startStages(
  totalMs: number,
  where: Where,
  onLate: (failure: Failure) => void,
): StageClock {
  const startedAt = performance.now();
  let stage: TimedStage = 'connect';
  let timer: NodeJS.Timeout | undefined;
  const enter = (entered: TimedStage) => {
    stage = entered;
    clearTimeout(timer);
    const left = totalMs - (performance.now() - startedAt);
    const limitMs = Math.max(0, Math.min(totalMs * shares[stage], left));
    timer = setTimeout(() => onLate(lateFailure(stage, limitMs, where)), limitMs);
  };
  enter(stage);
  return {
    get stage() {
      return stage;
    },
    enter,
    stop: () => clearTimeout(timer),
  };
}

function lateFailure(stage: TimedStage, limitMs: number, where: Where): Failure {
  const timeoutMs = Math.round(limitMs);
  const help = advice[stage];
  return sshFailure('connect-timeout', `${missing[stage]} within ${timeoutMs} ms`, where, {
    facts: { stage, timeoutMs },
    ...(help === undefined ? {} : { advice: help }),
  });
}
