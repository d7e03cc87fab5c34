export { fits, isInside, nextOpening, openingAt } from './openings';
export { type FiringAnswer, judgeFiring } from './judge-firing';
