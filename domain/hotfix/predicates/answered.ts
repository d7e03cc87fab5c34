import type { HostFacts } from '../../../contracts/facts';
import type { VerdictStep } from '../../../contracts/outcome';
import { type Observable, type Observation, observationKey } from '../../../contracts/predicate';
import { type Reason, reason, type Seen } from '../../../contracts/reason';

/** An answer with its reasons; the first is the deciding one. */
export interface Answered {
  readonly answer: VerdictStep['answer'];
  readonly reasons: readonly Reason[];
}

/** What one question looks at. */
interface Asked<P extends Observable> {
  readonly predicate: P;
  /** The predicate as a clause: `x.dll is older than 6.1`. */
  readonly words: string;
}

type Facts = { readonly [name: string]: Seen };
type ObservationOf<P extends Observable> = Extract<Observation, { readonly kind: P['kind'] }>;

/** Judges what the host answered; what it did not is unknown, with its own words. */
export function judgeObserved<P extends Observable>(
  { predicate, words }: Asked<P>,
  { observations }: Pick<HostFacts, 'observations'>,
  judgeIt: (observed: ObservationOf<P>) => Answered,
): Answered {
  const observed = observations?.[observationKey(predicate)];
  if (observed === undefined) return unanswered(predicate, words, 'the host was not asked');
  if (!observed.known) return unanswered(predicate, words, observed.why);
  if (!isFor(predicate, observed.value)) {
    return unanswered(predicate, words, `the answer is about a ${observed.value.kind}`);
  }
  return judgeIt(observed.value);
}

const isFor = <P extends Observable>(
  predicate: P,
  observed: Observation,
): observed is ObservationOf<P> => observed.kind === predicate.kind;

const unanswered = ({ kind }: Observable, words: string, why: string): Answered =>
  unsure(`${kind}-unanswered`, words, why);

export const unsure = (code: string, words: string, why: string, facts?: Facts): Answered => ({
  answer: 'unknown',
  reasons: [reason(code, `Whether ${words} is not known: ${why.replace(/\.\s*$/, '')}.`, facts)],
});

export const yesOrNo = (
  isYes: boolean,
  code: string,
  message: string,
  facts?: Facts,
): Answered => ({
  answer: isYes ? 'yes' : 'no',
  reasons: [reason(code, message, facts)],
});
