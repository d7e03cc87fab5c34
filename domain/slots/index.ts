export { decideSlots } from './decide';
export type { SlotsEvent } from './decide';
export { answerOfRelease, refusalOfRelease } from './release';
export { isNews, isRequest } from './well-formed';
export { isIdle, noSlots } from './state';
export type { SlotsState } from './state';
export { answerTo, statusOfSlots, wordsOfAnswer } from './status';
