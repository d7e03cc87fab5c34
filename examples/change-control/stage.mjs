// What the example plays on: its files with ports, windows and a freeze of their own, a lab, a server and a worker.
import { randomBytes } from 'node:crypto';
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const here = import.meta.dirname;

/** Empty, so that nothing of an earlier run and no server of yours has a part in it. */
export async function openFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of Object.keys(process.env)) {
    if (/^(TEMPORAL|ROLLOUT)_/.test(name) && !kept.has(name)) delete process.env[name];
  }
  const profile = join(folder, 'temporal.toml');
  await writeFile(profile, '[profile.default]\n');
  Object.assign(process.env, {
    TEMPORAL_CONFIG_FILE: profile,
    ROLLOUT_STATE_DIR: folder,
    // Things on the lab's hosts take seconds, so they are looked at more often than real ones.
    ROLLOUT_PACE: '0.03',
    LAB_ADMIN: JSON.stringify({
      username: 'Administrator',
      password: randomBytes(24).toString('base64url'),
    }),
  });
}

const kept = new Set(['ROLLOUT_TEMPORAL_EXECUTABLE']);

/** The lab is on ports that are free here, so that it gets in nobody's way. */
export async function writeFleet(folder) {
  const fleet = parseDocument(await readFile(join(here, 'fleet.yaml'), 'utf8'));
  const hosts = fleet.get('hosts').items;
  const ports = await freePorts(hosts.length + 1);
  hosts.forEach(({ value }, index) => value.setIn(['connection', 'port'], ports[index]));
  await writeFile(join(folder, 'fleet.yaml'), fleet.toString());
  await copyFile(join(here, 'lab.yaml'), join(folder, 'lab.yaml'));
  return ports.at(-1);
}

/** The plan of the example, with windows that are near enough to wait for. */
export async function writePlan(folder, { windows, timeZone }) {
  const plan = parseDocument(await readFile(join(here, 'plan.yaml'), 'utf8'));
  const packageFile = plan.getIn(['package', 'file']);
  plan.setIn(['package', 'file'], packageFile.replace(/^.*\.state\//, './'));
  const near = windows.map(({ name, from, minutes }) => ({
    name,
    start: localMoment(from),
    scheduleTimezone: timeZone,
    duration: `${minutes}m`,
  }));
  plan.set('window', plan.createNode(near));
  await writeFile(join(folder, 'plan.yaml'), plan.toString());
}

export async function writeFreeze(folder, { from, until }) {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Contoso//Change freezes//EN',
    'BEGIN:VEVENT',
    'UID:tonight@change.contoso.test',
    `DTSTAMP:${icalMoment(from)}`,
    `DTSTART:${icalMoment(from)}`,
    `DTEND:${icalMoment(until)}`,
    'SUMMARY:The database cluster is backed up',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  await writeFile(join(folder, 'freeze.ics'), lines.join('\r\n'));
}

export async function startLabAndServer(shell, folder, port) {
  const logTo = (name) => (text) => void appendFile(join(folder, name), text);
  const running = [];
  const stop = async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  };
  try {
    const lab = ['lab', './fleet.yaml', '--ledger', './ledger.jsonl'];
    running.push(await shell.up(lab, /hosts are up/, logTo('lab.log')));
    const server = await shell.up(
      ['dev', '--port', String(port)],
      /TEMPORAL_ADDRESS=(\S+)/,
      logTo('dev.log'),
    );
    running.push(server);
    process.env['TEMPORAL_ADDRESS'] = server.found[1];
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The zone of this machine; not in hours that its clocks repeat or leave out, which no plan can tell apart. */
export function quietZone(now) {
  const offsets = [-3, 0, 3].map((hours) => new Date(now + hours * 3_600_000).getTimezoneOffset());
  const isQuiet = new Set(offsets).size === 1;
  if (!isQuiet) process.env['TZ'] = 'UTC';
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const two = (number) => String(number).padStart(2, '0');

function localMoment(at) {
  const time = new Date(at);
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

const icalMoment = (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
