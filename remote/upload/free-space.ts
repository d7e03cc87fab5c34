import type { CommandResult } from '../session';

/** Bytes free on the drive of a path; null when that cannot be told, as on hosts that have no wmic any more. */
export async function askFreeSpace(
  path: string,
  run: (commandLine: string) => Promise<CommandResult>,
): Promise<number | null> {
  const drive = path.slice(0, 2);
  const question = `wmic logicaldisk where "DeviceID='${drive}'" get FreeSpace /value <nul`;
  const answer = await run(question).catch(() => null);
  const match = /FreeSpace=(\d{1,15})/.exec(
    (answer?.stdout.toString('latin1') ?? '').replaceAll('\0', ''),
  );
  return match === null ? null : Number(match[1]);
}
