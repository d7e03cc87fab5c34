import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { measureBare, measureRollout } from './measure';
import type { Measurement } from './measure';
import { measurePackages } from './packages';
import { measurePhases } from './phases';
import { measureSessions } from './sessions';
import { measureWindows } from './windows';

const usage = `Usage: npm run bench -- [--hosts 200,1000] [--phases 200] [--packages [--megabytes 100]]
                            [--sessions [--count 500]] [--windows] [--json]

Carries a rollout through lab hosts without artificial delays, and does the same remote work as a bare loop without
Temporal, one after the other on this machine. Absolute figures are this machine's; the ratios travel.
--phases compares two ways of knowing the phases of hosts in flight, and nothing else.
--packages brings one package to one lab host in each way there is, and does nothing else.
--sessions opens so many sessions over SSH, over WinRM, and of both at once, and does nothing else.
--windows shows how much of maintenance windows a rollout uses, under a simulated clock, and does nothing else.`;

/** @returns exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      hosts: { type: 'string', default: '200,1000' },
      phases: { type: 'string' },
      packages: { type: 'boolean', default: false },
      sessions: { type: 'boolean', default: false },
      windows: { type: 'boolean', default: false },
      count: { type: 'string', default: '500' },
      megabytes: { type: 'string', default: '100' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const sizes = values.hosts.split(',').map(Number);
  if (values.help || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (values.phases !== undefined) {
    console.log(await measurePhases(Number(values.phases)));
    return 0;
  }
  if (values.windows) {
    console.log(measureWindows());
    return 0;
  }
  if (values.sessions) {
    console.log(await measureSessions(Number(values.count)));
    return 0;
  }
  if (values.packages) {
    console.log(await measurePackages(Number(values.megabytes)));
    return 0;
  }
  const results: { bare: Measurement; rollout: Measurement }[] = [];
  for (const size of sizes) {
    // One after the other: side by side they would take each other's processors.
    // oxlint-disable-next-line no-await-in-loop
    results.push({ bare: await measureBare(size), rollout: await measureRollout(size) });
    if (!values.json) console.log(tableOf(results.at(-1)!));
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else console.log(measureWindows());
  return 0;
}

function tableOf({ bare, rollout }: { bare: Measurement; rollout: Measurement }): string {
  const table = new Table({
    head: [`${bare.hosts} hosts, ${cpus().length} processors`, 'bare loop', 'rollout', 'ratio'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right'],
  });
  const perHost = (cpuMs: number | undefined): number | undefined =>
    cpuMs === undefined ? undefined : cpuMs / bare.hosts;
  const row = (name: string, a: number | undefined, b: number | undefined, digits = 1): void => {
    const ratio = a === undefined || b === undefined || a === 0 ? '' : (b / a).toFixed(2);
    table.push([name, a?.toFixed(digits) ?? '', b?.toFixed(digits) ?? '', ratio]);
  };
  row('seconds', bare.seconds, rollout.seconds);
  row('hosts per second', bare.hosts / bare.seconds, rollout.hosts / rollout.seconds);
  row('CPU ms per host: worker', perHost(bare.work.cpuMs), perHost(rollout.work.cpuMs));
  row('CPU ms per host: server', undefined, perHost(rollout.server?.cpuMs));
  row('CPU ms per host: lab', perHost(bare.lab.cpuMs), perHost(rollout.lab.cpuMs));
  row('peak MB: worker', bare.work.peakMb, rollout.work.peakMb, 0);
  row('peak MB: server', undefined, rollout.server?.peakMb, 0);
  row('peak MB: lab', bare.lab.peakMb, rollout.lab.peakMb, 0);
  row('events per host, rollout', undefined, rollout.parentEvents / rollout.hosts);
  row('events per host, host workflow', undefined, rollout.hostEvents, 0);
  return table.toString();
}
