import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { LabEndpoint } from '../lab/types';
import type { SessionCosts } from './part-sessions';
import { startPart } from './parts';
import type { Weight } from './process-weight';
import { sessionWays } from './session-ways';
import type { Usage } from './usage';

/** What many sessions at once cost one worker, by transport, beside bare connections to the same hosts. */
export async function measureSessions(count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-bench-'));
  try {
    const lab = await startPart<readonly LabEndpoint[]>('part-session-lab', [String(count)]);
    const file = join(folder, 'endpoints.json');
    await writeFile(file, JSON.stringify(lab.ready));
    const results: [string, SessionCosts][] = [];
    for (const { name } of sessionWays) {
      // One after the other, each in a process of its own: what one leaves behind must not lie on the next.
      // oxlint-disable-next-line no-await-in-loop
      const part = await startPart<SessionCosts>('part-sessions', [file, name]);
      results.push([name, part.ready]);
      // oxlint-disable-next-line no-await-in-loop
      await part.stop();
    }
    return tableOf(results, await lab.stop());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tableOf(results: readonly (readonly [string, SessionCosts])[], lab: Usage): string {
  const table = new Table({
    head: ['sessions opened at once', ...results.map(([name, { count }]) => `${count} ${name}`)],
    style: { head: [], border: [] },
    colAligns: ['left', ...results.map(() => 'right' as const)],
    colWidths: [null, ...results.map(() => 14)],
    wordWrap: true,
  });
  const row = (name: string, cell: (costs: SessionCosts) => string): void => {
    table.push([name, ...results.map(([, costs]) => cell(costs))]);
  };
  row('open: seconds for all', ({ openMs }) => seconds(openMs.at(-1)));
  row('open: p50, p95 seconds', ({ openMs }) => `${at(openMs, 0.5)}, ${at(openMs, 0.95)}`);
  row('open: CPU ms each', ({ openCpuMs, count }) => (openCpuMs / count).toFixed(1));
  row('open: heap KB each', (costs) => each(costs, 'heapKb', costs.open));
  row('open: RSS KB each', (costs) => each(costs, 'rssKb', costs.open));
  row('open: file descriptors each', (costs) => each(costs, 'descriptors', costs.open, 2));
  row('a command on each at once: p50, p95 s', ({ askMs }) =>
    askMs.length === 0 ? '' : `${at(askMs, 0.5)}, ${at(askMs, 0.95)}`,
  );
  row('after it: heap KB each', (costs) =>
    costs.askMs.length === 0 ? '' : each(costs, 'heapKb', costs.asked),
  );
  row('after it: file descriptors each', (costs) =>
    costs.askMs.length === 0 ? '' : each(costs, 'descriptors', costs.asked, 2),
  );
  row('close: seconds for all', ({ closeMs }) => seconds(closeMs));
  row('closed: heap KB each', (costs) => each(costs, 'heapKb', costs.closed, 1));
  row('closed a second time: heap KB each', (costs) => each(costs, 'heapKb', costs.closedAgain, 1));
  row('closed: file descriptors left', ({ before, closed }) =>
    String(closed.descriptors - before.descriptors),
  );
  return `${table.toString()}\npeak MB of the lab: ${lab.peakMb.toFixed(0)}`;
}

const seconds = (ms: number | undefined): string => ((ms ?? 0) / 1000).toFixed(2);

const at = (ascending: readonly number[], share: number): string =>
  seconds(ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]);

const each = (
  { before, count }: SessionCosts,
  what: keyof Weight,
  then: Weight,
  digits = 0,
): string => ((then[what] - before[what]) / count).toFixed(digits);
