// What has to be so afterwards, told from the report and, from outside, from the lab's ledger of side effects.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const minute = 60_000;

/** Effects of somebody who only looks. */
const looking = new Set(['session-opened', 'login-refused']);

export async function proveWindows(report, { check, windows, freeze, folder }) {
  const [saturday, sunday] = windows;
  // As a person would work them out from plan and calendar, not as the program says they were.
  const openings = [
    { name: 'saturday', from: saturday.from, until: freeze.from },
    { name: 'sunday', from: freeze.until, until: freeze.until + 10 * minute },
  ];
  const openingAt = (at) => openings.find(({ from, until }) => from <= at && at < until)?.name;
  const { approvals, requestedBy } = report;
  const by = approvals.given.map(({ by: { name } }) => name);
  check('two others than who asked approved', requestedBy === 'anna' && by.join() === 'bob,carol');
  check('the report says that their names are asserted', approvals.given.every(isGiven));

  const approvedAt = Math.max(...approvals.given.map(({ at }) => Date.parse(at)));
  const changed = report.hosts.filter(({ attempts }) => attempts > 0);
  const begunIn = Object.fromEntries(
    changed.map(({ hostId, startedAt }) => [hostId, openingAt(Date.parse(startedAt))]),
  );
  check(
    'no host was begun before the second approval',
    changed.every(({ startedAt }) => Date.parse(startedAt) > approvedAt),
  );
  check('no host was begun outside of a window', !Object.values(begunIn).includes(undefined));
  check(
    'the canary was begun in the first window, all others in the second',
    JSON.stringify(begunIn) ===
      JSON.stringify({ hub01: 'saturday', ex01: 'sunday', ex02: 'sunday', cas01: 'sunday' }),
    JSON.stringify(begunIn),
  );
  const ends = Object.fromEntries(report.hosts.map(({ hostId, outcome }) => [hostId, outcome]));
  const fixed = changed.filter(({ outcome }) => outcome === 'fixed').length;
  check('four hosts are fixed, the fifth was not affected', fixed === 4 && isLeftAlone(ends.ex03));
  const last = Math.max(...changed.map(({ startedAt }) => Date.parse(startedAt)));
  const cas01 = report.hosts.find(({ hostId }) => hostId === 'cas01');
  check('cas01 came last', Date.parse(cas01.startedAt) === last);
  const moved = report.operations.find(({ operation }) => operation === 'set-window');
  check('who extended the window, and why, is kept', moved?.author === 'dora', moved?.author);

  const effects = (await readLedger(folder)).filter(({ effect }) => !looking.has(effect));
  const first = new Map();
  for (const { host, at } of effects) if (!first.has(host)) first.set(host, Date.parse(at));
  check(
    'on the hosts themselves nothing was done before their window either',
    first.size === 4 && [...first].every(([host, at]) => openingAt(at) === begunIn[host]),
    JSON.stringify([...first]),
  );
  const count = (host, effect) =>
    effects.filter((entry) => entry.host === host && entry.effect === effect).length;
  check(
    'each was installed once and booted once',
    [...first.keys()].every(
      (host) => count(host, 'install-started') === 1 && count(host, 'booted') === 1,
    ),
  );
}

const isGiven = ({ by: { source } }) => source === 'given';
const isLeftAlone = (outcome) => outcome === 'not-affected';

async function readLedger(folder) {
  const lines = (await readFile(join(folder, 'ledger.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}
