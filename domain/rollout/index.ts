export { successOf } from './action';
export { waveSize } from './amounts';
export { begin } from './begin';
export { budgetWords } from './budget';
export { decide } from './decide';
export { percentile } from './durations';
export { historyIsFull } from './history';
export { knownAnswer } from './operators';
export { refusal } from './refusal';
export {
  hostsInFlight,
  hostsStillToChange,
  statusesOf,
  statusOf,
  type StatusInput,
} from './status';
export type { RolloutPlan, RolloutState } from './state';
export type { Decision, RolloutCommand, RolloutEvent } from './messages';
