import {
  ApplicationFailure,
  CancelledFailure,
  NamespaceNotFoundError,
  QueryNotRegisteredError,
  ServiceError,
  TerminatedFailure,
  WorkflowFailedError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { Failure, failureKinds } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import { searchAttributes } from '../../contracts/names';
import { rolloutIdOf } from '../../contracts/ids';

// gRPC status codes, https://grpc.io/docs/guides/status-codes/
const cancelled = 1;
const invalidArgument = 3;
const deadlineExceeded = 4;
const permissionDenied = 7;
const failedPrecondition = 9;
const unavailable = 14;
const unauthenticated = 16;

/**
 * What Temporal refused, as a sentence with what to do; undefined for what is not known, which is a fault of this
 * program. `where` is the server as it was asked for: address and namespace.
 */
export function explainTemporalError(error: unknown, where: string): Failure | undefined {
  if (error instanceof WorkflowNotFoundError) return unknownWorkflow(error);
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const id = rolloutIdOf(error.workflowId) ?? error.workflowId;
    return refused(`there is already a rollout ${id}`, 'choose another name with --id', error);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const said = error.cause?.message ?? error.message;
    return refused(
      `the request was refused: ${said}`,
      'see `rollout status` for where it stands',
      error,
    );
  }
  if (error instanceof NamespaceNotFoundError) {
    return refused(
      `${where} has no namespace ${error.namespace}`,
      `create it with "temporal operator namespace create --namespace ${error.namespace}", or set TEMPORAL_NAMESPACE`,
      error,
    );
  }
  if (error instanceof WorkflowFailedError) return explainEnd(error.cause);
  return explainStatus(error, where);
}

/** A workflow that a worker refused, or that a person ended; anything else is a fault of this program. */
function explainEnd(cause: Error | undefined): Failure | undefined {
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type)) {
    return new Failure(cause.type, `a worker refused it: ${cause.message}`, { cause });
  }
  if (cause instanceof TerminatedFailure || cause instanceof CancelledFailure) {
    return refused(`somebody ended it: ${cause.message}`, 'ask again', cause);
  }
  return undefined;
}

const isFailureCode = (code: string | null | undefined): code is FailureCode =>
  typeof code === 'string' && Object.hasOwn(failureKinds, code);

function explainStatus(error: unknown, where: string): Failure | undefined {
  const { code, message } = grpcStatus(error);
  switch (code) {
    case unavailable:
    case deadlineExceeded:
      return refused(
        `no answer from the Temporal server ${where}: ${message}`,
        'start one with `rollout dev`, or set TEMPORAL_ADDRESS, or choose a profile with TEMPORAL_PROFILE',
        error,
      );
    case permissionDenied:
    case unauthenticated:
      return refused(
        `the Temporal server ${where} refuses this client: ${message}`,
        'check the API key or certificate of the profile (TEMPORAL_API_KEY, TEMPORAL_TLS_…)',
        error,
      );
    case invalidArgument:
      return /search attribute/i.test(message)
        ? missingAttributes(where, message, error)
        : undefined;
    case null:
    default:
      return undefined;
  }
}

function missingAttributes(where: string, message: string, cause: unknown): Failure {
  const names = Object.values(searchAttributes).map((name) => `--name ${name} --type Keyword`);
  return refused(
    `${where} lacks search attributes that rollouts need: ${message}`,
    `create them with "temporal operator search-attribute create ${names.join(' ')}"`,
    cause,
  );
}

function unknownWorkflow(error: WorkflowNotFoundError): Failure {
  const id = rolloutIdOf(error.workflowId);
  return id === undefined
    ? refused(`there is no workflow ${error.workflowId}`, 'see `rollout list`', error)
    : refused(
        `there is no rollout ${id}`,
        'see `rollout list`; a rollout whose retention has passed is no longer known',
        error,
      );
}

const refused = (what: string, advice: string, cause: unknown): Failure =>
  new Failure('bad-request', what, { advice, cause });

/** Whether nobody answered for the queue: the call ended for want of a worker, not for want of a server. */
export function isWithoutWorker(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const { code, message } = grpcStatus(error);
  // A server that sees the deadline pass before we do cancels the call.
  if (code === cancelled) return true;
  return (
    code === deadlineExceeded || (code === failedPrecondition && /poller|worker/i.test(message))
  );
}

/** Whether no worker could ever answer: the history is gone, or the workflow ended before it could say anything. */
export function isBeyondAnswering(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  return (
    cause instanceof WorkflowNotFoundError ||
    cause instanceof QueryNotRegisteredError ||
    grpcStatus(cause).code === failedPrecondition
  );
}

function grpcStatus(error: unknown): { readonly code: number | null; readonly message: string } {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'number') {
    return { code: null, message: '' };
  }
  const details = 'details' in cause && typeof cause.details === 'string' ? cause.details : '';
  return { code: cause.code, message: details === '' ? cause.message : details };
}
