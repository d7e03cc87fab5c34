import { Failure } from '../../contracts/failures';
import type { GateCheck } from '../../contracts/gate';
import type { Judged } from '../../domain/gate';
import { fillText } from '../../domain/gate';
import { decodeOutput } from '../../remote/windows/decode';
import { inSession } from '../step';
import type { Asking } from './asking';
import { targetOf } from './asking';

const maxOutputBytes = 256 * 1024;
const shownOutput = 120;

/** Exit codes are unsigned on the wire; people also write them signed. */
const has = (codes: readonly number[], exitCode: number): boolean =>
  codes.some((code) => code >>> 0 === exitCode >>> 0);

export async function measureCommand(
  { deps, input, host }: Asking,
  check: GateCheck & { readonly kind: 'command' },
): Promise<Judged> {
  const command = fillText(check.command, host);
  const target = targetOf(input, check.host);
  const { timeoutMs } = check;
  const { exitCode, stdout, stderr } = await inSession(deps, target, (session, signal) =>
    session.run(command, { timeoutMs, signal, maxOutputBytes }),
  );
  if (exitCode === null) {
    throw new Failure(
      'command-timeout',
      `${target.hostId}: the command did not end within ${timeoutMs} ms`,
      { facts: { host: target.hostId, timeoutMs } },
    );
  }
  const output = `${decodeOutput(stdout)}${decodeOutput(stderr)}`.trim().slice(-shownOutput);
  const message = `${target.hostId}: exit code ${exitCode}${output === '' ? '' : `, ${output}`}`;
  if (has(check.success, exitCode)) return { phase: 'successful', message };
  return { phase: has(check.inconclusive, exitCode) ? 'inconclusive' : 'failed', message };
}
