import type { ApprovalPolicy, Identity } from '../../contracts/identity';
import { reason, type Reason } from '../../contracts/reason';
import type { OperatorRequest } from '../../contracts/rollout';
import type { KeptControl } from './control-state';
import type { Draft } from './draft';
import type { RolloutState } from './state';

type Controlled = Pick<RolloutState, 'plan' | 'control' | 'startedAt'>;

export type Approving = Extract<OperatorRequest, { operation: 'approve' | 'reject' | 'revoke' }>;

export const isApproving = (request: OperatorRequest): request is Approving =>
  request.operation === 'approve' ||
  request.operation === 'reject' ||
  request.operation === 'revoke';

export const identityOf = ({
  author,
  source = 'os-user',
}: Pick<OperatorRequest, 'author' | 'source'>): Identity => ({ name: author, source });

/** Windows takes names without regard to case, and a person is not two because one keyboard adds a blank. */
export const isSamePerson = (one: Identity, other: Identity): boolean =>
  nameOf(one) === nameOf(other);

const nameOf = ({ name }: Identity): string => name.normalize('NFKC').trim().toLowerCase();

const policyOf = (state: Controlled): ApprovalPolicy | null =>
  state.plan.control?.approvals ?? null;

/** Looked at before every host that is begun. */
export const isApproved = (state: Controlled): boolean => {
  const policy = policyOf(state);
  return policy === null || (state.control?.approvals.length ?? 0) >= policy.minApprovals;
};

/** When an approval that was not used counts as denied; null when none is asked for or hosts were begun. */
export const expiresAt = (state: Controlled): number | null => {
  const policy = policyOf(state);
  if (policy === null || (state.control?.begunAt ?? null) !== null) return null;
  return state.startedAt + policy.ttlMs;
};

export const approvalWords = (state: Controlled): string => {
  const { minApprovals = 0 } = policyOf(state) ?? {};
  const given = state.control?.approvals ?? [];
  const names = given.map(({ by }) => by.name).join(', ');
  return `${given.length} of ${minApprovals} approvals${names === '' ? '' : ` (${names})`}`;
};

/** Ends a rollout that nobody let begin in time. */
export const expireApproval = (draft: Draft): void => {
  const at = expiresAt(draft);
  if (at === null || at > draft.now || draft.stopping !== null) return;
  const when = new Date(at).toISOString();
  const message = isApproved(draft)
    ? `approved, but not begun by ${when}: the approval is no longer good; ask for it anew`
    : `not approved by ${when} (${approvalWords(draft)}): that counts as denied`;
  const why = reason('approval-expired', message, { expiresAt: when });
  draft.stopping = { result: 'expired', reason: why };
  draft.said.push(why);
};

/** Why an approval, a rejection or a revocation is refused; null when it holds. */
export const approvalRefusal = (state: Controlled, request: Approving): Reason | null => {
  const { control } = state.plan;
  if (control === undefined || control.approvals === null)
    return reason('no-approvals', 'the plan asks for no approvals: nothing to decide');
  if ((state.control?.begunAt ?? null) !== null) {
    const message = `hosts were begun already: too late to ${request.operation}; pause or abort the rollout`;
    return reason('already-begun', message);
  }
  if (request.operation === 'approve')
    return identityRefusal(control, request) ?? approveRefusal(state, control, request);
  if (request.operation === 'reject') return null;
  const mine = state.control?.approvals.some(({ by }) => isSamePerson(by, identityOf(request)));
  return mine === true
    ? null
    : reason('not-yours', `${request.author} has not approved: there is nothing to revoke`);
};

/** Anybody can write `authenticated` into a request; nothing in this version could have proved it. */
const identityRefusal = (control: KeptControl, request: Approving): Reason | null => {
  const { source } = identityOf(request);
  if (source === 'authenticated') {
    const message = 'nothing in this version proves an identity, so that none counts as proved';
    return reason('identity-unproved', message);
  }
  if (control.approvals?.identity !== 'authenticated') return null;
  const message = `the plan wants approvals by people whose identity is proved; ${request.author} is asserted (${source})`;
  return reason('identity-asserted', message, { source });
};

const approveRefusal = (
  state: Controlled,
  control: KeptControl,
  request: Extract<Approving, { operation: 'approve' }>,
): Reason | null => {
  const who = identityOf(request);
  if (request.hash !== control.hash) {
    const message = `the rollout is of preview ${control.hash ?? 'unknown'}, not of ${request.hash}: look at what it is before you approve`;
    return reason('other-hash', message);
  }
  if (isSamePerson(who, control.requester)) {
    const message = `${request.author} asked for this change: somebody else has to approve it`;
    return reason('own-approval', message);
  }
  if (state.control?.approvals.some(({ by }) => isSamePerson(by, who)) === true)
    return reason('already-approved', `${request.author} has approved already; once counts`);
  return isApproved(state) ? reason('approved', `it is approved: ${approvalWords(state)}`) : null;
};

/** Carries out what was not refused; returns what the person is told. */
export const decideApproval = (draft: Draft, request: Approving): string => {
  const { control } = draft;
  if (control === undefined) return 'the plan asks for no approvals';
  if (request.operation === 'reject') {
    const why = reason('rejected-by-person', `rejected by ${request.author}: ${request.reason}`);
    draft.stopping = { result: 'rejected', reason: why };
    return 'rejected; nothing was changed';
  }
  const by = identityOf(request);
  const others = control.approvals.filter((each) => !isSamePerson(each.by, by));
  const at = new Date(draft.now).toISOString();
  const approvals =
    request.operation === 'revoke' ? others : [...others, { by, at, reason: request.reason }];
  draft.control = { ...control, approvals };
  const approved = isApproved(draft);
  draft.control = { ...draft.control, approvedAt: approved ? draft.now : null };
  const words = approvalWords(draft);
  return request.operation === 'revoke'
    ? `revoked; ${words}`
    : `approved; ${words}${approved ? ': it goes on' : ''}`;
};
