import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Failure } from '../../../contracts/failures';
import { parseHotfix } from '../../../contracts/hotfix.schema';
import { valueOf } from '../../../contracts/parsed.schema';
import { maxCommandLine } from '../../../remote/windows/composite';
import { observablesOfHotfix } from '../../../remote/windows/observations/observables-of-hotfix';
import { probe } from '../../../remote/windows/probe';
import type { ScriptedAnswer } from './scripted-session';
import { sampleHotfix, sampleSymptom } from './sample-hotfix';
import { scriptedSession } from './scripted-session';

const wmic = (values: { readonly [name: string]: string | number }): string =>
  `\r\r\n\r\r\n${Object.entries(values)
    .map(([name, value]) => `${name}=${value}\r\r\n`)
    .join('')}\r\r\n`;

const eventXml = (id: number, recordId: number, at: string): string =>
  `<Event xmlns='x'><System><Provider Name='MSExchange ADAccess'/><EventID Qualifiers='16388'>${id}</EventID><TimeCreated SystemTime='${at}.000000000Z'/><EventRecordID>${recordId}</EventRecordID></System><EventData><Data>p</Data><Data>1</Data><Data>dc1.fabrikam.test</Data><Data>55</Data></EventData></Event>`;

const servicing =
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';

const healthy: { readonly [name: string]: ScriptedAnswer } = {
  processor: { text: 'AMD64 %PROCESSOR_ARCHITEW6432%\r\n' },
  os: {
    text: wmic({
      Caption: 'Microsoft Windows Server 2008 R2 Enterprise ',
      CSName: 'MAIL7',
      LastBootUpTime: '20150501080000.500000+120',
      LocalDateTime: '20150504111011.000000+120',
      OSArchitecture: '64 bits',
      ProductType: 3,
      ServicePackMajorVersion: 1,
      Version: '6.1.7601',
    }),
  },
  'boot-record': { text: eventXml(6005, 4711, '2015-05-01T06:00:20') },
  'free-space': { text: wmic({ FreeSpace: '42949672960' }) },
  servicing: { text: `\r\n${servicing}\r\n\r\n${servicing}\\Packages\r\n` },
  'servicing-interface': { text: 'ERROR: The system was unable to find it.\r\n', succeeded: false },
  'windows-update': { text: '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\\WindowsUpdate\\Auto Update\r\n' },
  'auto-update': {
    text: '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\\WindowsUpdate\\Auto Update\\RebootRequired\r\n',
  },
  'session-manager': {
    text: '\r\n    PendingFileRenameOperations    REG_MULTI_SZ    \\??\\C:\\x\\0\r\n',
  },
  'key-0': {
    text: '\r\nHKEY_LOCAL_MACHINE\\X\\Diagnostics\r\n    3 Topology    REG_DWORD    0x2\r\n',
  },
  'hotfix-list': { text: 'No Instance(s) Available.\r\r\n' },
  'file-0': { text: wmic({ Version: '6.1.7601.17514' }) },
  services: {
    text: `${wmic({ Name: 'MSExchangeADTopology', ProcessId: 1500, StartMode: 'Auto', State: 'Running' })}${wmic({ Name: 'Spooler', ProcessId: 9, StartMode: 'Auto', State: 'Running' })}`,
  },
  pools: {
    text: '<appcmd><APPPOOL APPPOOL.NAME="MSExchangeOWAAppPool" state="Started" /><APPPOOL APPPOOL.NAME="Intranet" state="Started" /></appcmd>',
  },
  workers: { text: '<appcmd><WP WP.NAME="800" APPPOOL.NAME="MSExchangeOWAAppPool" /></appcmd>' },
  applications: {
    text: '<appcmd><APP APP.NAME="Intranet/x" APPPOOL.NAME="Intranet" /></appcmd>',
  },
  packages: {
    text: 'Package Identity : Package_for_KB2999999~x~amd64~~6.1.1.0\r\nState : Installed\r\n',
  },
  oldest: { text: eventXml(1, 5, '2015-04-01T00:00:00') },
  servers: { text: eventXml(2080, 90, '2015-05-04T09:00:00') },
  symptoms: {
    text: eventXml(2070, 101, '2015-05-04T09:01:00') + eventXml(2070, 102, '2015-05-04T09:01:00'),
  },
};

const shipped = join(__dirname, '../../../hotfixes');
const askedAt = Date.parse('2015-05-04T09:10:01Z');
const ask = (answers: { readonly [name: string]: ScriptedAnswer | undefined }, rest = {}) =>
  probe(scriptedSession({ answers, ...rest }), sampleHotfix, () => askedAt);

const probeLine = async (): Promise<string> => {
  const session = scriptedSession({ answers: healthy });
  await probe(session, sampleHotfix, () => 0);
  return session.lines[0] ?? '';
};

describe('a probe', () => {
  it('is one round trip whose line cmd.exe takes', async () => {
    const session = scriptedSession({ answers: healthy });
    await probe(session, sampleHotfix, () => askedAt);
    expect(session.lines).toHaveLength(1);
    expect(session.lines[0]?.length).toBeLessThan(maxCommandLine);
  });

  it.each(readdirSync(shipped).filter((name) => name.endsWith('.yaml')))(
    'is one round trip for %s, however much it asks',
    async (name) => {
      const text = readFileSync(join(shipped, name), 'utf8');
      const hotfix = valueOf(parseHotfix(parse(text)), name);
      const session = scriptedSession({ answers: healthy });
      const { observations } = await probe(session, hotfix, () => askedAt);
      const commands = observablesOfHotfix(hotfix).filter(({ kind }) => kind === 'command').length;
      expect(session.lines).toHaveLength(1 + commands);
      expect(Object.keys(observations ?? {})).toHaveLength(observablesOfHotfix(hotfix).length);
    },
  );

  it('takes a second round trip only for what one line cannot carry, and loses nothing by it', async () => {
    const files = Array.from({ length: 30 }, (_, index) => ({
      path: `%windir%\\System32\\a-rather-long-name-${index}.dll`,
      atLeast: '1.0',
    }));
    const question = { ...sampleHotfix, verification: { ...sampleHotfix.verification, files } };
    const version = { text: wmic({ Version: '1.2.3.4' }) };
    const session = scriptedSession({
      answers: { ...healthy, ...Object.fromEntries(files.map((_, at) => [`file-${at}`, version])) },
    });
    const facts = await probe(session, question, () => askedAt);
    expect(session.lines).toHaveLength(2);
    for (const line of session.lines) expect(line.length).toBeLessThan(maxCommandLine);
    const versions = Object.fromEntries(files.map(({ path }) => [path, '1.2.3.4']));
    expect(facts).toEqual({
      ...(await ask(healthy)),
      fileVersions: { known: true, value: versions },
    });
  });

  it('refuses to send a question that no line can carry, and names the length', async () => {
    const files = [{ path: `%windir%\\${'x'.repeat(9000)}`, atLeast: '1.0' }];
    const question = { ...sampleHotfix, verification: { ...sampleHotfix.verification, files } };
    await expect(probe(scriptedSession({}), question, () => 0)).rejects.toThrow(/\d+ characters/);
  });

  it('draws another marker each time, so that no output can forge the end of a section', async () => {
    const session = scriptedSession({ answers: healthy });
    await probe(session, sampleHotfix, () => askedAt);
    await probe(session, sampleHotfix, () => askedAt);
    expect(session.lines[0]).not.toBe(session.lines[1]);
  });

  it('answers every question of a host that tells all', async () => {
    expect(await ask(healthy)).toEqual({
      asked: { by: 'shell', events: 'wevtutil', channel: null },
      hostTime: { known: true, value: '2015-05-04T09:10:11.000Z' },
      clockSkewMs: 10_000,
      os: {
        known: true,
        value: {
          version: '6.1.7601',
          servicePack: 1,
          productType: 'server',
          architecture: 'x64',
          caption: 'Microsoft Windows Server 2008 R2 Enterprise',
          computerName: 'MAIL7',
        },
      },
      boot: { known: true, value: { recordId: 4711, lastBootUpTime: '2015-05-01T06:00:00.500Z' } },
      services: {
        known: true,
        value: [
          { name: 'MSExchangeADTopology', state: 'running', startMode: 'auto', processId: 1500 },
        ],
      },
      appPools: {
        known: true,
        value: [
          { name: 'MSExchangeOWAAppPool', state: 'started', workers: [800], applications: [] },
        ],
      },
      package: { known: true, value: { state: 'absent', identity: null } },
      listedAsHotfix: { known: true, value: false },
      fileVersions: {
        known: true,
        value: { '%windir%\\SysWOW64\\Appidapi.dll': '6.1.7601.17514' },
      },
      pendingReboot: {
        known: true,
        value: { servicing: false, windowsUpdate: true, fileRename: true, servicingInProgress: 0 },
      },
      freeBytes: { known: true, value: 42_949_672_960 },
      loggingLevel: { known: true, value: 2 },
      events: {
        known: true,
        value: {
          symptoms: [
            expect.objectContaining({ recordId: 102 }),
            expect.objectContaining({ recordId: 101 }),
          ],
          servers: [expect.objectContaining({ recordId: 90 })],
          complete: true,
          oldestRecordAt: '2015-04-01T00:00:00.000Z',
        },
      },
      observations: {},
    });
  });

  it.each([
    { failed: 'os', answer: 'os' },
    { failed: 'free-space', answer: 'freeBytes' },
    { failed: 'servicing', answer: 'pendingReboot' },
    { failed: 'session-manager', answer: 'pendingReboot' },
    { failed: 'hotfix-list', answer: 'listedAsHotfix' },
    { failed: 'file-0', answer: 'fileVersions' },
    { failed: 'services', answer: 'services' },
    { failed: 'pools', answer: 'appPools' },
    { failed: 'workers', answer: 'appPools' },
    { failed: 'applications', answer: 'appPools' },
    { failed: 'packages', answer: 'package' },
    { failed: 'oldest', answer: 'events' },
    { failed: 'servers', answer: 'events' },
    { failed: 'symptoms', answer: 'events' },
  ] as const)(
    'leaves $answer unknown when $failed fails, and no other answer',
    async ({ failed, answer }) => {
      const whole = await ask(healthy);
      const facts = await ask({
        ...healthy,
        [failed]: { text: 'Access is denied.\r\n', succeeded: false },
      });
      expect(facts[answer]).toEqual({ known: false, why: expect.any(String) });
      const others = (Object.keys(whole) as (keyof typeof whole)[]).filter(
        (name) =>
          name !== answer &&
          !(failed === 'os' && ['hostTime', 'clockSkewMs', 'boot'].includes(name)),
      );
      for (const name of others) expect(facts[name]).toEqual(whole[name]);
    },
  );

  it.each(Object.keys(healthy))('throws nothing for garbage in %s', async (name) => {
    const garbage = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 73 + 11) % 256));
    const facts = await ask({ ...healthy, [name]: { text: garbage } });
    expect(facts.hostTime).toBeDefined();
  });

  it.each([0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99])(
    'leaves unknown what lies behind a cut at %d of the reply, and never takes a cut list for a whole one',
    async (part) => {
      const whole = await ask(healthy);
      const session = scriptedSession({ answers: healthy });
      const length = (await session.run(await probeLine())).stdout.length;
      const facts = await ask(healthy, { cutAfter: Math.floor(length * part) });
      expect(facts.events).not.toMatchObject({ value: { complete: true } });
      const known = (['os', 'freeBytes', 'services', 'package'] as const).filter(
        (name) => facts[name].known,
      );
      expect(known.map((name) => facts[name])).toEqual(known.map((name) => whole[name]));
    },
  );

  it('keeps the symptoms that came before the cut', async () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      eventXml(2070, 500 - index, '2015-05-04T09:01:00'),
    ).join('');
    const facts = await ask({ ...healthy, symptoms: { text: many } }, { cutAfter: 9000 });
    expect(facts.events).toMatchObject({ known: true, value: { complete: false } });
    if (facts.events.known) expect(facts.events.value.symptoms.length).toBeGreaterThan(2);
  });

  it('tells a provider without a registry key from one whose key cannot be read', async () => {
    const denied = { text: 'ERROR: Access is denied.\r\n', succeeded: false };
    const services = '\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';
    const noKey = { ...healthy, 'key-0': denied };
    const level = async (above: ScriptedAnswer) =>
      (await ask({ ...noKey, 'above-0': above })).loggingLevel;
    // Nothing of Exchange on the host.
    expect(await level({ text: `${services}\\W32Time\r\n` })).toEqual({ known: true, value: 1 });
    expect((await level(denied)).known).toBe(false);
    expect((await level({ text: `${services}\\MSExchange ADAccess\\Diagnostics\r\n` })).known).toBe(
      false,
    );
    // The parent itself may not be read, the one above it lists it.
    expect((await level({ text: `${services}\\MSExchange ADAccess\r\n` })).known).toBe(false);
  });

  it.each([
    { values: ['9 Exchange Topology', '3 Topology'], level: 5 },
    { values: ['9 Exchange Topology'], level: 1 },
    { values: ['TOPOLOGY'], level: 5 },
  ])('reads the level of just the category out of $values', async ({ values, level }) => {
    const rows = values.map(
      (name) => `    ${name}    REG_DWORD    ${name.startsWith('9') ? '0x0' : '0x5'}`,
    );
    const key = { text: `\r\nHKEY_LOCAL_MACHINE\\X\r\n${rows.join('\r\n')}\r\n` };
    expect((await ask({ ...healthy, 'key-0': key })).loggingLevel).toEqual({
      known: true,
      value: level,
    });
  });

  it('asks nothing of event logs for a definition without a symptom', async () => {
    const session = scriptedSession({ answers: healthy });
    const facts = await probe(session, { ...sampleHotfix, symptom: null }, () => askedAt);
    expect(facts.events).toEqual({ known: false, why: 'the definition has no symptom' });
    expect(facts.loggingLevel).toEqual(facts.events);
    expect(session.lines.join()).not.toContain('Application');
    expect(session.lines.join()).not.toContain('Diagnostics');
  });

  it('asks for no list of servers and no level where the symptom has none', async () => {
    const symptom = { ...sampleSymptom, servers: null, logging: null };
    const session = scriptedSession({ answers: { ...healthy, servers: { succeeded: false } } });
    const facts = await probe(session, { ...sampleHotfix, symptom }, () => askedAt);
    expect(facts.events).toMatchObject({ known: true, value: { servers: [], complete: true } });
    expect(facts.loggingLevel).toMatchObject({
      known: false,
      why: expect.stringContaining('every'),
    });
    expect(session.lines.join()).not.toContain('EventID=2080');
    expect(session.lines.join()).not.toContain('Diagnostics');
  });

  it('finds no pools on a host without IIS', async () => {
    const none = { text: 'no-iis\r\n' };
    expect(
      (await ask({ ...healthy, pools: none, workers: none, applications: none })).appPools,
    ).toEqual({
      known: true,
      value: [],
    });
  });

  it('fails when the host answered nothing at all', async () => {
    const silent = scriptedSession({ raw: Buffer.alloc(0), timedOut: true });
    await expect(probe(silent, sampleHotfix, () => 0)).rejects.toMatchObject({
      code: 'command-timeout',
    } satisfies Partial<Failure>);
    const other = scriptedSession({ raw: Buffer.from('bash: chcp: command not found') });
    await expect(probe(other, sampleHotfix, () => 0)).rejects.toMatchObject({
      code: 'unexpected-output',
    });
  });
});
