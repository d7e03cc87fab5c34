import { canonicalJson } from '../../contracts/canonical-json';
import { Failure } from '../../contracts/failures';
import type { MeasureInput } from '../../contracts/gate';
import type { HostId } from '../../contracts/ids';
import type { StepTarget } from '../../contracts/steps';
import type { AskedHost } from '../../domain/gate';
import type { ActivityDependencies } from '../dependencies';

/** What every kind of check has in hand. */
export interface Asking {
  readonly deps: ActivityDependencies;
  readonly input: MeasureInput;
  /** Whom the gate is asked about; null before a wave. */
  readonly host: AskedHost | null;
  readonly signal: AbortSignal;
}

/**
 * Only what was frozen is asked: anybody with Temporal's own tools can start a workflow, and a gate may be a command.
 *
 * @throws Failure preview-missing, preview-changed, `bad-request`
 */
export async function askedHost(
  deps: Pick<ActivityDependencies, 'previews'>,
  { previewHash, gate, hostId }: MeasureInput,
): Promise<AskedHost | null> {
  const { content } = await deps.previews.read(previewHash);
  const wanted = canonicalJson(gate);
  if (!(content.gates ?? []).some((one) => canonicalJson(one) === wanted)) {
    throw new Failure('bad-request', `the preview has no such gate as ${gate.name}`, {
      facts: { gate: gate.name, preview: previewHash },
    });
  }
  if (hostId === null) return null;
  const found = content.hosts.find((host) => host.hostId === hostId);
  if (found !== undefined) return { host: hostId, address: found.connection.address };
  throw new Failure('bad-request', `host ${hostId} is not in the preview`, {
    facts: { host: hostId, preview: previewHash },
  });
}

/** The host by whose hand it is asked: the one that the check names, else the one that the gate is asked about. */
export function targetOf(
  { owner, previewHash, gate, hostId }: MeasureInput,
  named: HostId | null,
): StepTarget {
  const by = named ?? hostId;
  if (by !== null) return { owner, previewHash, hostId: by };
  throw new Failure('bad-request', `gate ${gate.name} names no host on which it is asked`);
}
