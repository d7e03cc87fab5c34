import type { PackageFacts, ServiceFacts } from '../../../contracts/facts';
import type {
  CommandPredicate,
  CounterPredicate,
  Observable,
  Observation,
} from '../../../contracts/predicate';
import { observationKey } from '../../../contracts/predicate';
import type { Answer } from '../../../contracts/reason';
import { known } from '../../../contracts/reason';

/** One way of asking a host, for each kind of question. */
export interface Observer {
  readonly registry: (asked: Extract<Observable, { kind: 'registry' }>) => Told;
  readonly product: (asked: Extract<Observable, { kind: 'product' }>) => Told;
  readonly services: Answer<readonly ServiceFacts[]>;
  /** Null when there is no such file; empty when it has no version. */
  readonly versionOf: (path: string) => Answer<string | null> | Promise<Answer<string | null>>;
  readonly packageOf: (identity: string) => Answer<PackageFacts>;
  readonly counter: (asked: CounterPredicate) => Told;
  readonly command: (asked: CommandPredicate) => Told;
}

type Told = Answer<Observation> | Promise<Answer<Observation>>;

/** Answers to the questions of a definition, each under its key; one after the other, where they have to be asked. */
export async function observe(
  observables: readonly Observable[],
  observer: Observer,
): Promise<{ readonly [key: string]: Answer<Observation> }> {
  const answers: { [key: string]: Answer<Observation> } = {};
  for (const observable of observables) {
    // oxlint-disable-next-line no-await-in-loop -- one session answers one question at a time
    answers[observationKey(observable)] = await observation(observable, observer);
  }
  return answers;
}

async function observation(asked: Observable, observer: Observer): Promise<Answer<Observation>> {
  switch (asked.kind) {
    case 'registry':
      return observer.registry(asked);
    case 'product':
      return observer.product(asked);
    case 'service':
      return serviceObservation(asked.name, observer.services);
    case 'file':
      return mapped(await observer.versionOf(asked.path), (version) => ({ kind: 'file', version }));
    case 'package':
      return mapped(observer.packageOf(asked.identity), (found) => ({
        kind: 'package',
        package: found,
      }));
    case 'counter':
      return observer.counter(asked);
    case 'command':
      return observer.command(asked);
    default:
      return asked satisfies never;
  }
}

/** The list has every service of the host, so that one that is not in it is not there. */
function serviceObservation(
  name: string,
  services: Answer<readonly ServiceFacts[]>,
): Answer<Observation> {
  return mapped(services, (all) => ({
    kind: 'service',
    service: all.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? null,
  }));
}

const mapped = <T>(answer: Answer<T>, change: (value: T) => Observation): Answer<Observation> =>
  answer.known ? known(change(answer.value)) : answer;
