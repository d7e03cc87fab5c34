import type { HostFacts, ServiceFacts } from '../../../contracts/facts';
import type { ServicePredicate } from '../../../contracts/predicate';
import { type Answered, judgeObserved, unsure, yesOrNo } from './answered';

const words: { readonly [is in ServicePredicate['is']]: string } = {
  present: 'is installed',
  absent: 'is not installed',
  running: 'runs',
  stopped: 'is stopped',
  disabled: 'is disabled',
  automatic: 'starts by itself',
};

export const serviceWords = ({ name, is }: ServicePredicate): string =>
  `the service ${name} ${words[is]}`;

export function judgeService(predicate: ServicePredicate, facts: HostFacts): Answered {
  const { name, is } = predicate;
  const asked = { predicate, words: serviceWords(predicate) };
  return judgeObserved(asked, facts, ({ service }) => {
    if (service === null) {
      const message = `The service ${name} is not installed.`;
      return yesOrNo(is === 'absent', 'service-absent', message);
    }
    const { state, startMode } = service;
    const seen = { state, startMode };
    const answer = answerOf(is, service);
    if (answer === null) {
      return unsure('service-state-unknown', asked.words, 'Windows does not say', seen);
    }
    const message = `The service ${name} is ${state} and its start mode is ${startMode}.`;
    return yesOrNo(answer, 'service-state', message, seen);
  });
}

/** Null: Windows itself does not know. A service that starts or stops neither runs nor is stopped. */
function answerOf(is: ServicePredicate['is'], service: ServiceFacts): boolean | null {
  const { state, startMode } = service;
  switch (is) {
    case 'present':
      return true;
    case 'absent':
      return false;
    case 'running':
    case 'stopped':
      return state === 'unknown' ? null : state === is;
    case 'disabled':
      return startMode === 'unknown' ? null : startMode === 'disabled';
    case 'automatic':
      return startMode === 'unknown' ? null : startMode === 'auto';
    default:
      return is satisfies never;
  }
}
