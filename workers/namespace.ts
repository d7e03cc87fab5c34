import { isGrpcServiceError } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import { Failure } from '../contracts/failures';
import { searchAttributes } from '../contracts/names';

/** Numbers of gRPC status codes and of Temporal's indexed value types, as the wire has them. */
const grpcStatus = { notFound: 5, permissionDenied: 7, unimplemented: 12 } as const;
const keyword = 2;

/**
 * @throws Failure bad-request naming the namespace, or the missing search attributes with the command that creates them
 */
export async function checkNamespace(connection: Connection, namespace: string): Promise<void> {
  await ask(() => connection.workflowService.describeNamespace({ namespace }), {
    [grpcStatus.notFound]: () => {
      throw new Failure('bad-request', `the Temporal server has no namespace "${namespace}"`, {
        facts: { namespace },
        advice: `correct TEMPORAL_NAMESPACE, or create it with "temporal operator namespace create --namespace ${namespace}"`,
      });
    },
  });
  const present = await ask(
    async () =>
      (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes ?? {},
    // Temporal Cloud answers operator questions elsewhere: there a missing attribute shows when a rollout is started.
    { [grpcStatus.permissionDenied]: () => null, [grpcStatus.unimplemented]: () => null },
  );
  if (present !== null) requireAttributes(present, namespace);
}

function requireAttributes(present: { readonly [name: string]: unknown }, namespace: string): void {
  const names = Object.values(searchAttributes);
  const missing = names.filter((name) => present[name] === undefined);
  const wrong = names.filter((name) => present[name] !== undefined && present[name] !== keyword);
  if (wrong.length > 0) {
    throw new Failure(
      'bad-request',
      `the search attributes ${wrong.join(', ')} of namespace "${namespace}" are not of type Keyword`,
      { facts: { namespace }, advice: 'use another namespace, or remove and create them again' },
    );
  }
  if (missing.length === 0) return;
  const attributes = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  throw new Failure(
    'bad-request',
    `namespace "${namespace}" lacks the search attributes ${missing.join(', ')}`,
    {
      facts: { namespace },
      advice: `create them with "temporal operator search-attribute create --namespace ${namespace} ${attributes}"`,
    },
  );
}

async function ask<T>(
  question: () => Promise<T>,
  answers: { readonly [status: number]: () => T | null },
): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    const answer = isGrpcServiceError(error) ? answers[error.code] : undefined;
    if (answer === undefined) throw error;
    return answer();
  }
}
