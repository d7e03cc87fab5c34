import type { RolloutId } from '../../contracts/ids';
import type { RolloutStatus } from '../../contracts/rollout';
import { openLiveView } from '../progress/live';
import { followRollout } from '../rollouts/follow';
import type { Temporal } from '../rollouts/temporal';
import type { CliContext } from './context';
import { exitCodeOfRollout } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { print } from './print';
import { showStatus, summaryLines } from './show-status';

export interface WatchOptions {
  readonly json: boolean;
  readonly intervalMs?: number;
}

/** Live progress, then the summary; the exit code tells how the rollout ended. */
export async function watchToTheEnd(
  context: CliContext,
  temporal: Temporal,
  rollout: RolloutId,
  options: WatchOptions,
): Promise<ExitCode> {
  const status = await watchLive(context, temporal, rollout, options).catch((error: unknown) => {
    if (context.io.signal.aborted) {
      context.io.stderr.write(`rollout ${rollout} goes on; see \`rollout status ${rollout}\`\n`);
    }
    throw error;
  });
  print(context.io, options.json, status, () => shownAtEnd(context, status));
  return exitCodeOfRollout(
    status.result,
    status.hosts.map((host) => host.outcome),
    status.action,
  );
}

export async function watchLive(
  context: CliContext,
  temporal: Temporal,
  rollout: RolloutId,
  options: WatchOptions,
): Promise<RolloutStatus> {
  const { io } = context;
  const live = options.json ? null : openLiveView(io);
  try {
    return await followRollout(temporal, rollout, {
      onView: (view) => live?.show(view),
      signal: io.signal,
      ...(options.intervalMs === undefined ? {} : { intervalMs: options.intervalMs }),
    });
  } finally {
    live?.close();
  }
}

/** A redrawn screen shows every host already; plain lines end with the whole table. */
const shownAtEnd = (context: CliContext, status: RolloutStatus): string =>
  context.io.isTTY
    ? `\n${summaryLines(status, context.colors, Date.now()).join('\n')}`
    : `\n${showStatus({ status, inFlight: new Map() }, context.colors, Date.now(), context.io.stdout.columns)}`;
