import { randomUUID } from 'node:crypto';
import { Failure } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import type { WinRmTuning } from './config';
import { WsManFaultError } from './errors';
import type { Target } from './errors';
import type { Transport, TransportReply } from './transport';
import { MessageRefused, parseEnvelope } from './wire/envelope';
import type { Envelope, RequestHeader } from './wire/envelope';
import { parseFault } from './wire/fault';
import { XmlRefused, defaultXmlLimits } from './wire/xml';
import type { XmlElement, XmlLimits } from './wire/xml';

export interface InvokeOptions {
  /** @default WinRmTuning.operationTimeoutMs */
  readonly operationTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Most XML elements that the answer may have. @default that of {@link defaultXmlLimits} */
  readonly maxElements?: number;
}

/** One request, one answer: the core under every WS-Management action. */
export interface WsMan {
  readonly target: Target;
  /** Largest message that the host takes, in bytes; grows when the host tells that it takes more. */
  readonly maxEnvelope: {
    bytes(): number;
    learn(bytes: number): void;
    /** Whether it was learnt, from the host or from the fleet: nobody has to ask then. */
    isKnown(): boolean;
  };
  /** @throws WsManFaultError, Failure, or the signal's reason. */
  invoke<T>(
    build: (header: RequestHeader) => Buffer,
    parse: (body: XmlElement) => T,
    options?: InvokeOptions,
  ): Promise<T>;
  close(): void;
}

export function createWsMan(transport: Transport, target: Target, tuning: WinRmTuning): WsMan {
  let maxEnvelopeBytes = tuning.maxEnvelopeBytes;
  let isEnvelopeKnown = false;
  return {
    target,
    maxEnvelope: {
      bytes: () => maxEnvelopeBytes,
      learn: (bytes) => {
        maxEnvelopeBytes = bytes;
        isEnvelopeKnown = true;
      },
      isKnown: () => isEnvelopeKnown,
    },
    invoke: async (build, parse, options = {}) => {
      const operationTimeoutMs = options.operationTimeoutMs ?? tuning.operationTimeoutMs;
      const messageId = `uuid:${randomUUID().toUpperCase()}`;
      const message = build({
        to: target.url,
        messageId,
        operationTimeoutMs,
        maxEnvelopeBytes,
      });
      const reply = await transport.post(message, {
        timeoutMs: operationTimeoutMs + tuning.readSlackMs,
        ...(options.signal && { signal: options.signal }),
      });
      const { maxElements = defaultXmlLimits.maxElements } = options;
      const limits = { ...defaultXmlLimits, maxBytes: tuning.maxReplyBytes, maxElements };
      return readReply(reply, messageId, target, limits, parse);
    },
    close: () => transport.close(),
  };
}

function readReply<T>(
  reply: TransportReply,
  messageId: string,
  target: Target,
  limits: XmlLimits,
  parse: (body: XmlElement) => T,
): T {
  const byStatus = failureOfStatus.get(reply.status);
  if (byStatus !== undefined) throw unexpected(byStatus, reply, target);
  try {
    const envelope = parseEnvelope(reply.body, limits);
    const fault = parseFault(envelope.body);
    if (fault !== null) throw new WsManFaultError(fault);
    if (reply.status !== 200) throw new MessageRefused('the status is an error, the body is none');
    checkRelation(envelope, messageId);
    return parse(envelope.body);
  } catch (error) {
    if (error instanceof XmlRefused && error.kind === 'hostile') {
      const what = `${target.url} answered with a message that is refused: ${error.message}`;
      throw new Failure('hostile-reply', what, { facts: { host: target.host }, cause: error });
    }
    if (error instanceof XmlRefused || error instanceof MessageRefused) {
      throw unexpected('protocol-error', reply, target, error);
    }
    throw error;
  }
}

/**
 * 503 is http.sys while the WinRM service is not running yet: it owns the port from early in the boot on. 502 and 504
 * come from proxies whose host is down.
 */
const failureOfStatus: ReadonlyMap<number, FailureCode> = new Map([
  [502, 'host-unreachable'],
  [503, 'host-unreachable'],
  [504, 'host-unreachable'],
]);

function unexpected(
  code: FailureCode,
  reply: TransportReply,
  target: Target,
  cause?: Error,
): Failure {
  const why = cause === undefined ? '' : `: ${cause.message}`;
  const kind = reply.contentType || 'no content type';
  return new Failure(
    code,
    `${target.url} answered HTTP ${reply.status} (${kind}), which is no WinRM message${why}`,
    {
      facts: { host: target.host, status: reply.status, contentType: reply.contentType },
      ...(cause && { cause }),
    },
  );
}

/** An answer to another request means that something between mixes up connections; its output must not be believed. */
function checkRelation(envelope: Envelope, messageId: string): void {
  if (envelope.relatesTo === null) return;
  if (envelope.relatesTo.toLowerCase() !== messageId.toLowerCase()) {
    throw new MessageRefused('it relates to another request');
  }
}
