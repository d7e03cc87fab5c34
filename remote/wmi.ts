import type { EventRecord } from '../contracts/facts';

/**
 * WMI of a host, where a session has a way to it that needs no shell. What is asked of Windows stays in remote/windows;
 * this is only how.
 */
export interface Wmi {
  /**
   * All rows of a WQL query, in the order in which the host sends them.
   *
   * @example wql('SELECT Name, ProcessId FROM Win32_Service', { Name: 'string', ProcessId: 'uint32' })
   * @throws Failure of the connection, or `wmi-refused` when the host does not take the query
   */
  wql<S extends WmiShape>(query: string, shape: S, options?: WmiOptions): Promise<WmiRow<S>[]>;
  /** One instance by its keys; null when there is none. A class with a single instance needs no keys. */
  get<S extends WmiShape>(
    className: string,
    keys: WmiKeys,
    shape: S,
    options?: WmiOptions,
  ): Promise<WmiRow<S> | null>;
  /** Calls a method of an instance, or of the class when there are no keys. `ReturnValue` is a value like any other. */
  invoke<S extends WmiShape>(call: WmiCall, shape: S, options?: WmiOptions): Promise<WmiRow<S>>;
}

export interface WmiOptions {
  /** @default root/cimv2 */
  readonly namespace?: string;
  readonly signal?: AbortSignal;
  /** Deadline of the whole question in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** Rows beyond are not fetched: the enumeration is released and the failure says so. @default 20000 */
  readonly maxRows?: number;
}

export type WmiKeys = { readonly [name: string]: string };

export interface WmiCall {
  readonly className: string;
  readonly keys?: WmiKeys;
  readonly method: string;
  readonly parameters?: { readonly [name: string]: WmiParameter };
}

export type WmiParameter = string | number | boolean | null | readonly string[];

/**
 * CIM types by which text on the wire becomes a value. `uint64` and `sint64` become bigint, `datetime` an ISO 8601 text
 * in UTC, `uint8[]` and the like arrays. Everything may be null.
 */
export type WmiType = keyof WmiValues;

export interface WmiValues {
  readonly string: string;
  readonly boolean: boolean;
  readonly uint8: number;
  readonly uint16: number;
  readonly uint32: number;
  readonly sint32: number;
  readonly uint64: bigint;
  readonly sint64: bigint;
  readonly datetime: string;
  readonly 'string[]': readonly string[];
  readonly 'uint8[]': readonly number[];
  readonly 'uint32[]': readonly number[];
}

export type WmiShape = { readonly [property: string]: WmiType };

/** What a query gives back: every property that was asked for, null when the host has no value for it. */
export type WmiRow<S extends WmiShape> = {
  readonly [P in keyof S]: WmiValues[S[P]] | null;
} & {
  /** Class of the instance, which may be a subclass of the one asked for; null in a projection, which does not tell. */
  readonly $class: string | null;
};

/** Event logs of a host by subscription (WS-Eventing in Pull mode), which needs no shell either. */
export interface EventSubscriptions {
  /**
   * Events of one log that are there already, oldest first.
   *
   * @throws Failure of the connection, or `wmi-refused` when the host does not take the subscription
   */
  read(query: EventQuery, options?: EventReadOptions): Promise<EventReading>;
}

export interface EventQuery {
  /** Channel, e.g. `Application`. */
  readonly log: string;
  /** XPath expressions of the events wanted, as wevtutil takes them. */
  readonly select: readonly string[];
  /**
   * Record that the log is known to have, at best its newest: it is asked for as well, and only when it has come is
   * the reading complete, for a subscription never says that it has nothing more. It is among the events.
   */
  readonly untilRecordId: number | null;
}

export interface EventReadOptions {
  readonly signal?: AbortSignal;
  /** Deadline of the whole reading in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** Events beyond are not fetched, and the reading is not complete. @default 5000 */
  readonly maxEvents?: number;
}

export interface EventReading {
  readonly events: readonly SubscribedEvent[];
  readonly complete: boolean;
}

export interface SubscribedEvent extends EventRecord {
  readonly provider: string;
}
