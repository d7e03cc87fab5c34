import { Option } from 'commander';
import type { Command } from 'commander';
import { nearestOf } from '../../contracts/fields.schema';
import { Failure } from '../../contracts/failures';
import type { HostId, RolloutId } from '../../contracts/ids';
import type { OperatorAnswer, OperatorRequest, RolloutStatus } from '../../contracts/rollout';
import { withTimes } from '../moments';
import { operate } from '../rollouts/operate';
import { readStatus } from '../rollouts/read-status';
import type { Temporal } from '../rollouts/temporal';
import { asRolloutId } from './arguments';
import type { CliContext } from './context';
import { asker } from './identity';
import { print } from './print';
import { asName, asReason } from './request-arguments';

export interface RequestOptions {
  readonly reason: string;
  readonly as?: string;
  readonly json?: boolean;
}

type WithoutAsker<R> = R extends unknown ? Omit<R, 'author' | 'source' | 'reason'> : never;
/** What is asked; who asks and why are the same for all. */
export type Wanted = WithoutAsker<OperatorRequest>;

/** A command that asks something of a rollout. Its further arguments come before `withAsker`. */
export const requestCommand = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .argument('<id>', 'name of the rollout', asRolloutId);

/** Who asks, and why: both are kept with the rollout. */
export const withAsker = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why; kept with the rollout', asReason)
    .addOption(asOption())
    .option('--json', 'print JSON');

export const asOption = (): Option =>
  new Option(
    '--as <name>',
    'who asks, kept as asserted (default: the operating-system user)',
  ).argParser(asName);

/** Asks for one thing after the other; the rollout is looked at first only where that is needed to know what to ask. */
export async function ask(
  context: CliContext,
  id: RolloutId,
  options: RequestOptions,
  wanted: readonly Wanted[] | ((status: RolloutStatus) => readonly Wanted[]),
): Promise<void> {
  const answer = await context.withTemporal(async (temporal) => {
    const requests = typeof wanted === 'function' ? wanted(await readStatus(temporal, id)) : wanted;
    return askEach(
      context,
      temporal,
      id,
      requests.map((each) => requestOf(each, options)),
    );
  });
  print(
    context.io,
    options.json === true,
    answer,
    () => `${id}: ${withTimes(answer.message)} (${answer.phase})`,
  );
}

/** An asker that the operating system names is not marked: that is what a missing source means. */
function requestOf(wanted: Wanted, options: RequestOptions): OperatorRequest {
  const { name, source } = asker(options.as);
  return {
    ...wanted,
    author: name,
    ...(source === 'os-user' ? {} : { source }),
    reason: options.reason,
  };
}

async function askEach(
  { io }: CliContext,
  temporal: Temporal,
  id: RolloutId,
  requests: readonly OperatorRequest[],
): Promise<OperatorAnswer> {
  const answers: OperatorAnswer[] = [];
  try {
    // In their order: a later one may build on an earlier one.
    // oxlint-disable-next-line no-await-in-loop
    for (const request of requests) answers.push(await operate(temporal, id, request));
  } catch (error) {
    for (const { message } of answers) io.stderr.write(`done before this failed: ${message}\n`);
    throw error;
  }
  const messages = answers.map(({ message }) => message);
  return { phase: answers.at(-1)?.phase ?? 'progressing', message: messages.join('; ') };
}

/** @throws Failure bad-request that names the nearest host */
export function knownHost(host: HostId, { hosts, rolloutId }: RolloutStatus): HostId {
  if (hosts.some(({ hostId }) => hostId === host)) return host;
  const nearest = nearestOf(
    host,
    hosts.map(({ hostId }) => hostId),
  );
  throw new Failure('bad-request', `${host} is not in rollout ${rolloutId}`, {
    advice:
      nearest === null
        ? `look its name up with \`rollout status ${rolloutId}\``
        : `did you mean ${nearest}?`,
  });
}
