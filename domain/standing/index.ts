export {
  approvalsThatCount,
  approvalWords,
  isApproved,
  refusalOfApproval,
  refusalOfFiring,
} from './approving';
export { concludeFiring } from './conclude-firing';
export { standingContent, standingPolicy } from './content';
export { differencesOf, refusalOfChanged } from './differences';
export { requestedByWords } from './requested-by';
