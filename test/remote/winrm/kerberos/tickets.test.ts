import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../../contracts/failures';
import type { PasswordCredential, TicketCredential } from '../../../../contracts/fleet';
import { loadGssapi } from '../../../../remote/winrm/kerberos/library';
import { createKerberosMechanism } from '../../../../remote/winrm/kerberos/mechanism';
import { judgeTest } from '../../../judges/judge';
import { enterEnvironment, hasRealm, startRealm } from '../../../peers/realm';
import type { Realm } from '../../../peers/realm';
import { handshake, startAcceptor } from './acceptor';
import type { Acceptor, Protocol } from './acceptor';

const isThere = hasRealm();
let realm: Realm;
let acceptor: Acceptor;
let leave: () => void = () => {};

const service = 'HTTP/localhost';
const hugo = { username: 'hugo@KRBTEST.COM', password: 'geheim' };
/** One whose KDC wants to see a proof of the password first, as Active Directory does. */
const paul = { username: 'paul@KRBTEST.COM', password: 'geheim' };

beforeAll(async () => {
  if (!isThere) return;
  realm = await startRealm({
    services: [service],
    users: [
      ['hugo', hugo.password],
      ['paul', paul.password, '+requires_preauth'],
      ['disabled', 'geheim', '-allow_tix'],
      ['outdated', 'geheim', '-pwexpire', '2020-01-01'],
      ['slow', 'geheim'],
    ],
  });
  acceptor = startAcceptor(realm.environment);
});

beforeEach(() => {
  if (isThere) leave = enterEnvironment(realm.environment);
});

afterEach(() => leave());

afterAll(async () => {
  if (!isThere) return;
  await acceptor.close();
  await realm.close();
});

const mechanismFor = (
  credential: PasswordCredential | TicketCredential,
  servicePrincipal: string = service,
) =>
  createKerberosMechanism({
    credential,
    servicePrincipal,
    host: 'localhost:5985',
    scheme: 'Negotiate',
  });

async function failureOf(what: Promise<unknown>): Promise<Failure> {
  try {
    await what;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Code and reason, as the rest of the system tells them apart. */
const verdictOf = async (what: Promise<unknown>): Promise<string> => {
  const { code, facts } = await failureOf(what);
  return `${code}: ${facts['reason']}`;
};

const cacheFile = (name: string): string => join(realm.folder, `cache-${name}`);

/** Logs in at an acceptor; that it works is what is asserted. */
async function login(credential: PasswordCredential | TicketCredential): Promise<void> {
  const mechanism = await mechanismFor(credential);
  const context = mechanism.createContext({ channelBindings: null });
  const { accepted } = await handshake(context, await acceptor.open('gssapi', 'negotiate'));
  expect(accepted).toMatchObject({ complete: true, user: credential.username });
  context.dispose();
  mechanism.dispose();
}

describe('a password', () => {
  judgeTest('leads to a ticket that nothing is written to disk of', isThere, async () => {
    const before = readdirSync(realm.folder);
    const trace = join(realm.folder, 'trace');
    const restore = enterEnvironment({ KRB5_TRACE: trace });
    await login(hugo);
    restore();
    const after = readdirSync(realm.folder).filter((name) => !before.includes(name));
    expect(after.filter((name) => name !== 'trace' && !name.endsWith('rcache2'))).toEqual([]);
    const stored = readFileSync(trace, 'utf8').match(/ in (\S+)$/gm) ?? [];
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.filter((where) => !where.startsWith(' in MEMORY:'))).toEqual([]);
  });

  judgeTest('that is wrong is refused, and tried once', isThere, async () => {
    const wrong = { ...paul, password: 'falsch' };
    expect(await verdictOf(mechanismFor(wrong))).toBe('login-refused: wrong-password');
    const [, failed] =
      /Failed password attempts: (\d+)/.exec(await realm.kadmin('getprinc', 'paul')) ?? [];
    expect(failed).toBe('1');
  });

  judgeTest(
    'that is wrong is told by the client where the KDC asks no proof',
    isThere,
    async () => {
      const wrong = { ...hugo, password: 'falsch' };
      expect(await verdictOf(mechanismFor(wrong))).toBe('login-refused: wrong-password');
    },
  );

  judgeTest('has expired', isThere, async () => {
    const outdated = { username: 'outdated@KRBTEST.COM', password: 'geheim' };
    expect(await verdictOf(mechanismFor(outdated))).toBe('login-refused: password-expired');
  });

  judgeTest('of an account that is disabled', isThere, async () => {
    const disabled = { username: 'disabled@KRBTEST.COM', password: 'geheim' };
    expect(await verdictOf(mechanismFor(disabled))).toBe('login-refused: account-disabled');
  });
});

describe('the account', () => {
  judgeTest('is not known to the KDC', isThere, async () => {
    const nobody = { username: 'nobody@KRBTEST.COM', password: 'geheim' };
    const failure = await failureOf(mechanismFor(nobody));
    expect(failure.code).toBe('kerberos-no-ticket');
    expect(failure.facts).toEqual({
      host: 'localhost:5985',
      username: 'nobody@KRBTEST.COM',
      servicePrincipal: service,
      reason: 'unknown-principal',
      gssMajor: 7 * 65536,
      gssMinor: 2 ** 32 - 1765328384 + 6,
    });
    expect(failure.message).toContain('the KDC knows no account nobody@KRBTEST.COM');
  });

  judgeTest('is of a realm that no KDC is known for', isThere, async () => {
    const stranger = { username: 'hugo@ELSEWHERE.EXAMPLE', password: 'geheim' };
    expect(await verdictOf(mechanismFor(stranger))).toBe('kerberos-no-ticket: unknown-realm');
  });

  judgeTest('has a NetBIOS name in front, which leads to no realm', isThere, async () => {
    const netbios = { username: 'KRBTEST\\hugo', password: 'geheim' };
    expect(await verdictOf(mechanismFor(netbios))).toBe('kerberos-no-ticket: no-realm');
  });

  for (const username of ['hugo', 'hugo@krbtest.com', 'krbtest.com\\hugo']) {
    judgeTest(`may be written ${username}`, isThere, async () => {
      const mechanism = await mechanismFor({ username, password: hugo.password });
      mechanism.dispose();
    });
  }
});

describe('the service', () => {
  judgeTest('is not known to the KDC', isThere, async () => {
    const failure = await failureOf(mechanismFor(hugo, 'HTTP/nowhere.example'));
    expect([failure.code, failure.facts['reason']]).toEqual(['kerberos-no-ticket', 'no-spn']);
    expect(failure.message).toContain('the KDC knows no service HTTP/nowhere.example');
  });

  judgeTest('may be written with its realm', isThere, async () => {
    (await mechanismFor(hugo, `${service}@KRBTEST.COM`)).dispose();
  });
});

describe('a ticket cache', () => {
  judgeTest('logs in, by its name or as the default one', isThere, async () => {
    const cache = cacheFile('good');
    await realm.kinit('hugo', hugo.password, cache);
    await login({ username: hugo.username, ticketCache: `FILE:${cache}` });
    const restore = enterEnvironment({ KRB5CCNAME: `FILE:${cache}` });
    await login({ username: hugo.username, ticketCache: 'default' });
    restore();
  });

  judgeTest('is not there', isThere, async () => {
    const named = { username: hugo.username, ticketCache: `FILE:${cacheFile('none')}` };
    expect(await verdictOf(mechanismFor(named))).toBe('kerberos-no-ticket: no-ticket');
    const byDefault = { username: hugo.username, ticketCache: 'default' };
    expect(await verdictOf(mechanismFor(byDefault))).toBe('kerberos-no-ticket: no-ticket');
  });

  judgeTest('is empty', isThere, async () => {
    const cache = cacheFile('empty');
    await realm.kinit('hugo', hugo.password, cache);
    const whole = readFileSync(cache);
    // Everything behind the default principal (length 4, name type 4, then realm and name with their lengths).
    const header = 4 + whole.readUInt16BE(2);
    const end = header + 8 + 4 + 'KRBTEST.COM'.length + 4 + 'hugo'.length;
    writeFileSync(cache, whole.subarray(0, end));
    const empty = { username: hugo.username, ticketCache: `FILE:${cache}` };
    expect(await verdictOf(mechanismFor(empty))).toBe('kerberos-no-ticket: no-ticket');
  });

  judgeTest('is that of somebody else', isThere, async () => {
    const cache = cacheFile('other');
    await realm.kinit('slow', 'geheim', cache);
    const other = { username: hugo.username, ticketCache: `FILE:${cache}` };
    expect(await verdictOf(mechanismFor(other))).toBe('kerberos-no-ticket: no-ticket');
  });

  judgeTest('is no cache', isThere, async () => {
    const cache = cacheFile('damaged');
    writeFileSync(cache, 'not a ticket at all');
    const damaged = { username: hugo.username, ticketCache: `FILE:${cache}` };
    expect(await verdictOf(mechanismFor(damaged))).toBe('kerberos-no-ticket: cache-unreadable');
  });

  judgeTest('holds a ticket that has expired', isThere, async () => {
    const cache = cacheFile('expired');
    await realm.kinit('hugo', hugo.password, cache, ['-l', '1s']);
    const expired = { username: hugo.username, ticketCache: `FILE:${cache}` };
    const verdicts = new Set<string>();
    // It is good for a second, and asking is the way to see it end.
    while (!verdicts.has('kerberos-no-ticket: expired')) {
      const verdict = await verdictOf(
        mechanismFor(expired).then((mechanism) => {
          mechanism.dispose();
          throw new Failure('bad-request', 'not yet', { facts: { reason: 'still good' } });
        }),
      );
      verdicts.add(verdict);
    }
    verdicts.delete('bad-request: still good');
    expect([...verdicts]).toEqual(['kerberos-no-ticket: expired']);
  });
});

describe("a GSSAPI that knows the default cache only, as Heimdal's does", () => {
  const options = {
    servicePrincipal: service,
    host: 'localhost:5985',
    scheme: 'Negotiate',
  } as const;
  const heimdal = () => ({ ...loadGssapi(), acquireFrom: null });

  judgeTest('takes no named cache and no keytab', isThere, async () => {
    const { username } = hugo;
    for (const credential of [
      { username, ticketCache: `FILE:${cacheFile('named')}` },
      { username, keytab: realm.keytab },
    ]) {
      const mechanism = createKerberosMechanism({ ...options, credential }, heimdal);
      // oxlint-disable-next-line no-await-in-loop -- two, one after the other
      expect(await verdictOf(mechanism)).toBe('kerberos-unavailable: library');
    }
  });

  judgeTest('takes the default cache', isThere, async () => {
    const cache = cacheFile('default');
    await realm.kinit('hugo', hugo.password, cache);
    const restore = enterEnvironment({ KRB5CCNAME: `FILE:${cache}` });
    const credential = { username: hugo.username, ticketCache: 'default' };
    (await createKerberosMechanism({ ...options, credential }, heimdal)).dispose();
    restore();
  });
});

describe('a keytab', () => {
  const keytabFor = async (name: string): Promise<string> => {
    const keytab = join(realm.folder, `${name}.keytab`);
    await realm.kadmin('ktadd', '-k', keytab, '-norandkey', name);
    return keytab;
  };

  judgeTest('logs in and leaves the default cache alone', isThere, async () => {
    const keytab = await keytabFor('hugo');
    const unused = cacheFile('unused');
    const restore = enterEnvironment({ KRB5CCNAME: `FILE:${unused}` });
    const one = { username: hugo.username, keytab };
    await Promise.all([login(one), login(one), login(one)]);
    restore();
    expect(existsSync(unused)).toBe(false);
  });

  judgeTest('is not there', isThere, async () => {
    const missing = { username: hugo.username, keytab: join(realm.folder, 'none.keytab') };
    expect(await verdictOf(mechanismFor(missing))).toBe('kerberos-no-ticket: keytab');
  });

  judgeTest('is of somebody else', isThere, async () => {
    const other = { username: paul.username, keytab: await keytabFor('slow') };
    expect(await verdictOf(mechanismFor(other))).toBe('kerberos-no-ticket: keytab');
  });

  judgeTest("holds a key that is not the account's any more", isThere, async () => {
    await realm.kadmin('addprinc', '-pw', 'geheim', 'moved');
    const keytab = await keytabFor('moved');
    await realm.kadmin('change_password', '-pw', 'anders', 'moved');
    const moved = { username: 'moved@KRBTEST.COM', keytab };
    expect(await verdictOf(mechanismFor(moved))).toBe('kerberos-no-ticket: keytab');
  });
});

describe('the KDC', () => {
  judgeTest('is down', isThere, async () => {
    await realm.stopKdc();
    try {
      expect(await verdictOf(mechanismFor(hugo))).toBe('kdc-unreachable: kdc-unreachable');
    } finally {
      await realm.startKdc();
    }
  });

  judgeTest('takes its time, and everything else goes on', isThere, async () => {
    // The relay runs in this process: a login that held its one thread would wait for itself.
    const relay = await startRelay(realm.kdcPort);
    const away = await realm.variant('relay', {
      realms: { $realm: { kdc: `127.0.0.1:${relay.port}` } },
      libdefaults: { udp_preference_limit: '32000' },
    });
    const restore = enterEnvironment(away);
    const mechanism = await mechanismFor(hugo);
    mechanism.dispose();
    restore();
    expect(relay.forwarded()).toBeGreaterThanOrEqual(2);
    relay.close();
  });

  for (const seconds of [3600, -3600]) {
    judgeTest(`has a clock that differs by ${seconds} s`, isThere, async () => {
      const cache = cacheFile(`shifted${seconds}`);
      await realm.kinit('hugo', hugo.password, cache);
      shiftClock(cache, seconds);
      const shifted = { username: hugo.username, ticketCache: `FILE:${cache}` };
      expect(await verdictOf(mechanismFor(shifted))).toBe('kerberos-no-ticket: clock-skew');
    });
  }
});

describe('the host', () => {
  /** What is in the cache already needs no KDC, so the clock shows at the host only. */
  async function cacheWithService(name: string): Promise<string> {
    const cache = cacheFile(name);
    await realm.kinit('hugo', hugo.password, cache);
    await realm.kvno(service, cache);
    return cache;
  }
  const refusalOf = async (cache: string, protocol: Protocol): Promise<string> => {
    const mechanism = await createKerberosMechanism({
      credential: { username: hugo.username, ticketCache: `FILE:${cache}` },
      servicePrincipal: service,
      host: 'localhost:5985',
      scheme: protocol === 'negotiate' ? 'Negotiate' : 'Kerberos',
    });
    const context = mechanism.createContext({ channelBindings: null });
    try {
      return await verdictOf(handshake(context, await acceptor.open('gssapi', protocol)));
    } finally {
      context.dispose();
      mechanism.dispose();
    }
  };

  for (const protocol of ['kerberos', 'negotiate'] as const) {
    judgeTest(`has another time than the worker, over ${protocol}`, isThere, async () => {
      const cache = await cacheWithService(`skewed-${protocol}`);
      shiftClock(cache, 3600);
      expect(await refusalOf(cache, protocol)).toBe('login-refused: clock-skew');
    });
  }

  judgeTest('has another key than the one that the ticket is made for', isThere, async () => {
    await realm.kadmin('addprinc', '-randkey', 'HTTP/rebuilt.example');
    const elsewhere = await mechanismFor(hugo, 'HTTP/rebuilt.example');
    const context = elsewhere.createContext({ channelBindings: null });
    const verdict = await verdictOf(handshake(context, await acceptor.open('gssapi', 'negotiate')));
    expect(verdict).toBe('login-refused: wrong-host');
    context.dispose();
    elsewhere.dispose();
  });
});

/**
 * Time that a cache says to be off the KDC's, which the library adds to the clock: header field 1 of a cache of version
 * 4. So the clock of this client is really another one, and nobody else's is.
 */
function shiftClock(cache: string, seconds: number): void {
  const bytes = readFileSync(cache);
  expect(bytes.readUInt16BE(4)).toBe(1);
  bytes.writeInt32BE(seconds, 8);
  writeFileSync(cache, bytes);
}

interface Relay {
  readonly port: number;
  forwarded(): number;
  close(): void;
}

/** Hands datagrams on to a port and brings the answers back. */
async function startRelay(to: number): Promise<Relay> {
  const front = createSocket('udp4');
  const behind = new Set<ReturnType<typeof createSocket>>();
  let count = 0;
  front.on('message', (question: Buffer, from: RemoteInfo) => {
    count += 1;
    const back = createSocket('udp4');
    behind.add(back);
    back.on('message', (answer: Buffer) => front.send(answer, from.port, from.address));
    back.send(question, to, '127.0.0.1');
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: front.address().port,
    forwarded: () => count,
    close: () => {
      for (const one of [front, ...behind]) one.close();
    },
  };
}
