import type { Draft } from './draft';
import { isFree } from './draft';
import { isApproved } from './approvals';
import { unanswered } from './gates';
import { isFresh, windowRefusal } from './windows';

/**
 * Whether a host may be begun now, as far as people, windows, blackouts and gates go. It is asked again before every
 * host: hash and fleet are looked at by the carrier, right before it begins one.
 */
export const mayStart = (draft: Draft): boolean =>
  isFree(draft) &&
  isApproved(draft) &&
  unanswered(draft) === undefined &&
  isFresh(draft, draft.now) &&
  windowRefusal(draft, draft.now) === null;
