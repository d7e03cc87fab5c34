import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Credential } from '../../contracts/fleet';
import { startLab } from '../../lab';
import type { Lab, LabEffect, LabHostOptions, LabOptions, LabTransport } from '../../lab/types';
import { openSession } from '../../remote/open-session';

const credential: Credential = { username: 'Administrator', password: 'lab-test-password' };
const labs: Lab[] = [];

afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
});

async function start(
  hosts: readonly LabHostOptions[],
  more: Partial<LabOptions> = {},
): Promise<Lab> {
  const lab = await startLab({ hosts, timeScale: 200, ...more });
  labs.push(lab);
  return lab;
}

const ssh: LabTransport = { kind: 'ssh' };
const http: LabTransport = { kind: 'winrm', scheme: 'http' };

const hostAt = (id: string, transport: LabTransport): LabHostOptions => ({
  id,
  transport,
  credential,
});

function connectionTo(lab: Lab, id: string): Connection {
  const { address, port, hostKey } = lab.endpoint(id);
  const common = { address, port, credentialRef: 'env:TEST' };
  return hostKey === undefined
    ? { ...common, kind: 'winrm', scheme: 'http', auth: 'basic', allowUnencrypted: true }
    : { ...common, kind: 'ssh', hostKey };
}

async function ask(lab: Lab, id: string, commandLine: string): Promise<string> {
  const session = await openSession(connectionTo(lab, id), credential);
  try {
    const { stdout } = await session.run(commandLine);
    return stdout.toString('latin1').trim();
  } finally {
    await session.close();
  }
}

const effectOf = (lab: Lab, wanted: LabEffect): Promise<void> =>
  new Promise((resolve) => {
    const stop = lab.onEffect(({ effect }) => {
      if (effect !== wanted) return;
      stop();
      resolve();
    });
  });

/** Code of the error with which a port refuses, or null when it takes the connection. */
const knock = ({ address, port }: { address: string; port: number }): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
  });

const untilOpen = async (lab: Lab, id: string): Promise<void> => {
  while ((await knock(lab.endpoint(id))) !== null)
    await new Promise((resolve) => setTimeout(resolve, 20));
};

const bootOf = (lab: Lab, id: string): Promise<string> =>
  ask(
    lab,
    id,
    'wmic os get LastBootUpTime /value <nul& wevtutil qe System /q:"*[System[(EventID=6005)]]" /c:1 /rd:true /f:xml',
  );

describe('the lab', () => {
  it.each([
    { name: 'SSH', transport: ssh },
    { name: 'WinRM', transport: http },
  ])(
    'really closes the port of a host that reboots over $name, which then is another boot',
    async ({ transport }) => {
      const lab = await start([hostAt('ex01', transport)]);
      const before = await bootOf(lab, 'ex01');
      const closed = effectOf(lab, 'port-closed');
      const booted = effectOf(lab, 'booted');
      await ask(lab, 'ex01', 'shutdown /r /t 60 /d p:2:17 /c "CHG0031337"');
      expect(await knock(lab.endpoint('ex01'))).toBeNull();
      await closed;
      expect(await knock(lab.endpoint('ex01'))).toBe('ECONNREFUSED');
      await booted;
      await untilOpen(lab, 'ex01');
      const after = await bootOf(lab, 'ex01');
      expect(before).toMatch(/LastBootUpTime=\d{14}/);
      expect(after).not.toBe(before);
      const effects = lab.ledger.map(({ effect }) => effect);
      const power = effects.filter((effect) =>
        ['shutdown-accepted', 'port-closed', 'booted'].includes(effect),
      );
      expect(power).toEqual(['shutdown-accepted', 'port-closed', 'booted']);
    },
  );

  it('writes every side effect to its ledger, in order, in the file too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    const ledgerFile = join(folder, 'made', 'ledger.jsonl');
    const lab = await start([hostAt('a', ssh), hostAt('b', http)], { ledgerFile });
    await ask(lab, 'a', 'echo x> C:\\Windows\\Temp\\x.txt& del C:\\Windows\\Temp\\x.txt');
    await ask(lab, 'b', 'reg add HKLM\\SOFTWARE\\Contoso /v Seen /t REG_DWORD /d 1 /f');
    const seen = lab.ledger
      .filter(({ effect }) => effect !== 'command')
      .map(({ host, effect }) => `${host} ${effect}`);
    expect(seen).toEqual([
      'a session-opened',
      'a file-written',
      'a file-deleted',
      'b session-opened',
      'b registry-written',
    ]);
    const kept = (await readFile(ledgerFile, 'utf8')).trim().split('\n');
    expect(kept.map((line) => JSON.parse(line) as unknown)).toEqual(lab.ledger);
    await rm(folder, { recursive: true });
  });

  it('holds a thousand hosts in one process', async () => {
    const hosts = Array.from({ length: 1000 }, (_, index) =>
      hostAt(`host${index}`, index % 2 === 0 ? ssh : http),
    );
    const memory = process.memoryUsage().rss;
    const startedAt = performance.now();
    const lab = await start(hosts);
    const startMs = performance.now() - startedAt;
    const says = await Promise.all(
      ['host0', 'host1', 'host998', 'host999'].map((id) => ask(lab, id, 'hostname')),
    );
    expect(says.map((name) => name.toLowerCase())).toEqual([
      'host0',
      'host1',
      'host998',
      'host999',
    ]);
    const grownMb = (process.memoryUsage().rss - memory) / 2 ** 20;
    const stoppedAt = performance.now();
    await lab.close();
    const stopMs = performance.now() - stoppedAt;
    process.stdout.write(
      `a lab of 1000 hosts: ${startMs.toFixed(0)} ms to start, ${stopMs.toFixed(0)} ms to stop, ${grownMb.toFixed(0)} MB\n`,
    );
    expect(await knock(lab.endpoint('host999'))).toBe('ECONNREFUSED');
  });
});
