import type { StandingReader } from '../activities';
import type { RolloutInput } from '../contracts/rollout';
import { readStanding } from '../clients/standing/read-standing';
import { rolloutInput } from '../clients/rollouts/start-rollout';
import type { PreviewStore } from '../store/previews';
import type { WorkerConfig } from './config';

/** Standing plans as a worker reads them: with everything that a client does to a plan that a person starts. */
export function createStandingReader(
  { packageDir }: Pick<WorkerConfig, 'packageDir'>,
  previews: Pick<PreviewStore, 'write'>,
): StandingReader {
  return {
    async read(files) {
      const { found, content } = await readStanding(files, packageDir);
      return {
        found,
        async freeze({ rolloutId, requestedBy }) {
          const preview = await previews.write(content);
          const { fleetFile, maxHosts } = files;
          const requester = { name: requestedBy, source: 'given' } as const;
          const input = rolloutInput({ rolloutId, preview, requestedBy: requester, fleetFile });
          return inOneWindow(input, maxHosts);
        },
      };
    },
  };
}

/** The next window has a rollout of its own. */
function inOneWindow(input: RolloutInput, maxHosts: number): RolloutInput {
  const { control } = input;
  if (control === undefined) throw new TypeError('a rollout is started without its control');
  return { ...input, control: { ...control, firing: { maxHosts } } };
}
