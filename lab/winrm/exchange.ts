import type { Envelope } from '../../remote/winrm/wire/envelope';
import { answerOverhead } from '../../remote/winrm/wire/wmi-server-responses';
import type { ReplyTo } from '../../remote/winrm/wire/server-responses';
import type { Machine } from '../machine';
import type { Gone } from './command';
import type { LabEnumerations } from './enumerations';
import type { WinRmLimits } from './limits';
import type { ProviderRefusal, Refusal } from './refusals';
import type { LabShells } from './shells';

/** Who asks, and over which connection. */
export interface Caller extends Gone {
  readonly user: string;
  readonly clientAddress: string;
  /** URL under which the listener was asked. */
  readonly url: string;
}

export interface Service {
  readonly machine: Machine;
  readonly limits: WinRmLimits;
  readonly shells: LabShells;
  readonly enumerations: LabEnumerations;
}

/** One message, who sent it, and where the answer goes. */
export interface Exchange {
  readonly service: Service;
  readonly envelope: Envelope;
  readonly resourceUri: string;
  readonly reply: ReplyTo;
  readonly caller: Caller;
}

/** The answer's message, or why there is none. */
export type Outcome = Buffer | Refusal | ProviderRefusal;

/** How long a request may be held before it is answered that nothing happened. */
export function timeoutOf({ envelope, service: { limits } }: Exchange): number {
  return Math.min(envelope.operationTimeoutMs ?? limits.maxTimeoutMs, limits.maxTimeoutMs);
}

/** What the answer may have, in bytes. */
export function envelopeBytesOf({ envelope, service: { limits } }: Exchange): number {
  return Math.min(envelope.maxEnvelopeBytes ?? limits.maxEnvelopeBytes, limits.maxEnvelopeBytes);
}

/** Characters that there is room for in a page: pages of 2008 R2 end as if the envelope were counted in UTF-16. */
export function pageRoomOf(exchange: Exchange): number {
  return Math.max(0, Math.floor(envelopeBytesOf(exchange) / 2) - answerOverhead);
}

/** Whether the user's commands, enumerations and subscriptions leave room for one more. */
export function mayOperate({ service, caller: { user } }: Exchange): boolean {
  const { shells, enumerations, limits } = service;
  return shells.operations(user) + enumerations.count(user) < limits.maxOperationsPerUser;
}
