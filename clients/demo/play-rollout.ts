import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hostId, rolloutId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import type { RolloutStatus } from '../../contracts/rollout';
import type { CliContext } from '../cli/context';
import { asker } from '../cli/identity';
import { preparePlan } from '../cli/prepare';
import { watchLive } from '../cli/watch-rollout';
import { assembleReport } from '../report/assemble-report';
import { formats } from '../report/formats';
import { operate } from '../rollouts/operate';
import { readStatus } from '../rollouts/read-status';
import { startRollout } from '../rollouts/start-rollout';
import { createPreviewStore } from '../../store/previews';
import { differences } from './expected';
import type { ExpectedRollout } from './expected';
import type { Stage } from './stage';

export interface PlayedRollout {
  readonly status: RolloutStatus;
  /** Report files. */
  readonly files: readonly string[];
  /** How it differs from the script, a sentence each. */
  readonly wrong: readonly string[];
}

/** Often enough for hosts that boot in a second. */
const intervalMs = 300;

export async function playRollout(
  context: CliContext,
  stage: Stage,
  expected: ExpectedRollout,
  json: boolean,
): Promise<PlayedRollout> {
  const prepared = await preparePlan(join(stage.folder, expected.plan), { adapt: stage.adapt });
  const preview = await createPreviewStore(stage.config.previewDir).write(prepared.content);
  const name = rolloutId(`demo-${basename(expected.plan, '.yaml')}`);
  const { temporal } = stage;
  const { fleetFile } = prepared;
  await startRollout(temporal, { rolloutId: name, preview, requestedBy: asker(), fleetFile });
  if (!json) context.io.stdout.write('\n');
  // The person's part is played while the rollout is watched, as it would be in another terminal.
  const [status] = await Promise.all([
    watchLive(context, temporal, name, { json, intervalMs }),
    skipHosts(context, stage, name, expected.skip),
  ]);
  const files = await writeReports(stage, name);
  return { status, files, wrong: differences(expected, status) };
}

/** Once the assessment is over: before, a host that is left out counts as down in its sets, for nobody looked at it. */
async function skipHosts(
  { io }: CliContext,
  { temporal }: Stage,
  name: RolloutId,
  skip: ExpectedRollout['skip'],
): Promise<void> {
  const hosts = Object.entries(skip);
  if (hosts.length === 0) return;
  while ((await readStatus(temporal, name)).phase === 'assessing') {
    await pause(100, undefined, { signal: io.signal });
  }
  for (const [host, reason] of hosts) {
    const request = {
      operation: 'skip',
      author: asker().name,
      reason,
      hostId: hostId(host),
    } as const;
    await operate(temporal, name, request);
  }
}

async function writeReports(stage: Stage, name: RolloutId): Promise<string[]> {
  const report = await assembleReport(stage.temporal, name);
  const folder = join(stage.config.stateDir, 'reports');
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(formats).map(async ([format, write]) => {
      const file = join(folder, `${name}.${format}`);
      await writeFile(file, write(report));
      return file;
    }),
  );
}
