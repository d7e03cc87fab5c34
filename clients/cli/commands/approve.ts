import { Failure } from '../../../contracts/failures';
import { previewHash } from '../../../contracts/ids';
import type { PreviewHash, RolloutId } from '../../../contracts/ids';
import type { RolloutStatus } from '../../../contracts/rollout';
import { readView } from '../../rollouts/read-status';
import type { AddCommand, CliContext } from '../context';
import { print } from '../print';
import { asHash, asReason } from '../request-arguments';
import { ask, asOption, requestCommand, withAsker } from '../requests';
import type { RequestOptions } from '../requests';
import { showStatus } from '../show-status';

interface ApproveOptions extends Omit<RequestOptions, 'reason'> {
  readonly hash?: string;
  readonly reason?: string;
}

/** Who lets a change begin: approvals name what they are for, so that nothing else can run under them. */
export const addApprovals: AddCommand = (program, context) => {
  requestCommand(
    program,
    'approve',
    'Approve exactly what a rollout would do; without --hash, show what that is',
  )
    .option('--hash <hash>', 'of what is approved, or its first 12 digits or more', asHash)
    .option('--reason <text>', 'why; kept with the rollout', asReason)
    .addOption(asOption())
    .option('--json', 'print JSON')
    .action(
      context.action((id: RolloutId, options: ApproveOptions) => {
        const { hash, reason } = options;
        if (hash === undefined) return showWhatToApprove(context, id, options);
        if (reason === undefined) throw reasonMissing();
        return ask(context, id, { ...options, reason }, (status) => [
          { operation: 'approve', hash: wholeHash(hash, status) },
        ]);
      }),
    );
  withAsker(
    requestCommand(program, 'reject', 'Deny a rollout that waits for approval; that is final'),
  ).action(
    context.action((id: RolloutId, options: RequestOptions) =>
      ask(context, id, options, [{ operation: 'reject' }]),
    ),
  );
  withAsker(
    requestCommand(
      program,
      'revoke',
      'Take an approval of your own back, as long as no host has been begun',
    ),
  ).action(
    context.action((id: RolloutId, options: RequestOptions) =>
      ask(context, id, options, [{ operation: 'revoke' }]),
    ),
  );
};

/**
 * Nobody approves by the name alone: a name says nothing about hosts, package and policies.
 *
 * @throws Failure bad-request that names the command with the hash
 */
async function showWhatToApprove(
  context: CliContext,
  id: RolloutId,
  options: ApproveOptions,
): Promise<never> {
  const view = await context.withTemporal((temporal) => readView(temporal, id));
  const { status } = view;
  print(context.io, options.json === true, status, () =>
    [
      showStatus(view, context.colors, Date.now(), context.io.stdout.columns),
      '',
      `hash: ${status.previewHash}`,
      'It stands for plan, hotfix, package, hosts with their connections and sets, their order, waves, policies and window.',
    ].join('\n'),
  );
  throw new Failure('bad-request', `it is not said what of ${id} is approved`, {
    advice: `look at it, then approve it with \`--hash ${status.previewHash.slice(0, 12)} --reason TEXT\``,
  });
}

const reasonMissing = (): Failure =>
  new Failure('bad-request', 'it is not said why it is approved', {
    advice: 'add --reason TEXT: it is kept with the rollout',
  });

/** @throws Failure bad-request when the hash is not that of the rollout */
function wholeHash(given: string, { previewHash: own, rolloutId }: RolloutStatus): PreviewHash {
  if (own.startsWith(given)) return previewHash(own);
  throw new Failure(
    'bad-request',
    `${given.slice(0, 12)}… is not the hash of rollout ${rolloutId}, which is ${own.slice(0, 12)}…`,
    {
      advice: `what would run is not what you looked at: see \`rollout status ${rolloutId}\`, and approve its hash or reject it`,
    },
  );
}
