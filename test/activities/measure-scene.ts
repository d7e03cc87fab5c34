import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { ActivityDependencies } from '../../activities';
import type { Gate, GateCheck, Measurement } from '../../contracts/gate';
import type { HostId, PreviewHash } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import { quiet } from './run-step';

export const gateOf = (check: GateCheck): Gate => ({
  name: 'health',
  when: { after: 'host' },
  check,
  count: 1,
  intervalMs: 1000,
  initialDelayMs: 0,
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  inconclusiveLimit: 0,
});

/** Dependencies whose preview has something more in it. */
export const withContent = (
  deps: ActivityDependencies,
  more: Partial<PreviewContent>,
): ActivityDependencies => ({
  ...deps,
  previews: {
    async read(hash) {
      const preview = await deps.previews.read(hash);
      return { ...preview, content: { ...preview.content, ...more } };
    },
  },
});

export interface Question {
  readonly check: GateCheck;
  /** @default null */
  readonly hostId?: HostId | null;
  /** Gates of the preview. @default the gate that is asked */
  readonly frozen?: readonly Gate[];
}

/** One measurement, as a worker takes it. */
export function measured(
  deps: ActivityDependencies,
  previewHash: PreviewHash,
  { check, hostId = null, frozen }: Question,
  environment: MockActivityEnvironment = new MockActivityEnvironment({}, { logger: quiet }),
): Promise<Measurement> {
  const gate = gateOf(check);
  const { measure } = createActivities(withContent(deps, { gates: frozen ?? [gate] }));
  return environment.run(measure, { owner: 'r1', previewHash, gate, hostId });
}
