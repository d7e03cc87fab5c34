import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Of this process. */
export function ownUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 };
}

/** USER_HZ of every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Of another process, from /proc; null where there is no such thing (only Linux has it). */
export function usageOf(pid: number): Usage | null {
  try {
    // The second field is the program's name in brackets and may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { cpuMs: (ticks * 1000) / ticksPerSecond, peakMb: Number(peak) / 1024 };
  } catch {
    return null;
  }
}
