import type { EventLogFacts, EventRecord, HostFacts } from '../../../../contracts/facts';
import { known } from '../../../../contracts/reason';

/**
 * A program that did not look at one thing, or took it for another, would judge a host like one whose facts are
 * changed so. Each must be caught by situations of the table.
 */
export interface BlindSpot {
  readonly thing: string;
  readonly facts: (facts: HostFacts) => HostFacts;
  readonly caughtBy: readonly string[];
}

export const spot = (
  thing: string,
  facts: (facts: HostFacts) => Partial<HostFacts>,
  ...caughtBy: string[]
): BlindSpot => ({ thing, facts: (given) => ({ ...given, ...facts(given) }), caughtBy });

export const inLog = (
  thing: string,
  change: (log: EventLogFacts) => Partial<EventLogFacts>,
  ...caughtBy: string[]
) =>
  spot(
    thing,
    ({ events }) =>
      events.known ? { events: known({ ...events.value, ...change(events.value) }) } : {},
    ...caughtBy,
  );
export const inSymptoms = (
  thing: string,
  change: (event: EventRecord, index: number, all: readonly EventRecord[]) => EventRecord,
  ...caughtBy: string[]
) => inLog(thing, ({ symptoms }) => ({ symptoms: symptoms.map(change) }), ...caughtBy);
export const inLists = (
  thing: string,
  change: (event: EventRecord) => EventRecord,
  ...caughtBy: string[]
) => inLog(thing, ({ servers }) => ({ servers: servers.map(change) }), ...caughtBy);

export const withItem = (event: EventRecord, index: number, change: (item: string) => string) => {
  const item = event.data[index];
  return item === undefined ? event : { ...event, data: event.data.with(index, change(item)) };
};
export const inRows = (event: EventRecord, change: (row: string) => string): EventRecord =>
  [2, 3].reduce((done, field) => withItem(done, field, change), event);

/** Every name of a server, in what was lost and in the lists. */
export const inNames = (thing: string, change: (name: string) => string, ...caughtBy: string[]) =>
  inLog(
    thing,
    ({ symptoms, servers }) => ({
      symptoms: symptoms.map((event) => withItem(event, 2, change)),
      servers: servers.map((event) =>
        inRows(event, (rows) => rows.replace(/^\S+/gm, (name) => change(name))),
      ),
    }),
    ...caughtBy,
  );
