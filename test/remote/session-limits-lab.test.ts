import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Connection } from '../../contracts/fleet';
import { startLab } from '../../lab';
import type { Lab, LabHostOptions } from '../../lab/types';
import { openSession } from '../../remote/open-session';
import { limitSessions } from '../../remote/session-limits';

const credential = { username: 'Administrator', password: 'within limits' };
/** Half of the hosts are in Oslo, more than its share of the room. */
const sites = ['oslo', 'oslo', 'rome', 'bonn'] as const;
const hosts = Array.from(
  { length: 120 },
  (_, index): LabHostOptions & { readonly site: string } => ({
    id: `h${index}`,
    site: sites[index % sites.length] ?? '',
    // Two after each other are of one kind, so that every site has both.
    transport: index % 8 < 4 ? { kind: 'ssh' } : { kind: 'winrm', scheme: 'http' },
    credential,
    windows: { exchange: false },
  }),
);

const isLinux = process.platform === 'linux';
const descriptors = (): number => (isLinux ? readdirSync('/proc/self/fd').length : 0);

/** Hosts that have a connection, as the lab's own sockets tell; the most at once, in all and of a site. */
function connectedHosts(siteOfPort: ReadonlyMap<number, string>) {
  const sockets = new Map<number, number>();
  const peaks = new Map<string, number>();
  const note = (name: string, count: number) =>
    peaks.set(name, Math.max(peaks.get(name) ?? 0, count));
  const listener = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    const port = socket.localPort ?? 0;
    if (!siteOfPort.has(port)) return;
    sockets.set(port, (sockets.get(port) ?? 0) + 1);
    const connected = [...sockets.keys()].map((one) => siteOfPort.get(one));
    note('all', connected.length);
    for (const site of new Set(sites)) note(site, connected.filter((one) => one === site).length);
    let isThere = true;
    const gone = () => {
      if (!isThere) return;
      isThere = false;
      const left = (sockets.get(port) ?? 0) - 1;
      if (left === 0) sockets.delete(port);
      else sockets.set(port, left);
    };
    // It is over when the other side has said so. Node tells the close of a socket later than the connections that came
    // in the same turn.
    socket.once('end', gone);
    socket.once('close', gone);
  };
  subscribe('net.server.socket', listener);
  return {
    peaks,
    now: () => sockets.size,
    stop: () => unsubscribe('net.server.socket', listener),
  };
}

function connectionTo(lab: Lab, { id, site }: (typeof hosts)[number]): Connection {
  const { address, port, hostKey } = lab.endpoint(id);
  const common = { address, port, credentialRef: 'env:ANY', site };
  return hostKey === undefined
    ? { kind: 'winrm', ...common, scheme: 'http', auth: 'basic', allowUnencrypted: true }
    : { kind: 'ssh', ...common, hostKey };
}

describe('120 sessions with emulated machines, at most 50 at once and 20 of a site', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab({ hosts });
  });

  afterAll(() => lab.close());

  it('are all served, never more at once than that, and leave nothing open', async () => {
    const connections = hosts.map((host) => connectionTo(lab, host));
    const seen = connectedHosts(new Map(connections.map(({ port, site }) => [port, site ?? ''])));
    const sessions = limitSessions(openSession, { perWorker: 50, perSite: 20 });
    const before = descriptors();
    const codes = await Promise.all(
      connections.map(async (connection, index) => {
        const session = await sessions.open(connection, credential);
        try {
          return (await session.run(`exit ${index}`)).exitCode;
        } finally {
          await session.close();
        }
      }),
    );
    expect(codes).toEqual(hosts.map((_, index) => index));
    expect(sessions.figures()).toEqual({ taken: 0, waiting: 0, peak: 50 });
    // Full use is made of the room, and no more.
    expect(Object.fromEntries(seen.peaks)).toMatchObject({ all: 50, oslo: 20 });
    for (const site of sites) expect(seen.peaks.get(site)).toBeLessThanOrEqual(20);
    while (seen.now() > 0 || descriptors() > before)
      await new Promise((resolve) => setImmediate(resolve));
    expect(descriptors()).toBeLessThanOrEqual(before);
    seen.stop();
  });
});
