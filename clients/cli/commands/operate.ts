import { Failure } from '../../../contracts/failures';
import type { HostId, RolloutId } from '../../../contracts/ids';
import type { RetriedHosts } from '../../../contracts/rollout';
import { asHostId } from '../arguments';
import type { AddCommand } from '../context';
import { ask, knownHost, requestCommand, withAsker } from '../requests';
import type { RequestOptions, Wanted } from '../requests';

const ofRollouts = {
  pause: 'Start no further host until resumed; hosts in flight are finished',
  resume: 'Go on after a pause or a hold',
} as const;

const ofHosts = {
  skip: 'Leave a host out of a rollout; that is final',
  hold: 'Do not begin a host until it is released with unhold; others go on',
  unhold: 'Release a host that is held; one held as suspect or unknown is changed as if affected',
} as const;

/** What steers a rollout; every request takes a reason, which is kept with who asked and when. */
export const addOperations: AddCommand = (program, context) => {
  for (const operation of ['pause', 'resume'] as const) {
    withAsker(requestCommand(program, operation, ofRollouts[operation])).action(
      context.action((id: RolloutId, options: RequestOptions) =>
        ask(context, id, options, [{ operation }]),
      ),
    );
  }
  addAbort(program, context);
  for (const operation of ['skip', 'hold', 'unhold'] as const) {
    withAsker(
      requestCommand(program, operation, ofHosts[operation]).argument(
        '<host>',
        'name of the host',
        asHostId,
      ),
    ).action(
      context.action((id: RolloutId, host: HostId, options: RequestOptions) =>
        ask(context, id, options, (status) => [{ operation, hostId: knownHost(host, status) }]),
      ),
    );
  }
  addRetry(program, context);
};

const addAbort: AddCommand = (program, context) => {
  withAsker(
    requestCommand(
      program,
      'abort',
      'End a rollout: hosts in flight are finished or brought to a safe place, no other is started',
    ).option(
      '--now',
      'end waits for a reboot and for the symptom too, never an installer; such hosts are reported as last seen',
    ),
  ).action(
    context.action((id: RolloutId, options: RequestOptions & { readonly now?: boolean }) =>
      ask(context, id, options, [{ operation: options.now === true ? 'abort-now' : 'abort' }]),
    ),
  );
};

interface RetryOptions extends RequestOptions {
  readonly failed?: boolean;
  readonly notStarted?: boolean;
}

const addRetry: AddCommand = (program, context) => {
  withAsker(
    requestCommand(program, 'retry', 'Try a host once more, or all hosts that ended so')
      .argument('[host]', 'name of the host', asHostId)
      .option('--failed', 'all hosts that failed')
      .option('--not-started', 'all hosts that were not started'),
  ).action(
    context.action((id: RolloutId, host: HostId | undefined, options: RetryOptions) => {
      const which = retriedHosts(options);
      if ((host === undefined) === (which === null)) throw unclear(host, id);
      return ask(
        context,
        id,
        options,
        which === null && host !== undefined
          ? (status): Wanted[] => [{ operation: 'retry', hostId: knownHost(host, status) }]
          : [{ operation: 'retry-all', which: which ?? 'all' }],
      );
    }),
  );
};

function retriedHosts({ failed = false, notStarted = false }: RetryOptions): RetriedHosts | null {
  if (failed && notStarted) return 'all';
  if (failed) return 'failed';
  return notStarted ? 'not-started' : null;
}

const unclear = (host: HostId | undefined, id: RolloutId): Failure =>
  new Failure(
    'bad-request',
    host === undefined
      ? 'it is not said what to retry'
      : `${host} and a whole group cannot be retried in one request`,
    {
      advice: `write \`rollout retry ${id} HOST\`, or --failed, --not-started or both in place of HOST`,
    },
  );
