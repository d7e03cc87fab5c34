import type { ExitCodeMeaning, Hotfix } from '../../contracts/hotfix';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import { type ExitCodeEntry, exitCodeTable } from './exit-code-table';

export interface ExitCodeJudgement {
  readonly meaning: ExitCodeMeaning;
  readonly reason: Reason;
  /** The code must not decide by itself; the state of the package afterwards does. */
  readonly verifyDecides: boolean;
}

/**
 * One code, one number: WinRM prints HRESULTs as negative numbers, SSH as unsigned ones, people write them in hex.
 *
 * @throws RangeError for what is no exit code; a quiet 0 would read as success.
 */
export function normalizeExitCode(exitCode: number | string): number {
  const text = String(exitCode).trim();
  const value = /^(-?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value >= -0x8000_0000 && value <= 0xffff_ffff)) {
    throw new RangeError(`${JSON.stringify(exitCode)} is not a 32-bit exit code`);
  }
  return value >>> 0;
}

/** What the hotfix says of the code, else what the common table says; an unknown code is for a person. */
export function meaningOf(exitCode: number, hotfix: Hotfix): ExitCodeJudgement {
  const code = normalizeExitCode(exitCode);
  const facts = { exitCode: code, hex: hexOf(code) };
  const own = hotfix.install.exitCodes[String(code)];
  if (own !== undefined) return judgement(own.meaning, own.message, facts, false);
  const entry = exitCodeTable.get(code) ?? win32Entry(code);
  if (entry === undefined) {
    const message = `The installer ended with ${hexOf(code)} (${code}), which is not a known code.`;
    return judgement('needs-a-person', message, facts, false);
  }
  const message = `${entry.message} (${entry.name}, ${hexOf(code)})`;
  return judgement(entry.meaning, message, facts, entry.verifyDecides === true);
}

const judgement = (
  meaning: ExitCodeMeaning,
  message: string,
  facts: { exitCode: number; hex: string },
  verifyDecides: boolean,
): ExitCodeJudgement => ({
  meaning,
  reason: reason(`exit-code-${meaning}`, message, facts),
  verifyDecides,
});

/** HRESULTs of facility Win32 (0x8007xxxx) wrap a plain Windows error code. */
function win32Entry(code: number): ExitCodeEntry | undefined {
  const low = code & 0xffff;
  // 0x80070000 and S_FALSE in that wrapping are no success: only real error codes are unwrapped.
  return code >>> 16 === 0x8007 && low > 1 ? exitCodeTable.get(low) : undefined;
}

function hexOf(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
