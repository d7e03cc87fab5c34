import { z } from 'zod';
import { parseWith } from '../../contracts/parsed.schema';
import { fieldName } from '../../contracts/parsed.schema';
import { outcomes, rolloutResults } from '../../contracts/outcome';
import type { RolloutStatus } from '../../contracts/rollout';
import { BadInput, readYaml } from '../input';

const expectedSchema = z.strictObject({
  rollouts: z
    .array(
      z.strictObject({
        /** Beside the file. */
        plan: z.string(),
        /** Hosts to be skipped once they have been looked at, with the reason given. */
        skip: z.record(z.string(), z.string()).default({}),
        result: z.enum(rolloutResults),
        hosts: z.record(z.string(), z.enum(outcomes)),
      }),
    )
    .min(1),
});

export type ExpectedRollout = z.output<typeof expectedSchema>['rollouts'][number];

/** @throws BadInput with everything that is wrong with the file */
export async function loadExpected(file: string): Promise<readonly ExpectedRollout[]> {
  const { value, locate } = await readYaml(file);
  const parsed = parseWith(expectedSchema, value);
  if (parsed.ok) return parsed.value.rollouts;
  throw new BadInput(
    parsed.problems.map(({ path, message, advice }) => ({
      file,
      line: locate(path).line,
      field: fieldName(path),
      message,
      advice,
    })),
  );
}

/** Pure: every way in which a rollout did not end as scripted, a sentence each; empty when it did. */
export function differences(
  expected: Pick<ExpectedRollout, 'result' | 'hosts'>,
  status: RolloutStatus,
): string[] {
  const found: string[] = [];
  const { rolloutId } = status;
  if (status.result !== expected.result) {
    found.push(`${rolloutId} ended ${status.result ?? 'not at all'} instead of ${expected.result}`);
  }
  const ended = new Map<string, string>(
    status.hosts.map((host) => [host.hostId, host.outcome ?? 'without outcome']),
  );
  for (const [host, outcome] of Object.entries(expected.hosts)) {
    const is = ended.get(host);
    if (is === undefined) found.push(`${rolloutId} has no host ${host}`);
    else if (is !== outcome) found.push(`${host} ended ${is} instead of ${outcome}`);
    ended.delete(host);
  }
  for (const host of ended.keys()) found.push(`${host} of ${rolloutId} was not scripted`);
  return found;
}
