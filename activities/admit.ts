import { Failure } from '../contracts/failures';
import type { AdmitInput } from '../contracts/steps';
import type { ActivityDependencies } from './dependencies';

/**
 * Whether this worker can carry the rollout out. Looked at inside the workflow as well as by the client, since anyone
 * with Temporal's own tools can start a workflow past the client.
 */
export const createAdmit =
  (deps: Pick<ActivityDependencies, 'previews' | 'packages'>) =>
  async ({ previewHash, hosts, needsPackage }: AdmitInput): Promise<void> => {
    const { content } = await deps.previews.read(previewHash);
    const inPreview = new Set<string>(content.hosts.map(({ hostId }) => hostId));
    const strangers = hosts.filter((host) => !inPreview.has(host));
    if (strangers.length > 0) {
      throw new Failure(
        'bad-request',
        `the preview has no host ${strangers.slice(0, 10).join(', ')}`,
        {
          facts: { preview: previewHash, missing: strangers.length },
          advice: 'preview the plan again and start from that preview',
        },
      );
    }
    if (new Set(hosts).size !== hosts.length) {
      throw new Failure('bad-request', 'a host is named twice', {
        facts: { preview: previewHash },
      });
    }
    const pkg = content.package;
    if (!needsPackage) return;
    if (pkg === null) {
      // Not reached through the client, which asks for one.
      if ((content.action ?? 'fix') !== 'fix') return;
      throw new Failure('bad-request', 'the preview names no package', {
        facts: { preview: previewHash },
        advice: 'add package: to the plan and preview it again',
      });
    }
    // What the hosts pull by themselves no worker has to have.
    if (pkg.url === undefined) await deps.packages.find(pkg);
  };
