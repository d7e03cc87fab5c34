import { canonicalJson } from '../contracts/canonical-json';
import { Failure } from '../contracts/failures';
import type { HostId, PreviewHash } from '../contracts/ids';
import type { PreviewContent } from '../contracts/preview';
import type { AdmitInput, AskedOfPreview } from '../contracts/steps';
import type { ActivityDependencies } from './dependencies';

/**
 * Whether this worker can carry the rollout out, and whether it was started with what its preview says. Looked at inside
 * the workflow as well as by the client, since anyone with Temporal's own tools can start a workflow past the client.
 */
export const createAdmit =
  (deps: Pick<ActivityDependencies, 'previews' | 'packages' | 'readFleet'>) =>
  async (input: AdmitInput): Promise<void> => {
    const { previewHash, hosts, needsPackage, asked, fleetFile = null } = input;
    const { content } = await deps.previews.read(previewHash);
    refuseStrangers(hosts, content, previewHash);
    if (asked !== undefined) refuseOther({ action: 'fix', ...asked }, hosts, content, previewHash);
    if (asked !== undefined && fleetFile === null) refuseUncompared(content, previewHash);
    if (fleetFile !== null) await refuseUnreadable(deps, fleetFile);
    if (needsPackage) await findPackage(deps, content, previewHash);
  };

function refuseStrangers(
  hosts: readonly HostId[],
  content: PreviewContent,
  preview: PreviewHash,
): void {
  const inPreview = new Set<string>(content.hosts.map(({ hostId }) => hostId));
  const strangers = hosts.filter((host) => !inPreview.has(host));
  if (strangers.length > 0) {
    throw new Failure(
      'bad-request',
      `the preview has no host ${strangers.slice(0, 10).join(', ')}`,
      {
        facts: { preview, missing: strangers.length },
        advice: 'preview the plan again and start from that preview',
      },
    );
  }
  if (new Set(hosts).size !== hosts.length) {
    throw new Failure('bad-request', 'a host is named twice', { facts: { preview } });
  }
}

/** What is approved is the preview, by its hash: a rollout that was started with anything else would be another change. */
function refuseOther(
  asked: AskedOfPreview,
  hosts: readonly HostId[],
  content: PreviewContent,
  preview: PreviewHash,
): void {
  const frozen = askedOf(content);
  const names = new Set([...Object.keys(frozen), ...Object.keys(asked)]);
  const other = [...names].filter(
    (name) =>
      textOf(asked, name as keyof AskedOfPreview) !== textOf(frozen, name as keyof AskedOfPreview),
  );
  if (!isInOrder(hosts, content)) other.push('order of hosts');
  if (other.length === 0) return;
  throw new Failure(
    'bad-request',
    `the rollout was started with another ${other.join(', ')} than the preview has`,
    {
      facts: { preview, other: other.join(', ') },
      advice: 'start it with `rollout start`, which takes everything from the preview',
    },
  );
}

const textOf = (asked: AskedOfPreview, name: keyof AskedOfPreview): string =>
  asked[name] === undefined ? '' : canonicalJson(asked[name]);

function askedOf(content: PreviewContent): AskedOfPreview {
  const { approvals = null, calendar = null, order = [], gates = [], notify = [] } = content;
  const { change, hotfix, action = 'fix', package: pkg, sets, policy, hostPolicy } = content;
  const asked = { change, hotfix, action, package: pkg, sets, policy, hostPolicy };
  const control = { approvals, calendar, order, gates, notify };
  return { ...asked, ...control };
}

/** Hosts may be left out, but those that are there come in the order that was approved. */
function isInOrder(hosts: readonly HostId[], content: PreviewContent): boolean {
  const wanted = new Set(hosts);
  const frozen = content.hosts.filter(({ hostId }) => wanted.has(hostId));
  return frozen.every(({ hostId }, index) => hostId === hosts[index]);
}

/** A change that waits, for people or for a window, compares the fleet with what was approved before each host. */
function refuseUncompared({ approvals, calendar }: PreviewContent, preview: PreviewHash): void {
  if (approvals === undefined && calendar === undefined) return;
  throw new Failure('bad-request', 'the rollout was started without the file of its fleet', {
    facts: { preview },
    advice: 'start it with `rollout start`, which names the file',
  });
}

async function refuseUnreadable(
  { readFleet }: Pick<ActivityDependencies, 'readFleet'>,
  file: string,
): Promise<void> {
  try {
    await readFleet(file);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('bad-request', `${error.message} (${file})`, {
      facts: { file },
      advice:
        'a plan with approvals or windows has its fleet read again before hosts are begun: keep the fleet in a folder that client and workers have under the same path, and start again',
      cause: error,
    });
  }
}

async function findPackage(
  { packages }: Pick<ActivityDependencies, 'packages'>,
  { package: pkg, action = 'fix' }: PreviewContent,
  preview: PreviewHash,
): Promise<void> {
  if (pkg === null) {
    // Not reached through the client, which asks for one.
    if (action !== 'fix') return;
    throw new Failure('bad-request', 'the preview names no package', {
      facts: { preview },
      advice: 'add package: to the plan and preview it again',
    });
  }
  // What the hosts pull by themselves no worker has to have.
  if (pkg.url === undefined) await packages.find(pkg);
}
