import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { preparePlan } from '../../../clients/cli/prepare';
import { forecastLines } from '../../../clients/cli/show-forecast';
import { makeForecast } from '../../../clients/forecast/make-forecast';
import { forecastWarnings } from '../../../clients/forecast/warnings';
import { previewHash } from '../../../contracts/ids';

const colors = picocolors.createColors(false);
/** A Wednesday: the window opens on Saturday. */
const now = Date.parse('2026-08-05T12:00:00Z');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollout-forecast-'));
  const connection = '{ kind: winrm, credentialRef: env:X }';
  const hosts = Array.from(
    { length: 10 },
    (_, index) => `  h${index}: { address: h${index}.test, connection: ${connection} }\n`,
  );
  await writeFile(join(folder, 'fleet.yaml'), `hosts:\n${hosts.join('')}`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const forecastOf = async (more: string, seenMs: readonly number[] = []) => {
  const plan = join(folder, 'plan.yaml');
  await writeFile(plan, `change: CHG1\nhotfix: KB4012212\nhosts: { all: true }\n${more}`);
  const { content } = await preparePlan(plan, { action: 'mitigate' });
  const preview = { hash: previewHash('a'.repeat(64)), content };
  const found = await makeForecast(preview, { verdicts: [], seenMs, now });
  return {
    found,
    lines: forecastLines(found, colors).join('\n'),
    warnings: forecastWarnings(content, found, now),
  };
};

const saturdays = 'window: { schedule: "0 22 * * 6", scheduleTimezone: UTC, duration: 2h }\n';

test('hosts that do not fit into the first window go on in the next, and the chart says so', async () => {
  const { found, lines } = await forecastOf(
    `${saturdays}serial: [1, 9]\nmaxConcurrency: 1\nhostDuration: 30m\n`,
  );
  expect(found?.hostsToBeChanged).toBe(10);
  expect(found?.windows?.p50).toBeGreaterThan(1);
  expect(found?.course.at(-1)?.done).toBe(10);
  expect(lines).toMatch(/takes \d( to \d)? windows?; \d hosts? in the first/);
  expect(lines).toMatch(/Sat 2026-08-08 22:00 UTC\S*\s+█+░+ \d of 10/);
  expect(lines).toMatch(/█{30} 10 of 10$/);
});

test('a package that breaks every host is stopped by the budget after its first host', async () => {
  const { found, lines } = await forecastOf('serial: [1, "50%"]\n');
  expect(found?.blast.everyHost).toEqual({ p50: 1, most: 1, stopped: 1 });
  expect(lines).toContain('a package that breaks every host is stopped after 1 host');
  expect(lines).not.toContain('window');
});

test('what hosts took in earlier rollouts counts for more than the word of the plan', async () => {
  const minutes = Array.from({ length: 40 }, () => 5 * 60_000);
  const seen = await forecastOf('maxConcurrency: 1\nhostDuration: 30m\n', minutes);
  const unseen = await forecastOf('maxConcurrency: 1\nhostDuration: 30m\n');
  expect(seen.lines).toContain('what 40 hosts of earlier rollouts took');
  expect(unseen.lines).toContain("the plan's hostDuration, for nothing was seen yet");
  expect(seen.found?.finish.p95).toBeLessThan(unseen.found?.finish.p50 ?? 0);
});

test('an approval that is not good for as long as the window is away, and one nobody could give, are warned of', async () => {
  const short = await forecastOf(`${saturdays}approvals: { minApprovals: 1, ttl: 2d }\n`);
  expect(short.warnings).toEqual([expect.stringContaining('the first window comes later')]);
  const proved = await forecastOf(
    `${saturdays}approvals: { minApprovals: 1, identity: authenticated }\n`,
  );
  expect(proved.warnings).toEqual([expect.stringContaining('nobody could approve')]);
  expect((await forecastOf(saturdays)).warnings).toEqual([]);
});
