import { Failure } from '../../../contracts/failures';
import type { WinRmTuning } from '../config';
import { hasFaultCode, quotaCodes } from '../errors';
import type { Target } from '../errors';
import { createStop, graceMs, pause } from '../stop';
import type { Stop } from '../stop';
import type { RequestHeader } from '../wire/envelope';
import { faultCodes } from '../wire/fault';
import type { XmlElement } from '../wire/xml';
import type { WsMan } from '../wsman';
import { wmiFailure } from './wmi-failure';

export interface Host {
  readonly wsman: WsMan;
  readonly tuning: WinRmTuning;
}

type Build = (header: RequestHeader) => Buffer;
type Parse<T> = (body: XmlElement) => T;

/** One question of a caller: the requests that it takes, under one deadline. */
export interface Question {
  readonly target: Target;
  /** The question in words, for messages. */
  readonly doing: string;
  readonly remainingMs: () => number;
  /** Asks what the host is to answer as soon as it can, however long it takes within the deadline. */
  request<T>(build: Build, parse: Parse<T>): Promise<T>;
  /** Asks what may be asked again; null when the host had nothing to tell within so many milliseconds. */
  poll<T>(build: Build, parse: Parse<T>, waitMs: number): Promise<T | null>;
  /** Frees something on the host, as far as it can be reached; a caller that gave up does not wait for it. */
  dismiss(build: Build): Promise<void>;
}

export interface QuestionLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Carries out the work of one question.
 *
 * @throws Failure, or the signal's reason
 */
export async function answerTo<T>(
  host: Host,
  doing: string,
  { timeoutMs, signal }: QuestionLimits,
  work: (question: Question) => Promise<T>,
): Promise<T> {
  const { target } = host.wsman;
  const stop = createStop(timeoutMs, [signal]);
  try {
    stop.signal.throwIfAborted();
    return await work(createQuestion(host, doing, stop));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (stop.isOverdue()) throw overdue(target, doing, timeoutMs, error);
    throw wmiFailure(error, target, doing);
  } finally {
    stop.dispose();
  }
}

/** MaxTimeoutms, by default: longer than this no host holds a request. */
const longestOperationMs = 60_000;

/** A page of small rows has far more elements than any other message; what it may have is bounded by its bytes. */
const maxElements = 200_000;

function createQuestion({ wsman, tuning }: Host, doing: string, stop: Stop): Question {
  const ask = async <T>(build: Build, parse: Parse<T>, waitMs: number): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      const operationTimeoutMs = Math.max(graceMs, Math.min(waitMs, stop.remainingMs()));
      try {
        // oxlint-disable-next-line no-await-in-loop -- the next try waits for the refusal of this one
        return await wsman.invoke(build, parse, {
          operationTimeoutMs,
          signal: stop.signal,
          maxElements,
        });
      } catch (error) {
        // Refused for the quota, it was not done: also a method may be called again.
        if (!hasFaultCode(error, quotaCodes) || attempt >= tuning.quotaRetries) throw error;
      }
      // oxlint-disable-next-line no-await-in-loop -- the pause between two tries
      await pause(tuning.quotaPauseMs, stop.signal);
    }
  };
  return {
    target: wsman.target,
    doing,
    remainingMs: stop.remainingMs,
    request: (build, parse) => ask(build, parse, longestOperationMs),
    poll: (build, parse, waitMs) => ask(build, parse, waitMs).catch(nullOnTimeout),
    dismiss: async (build) => {
      const done = quietly(wsman, tuning, build);
      if (!stop.signal.aborted) await done;
    },
  };
}

function nullOnTimeout(error: unknown): null {
  if (hasFaultCode(error, [faultCodes.timedOut])) return null;
  throw error;
}

/** Gives up after `cleanupMs` without a word: the host forgets idle enumerations and subscriptions by itself. */
async function quietly(wsman: WsMan, { cleanupMs }: WinRmTuning, build: Build): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('clean-up took too long')), cleanupMs);
  const options = { operationTimeoutMs: cleanupMs, signal: controller.signal };
  await wsman.invoke(build, () => undefined, options).catch(() => undefined);
  clearTimeout(timer);
}

function overdue(target: Target, doing: string, timeoutMs: number, cause: unknown): Failure {
  const what = `${target.url} did not answer ${doing} within ${timeoutMs} ms`;
  return new Failure('command-timeout', what, { facts: { host: target.host, timeoutMs }, cause });
}
