// A controlled change from the request to the report, on a lab of this machine: npm run example:change-control
//
// Everything is done with the commands that are printed. The script only waits for the right moments, and compares what
// came of it with what had to.
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root, setUp } from '../../scripts/setup.mjs';

setUp();
const { createChecks, createShell, say, title } = await import('./shell.mjs');
const stage = await import('./stage.mjs');
const { proveWindows } = await import('./proof.mjs');

const minute = 60_000;
const second = 1000;
/** Before the first window: enough to ask, to look and to approve. */
const lead = { least: 12 * second, most: 45 * second };
/** Enough for the one who is on call. */
const frozen = { least: 15 * second, most: 30 * second };

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort());
const { signal } = interrupted;

const stateDir = process.env['ROLLOUT_STATE_DIR'] ?? join(root, '.state');
const folder = join(stateDir, 'change-control');
const id = 'weekend';
const status = ['status', id];

/**
 * Two windows and a freeze between them. The first one has room for the canary, even where the machine is busy, and for
 * no other host, for the soak is over only when what is left is too short.
 */
function nearWindows(now, tookMs) {
  // Where starting took long, commands do too.
  const within = ({ least, most }) => Math.min(most, Math.max(least, tookMs));
  const first = Math.ceil((now + within(lead)) / minute) * minute;
  return {
    windows: [
      { name: 'saturday', from: first, minutes: 1 },
      { name: 'sunday', from: first + minute, minutes: 2 },
    ],
    freeze: { from: first + minute, until: first + minute + within(frozen) },
  };
}

async function play(shell, { check }, { windows, freeze }) {
  const until = async (at) => pause(Math.max(0, at - Date.now()), undefined, { signal });
  const [saturday] = windows;

  title(
    '1. What would be done: hosts, waves, windows, forecast, and the hash that stands for all of it',
  );
  const preview = await shell.rollout('preview', './plan.yaml');
  check('the plan can be carried out', preview.code === 0);
  check(
    'the forecast says how far a package gets that breaks every host',
    preview.output.includes('a package that breaks every host is stopped after 1 host'),
  );

  title('2. Anna asks for the change');
  await shell.rollout('start', './plan.yaml', '--id', id, '--as', 'anna');
  const { previewHash } = await shell.json(...status);
  const approve = (who, reason, hash = previewHash.slice(0, 12)) =>
    shell.rollout('approve', id, '--hash', hash, '--reason', reason, '--as', who);

  title('3. Nobody approves a change of their own, and nobody what they have not looked at');
  const own = await approve('anna', 'it is urgent');
  check('her own approval is refused', own.code === 2 && /anna asked for this/.test(own.output));
  const other = await approve('bob', 'looks good', '0'.repeat(12));
  check('an approval of something else is refused', other.code === 2);

  title('4. Bob approves; that is one of two');
  const bob = await approve('bob', 'reviewed with the messaging team');
  check('it counts', bob.code === 0);
  const again = await approve('bob', 'and once more');
  check('a second one of his does not', again.code === 2);
  await shell.rollout(...status);
  const waiting = await shell.json(...status);
  check('it waits for the second approval', waiting.phase === 'awaiting-approval', waiting.phase);
  check(
    'no host was asked or begun meanwhile',
    waiting.hosts.every(({ standing }) => standing === 'unassessed'),
  );

  title('5. Carol approves; now it waits for its window');
  const carol = await approve('carol', 'window agreed with the service desk');
  check('it counts', carol.code === 0);
  const approved = await shell.json(...status);
  check('it waits for the window', approved.phase === 'awaiting-window', approved.phase);
  check('the window had not opened', Date.now() < saturday.from);
  const watching = shell.follow('watch', id);

  title('6. The window opens: hosts are looked at again, and the canary is changed');
  await until(saturday.from + 0.75 * minute);
  await shell.rollout(...status);

  title('7. The window is closed. Dora, who is on call, has the next one extended');
  await until(freeze.from + 2 * second);
  await watching.shows(/hub01 fixed/);
  const between = await shell.json(...status);
  check('it waits for the next window', between.phase === 'awaiting-window', between.phase);
  check('the canary is fixed', outcomesOf(between)['hub01'] === 'fixed');
  check(
    'every other host keeps its place',
    Object.values(outcomesOf(between)).filter((outcome) => outcome === null).length === 3,
  );
  const extended = await shell.rollout(
    ...['window-end', id, '--in', '10m', '--as', 'dora'],
    ...['--reason', 'agreed with the service desk'],
  );
  check('the end of the window is moved', extended.code === 0);

  title('8. The next window opens, and it goes on');
  await watching.shows(/ex01 (applying|rebooting|verifying)/);
  const slots = await shell.rollout('slots');
  check('of the group one host may be down, and that is ex01', /ex01/.test(slots.output));
  const end = await watching.ended;
  check('it ends well', end === 0, `exit code ${end}`);

  title('9. The report: who asked, who approved, what was done and when');
  await shell.rollout('report', id, '--format', 'html', '--output', './report.html');
  return shell.json('report', id, '--format', 'json');
}

const outcomesOf = ({ hosts }) =>
  Object.fromEntries(hosts.map(({ hostId, outcome }) => [hostId, outcome]));

async function main() {
  const begun = Date.now();
  const checks = createChecks();
  await stage.openFolder(folder);
  say(`everything is in ${relative('', folder)}; worker and server write into dev.log there`);
  const shell = await createShell({ folder, signal });
  const port = await stage.writeFleet(folder);
  title('0. A lab of five emulated servers, a Temporal server and a worker');
  const running = await stage.startLabAndServer(shell, folder, port);
  try {
    const now = Date.now();
    const near = nearWindows(now, now - begun);
    const timeZone = stage.quietZone(now);
    await stage.writePlan(folder, { ...near, timeZone });
    await stage.writeFreeze(folder, near.freeze);
    const report = await play(shell, checks, near);
    await proveWindows(report, { ...checks, ...near, folder });
  } finally {
    await running.stop();
  }
  const { held, failed } = checks.result();
  const took = Math.round((Date.now() - begun) / second);
  title(
    failed.length === 0
      ? `all ${held} checks held, in ${took} s; see ${relative('', join(folder, 'report.html'))}`
      : `${failed.length} of ${held + failed.length} checks failed:\n${failed.join('\n')}`,
  );
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!signal.aborted) process.stderr.write(`${error.stack}\n`);
  process.exitCode = signal.aborted ? 130 : 1;
}
