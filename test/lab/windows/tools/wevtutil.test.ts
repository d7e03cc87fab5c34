import type { EventQuery } from '../../../../lab/windows/log/event-log';
import type { Host } from '../../../../lab/windows/host';
import { wevtutil } from '../../../../lab/windows/tools/wevtutil/wevtutil';
import { createEmulatedHost, run } from './emulated-host';

const lost =
  "*[System[Provider[@Name='MSExchange ADAccess'] and (EventID=2070) and TimeCreated[timediff(@SystemTime) <= 86400000]]]";

async function printed(host: Host, tail: string): Promise<string> {
  const { stdout, stderr, code } = await run(wevtutil, host, tail);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout.toString('latin1');
}

function recordIdsOf(xml: string): number[] {
  return [...xml.matchAll(/<EventRecordID>(\d+)</g)].map(([, id]) => Number(id));
}

const idsOf = (xml: string): number[] =>
  [...xml.matchAll(/<EventID(?: [^>]*)?>(\d+)</g)].map(([, id]) => Number(id));

describe('wevtutil prints events', () => {
  it('of classic providers with single quotes, whole seconds and CR LF behind each', async () => {
    const { host } = createEmulatedHost({ ldap: 'stall', domainControllers: ['dc1.corp.test'] });
    const xml = await printed(host, `qe Application "/q:${lost}" /f:XML /rd:true /c:1`);
    expect(xml.replace(/(<EventRecordID>)\d+|(SystemTime=')[^']*/g, '$1$2')).toBe(
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='MSExchange ADAccess'/>" +
        "<EventID Qualifiers='16388'>2070</EventID><Level>4</Level><Task>3</Task><Keywords>0x80000000000000</Keywords>" +
        "<TimeCreated SystemTime=''/><EventRecordID></EventRecordID><Channel>Application</Channel>" +
        '<Computer>EX01.contoso.test</Computer><Security/></System><EventData>' +
        `<Data>w3wp.exe (OWA)</Data><Data>${host.pools?.find('MSExchangeOWAAppPool')?.workerPid}</Data>` +
        '<Data>dc1.corp.test</Data><Data>55</Data><Data>Active directory response: The operation was aborted because ' +
        'the client side timeout limit was exceeded.</Data><Data>Timeout</Data></EventData></Event>\r\n',
    );
    expect(xml).toMatch(/SystemTime='2015-04-15T\d\d:\d\d:\d\d\.000000000Z'/);
  });

  it('with line ends inside of data as they are', async () => {
    const { host } = createEmulatedHost();
    const xml = await printed(host, 'qe Application "/q:*[System[EventID=2080]]" /rd:true /c:1');
    expect(xml).toContain('<Data>dc1.contoso.test\tCDG 1 7 7 1 1 1 1 7 1\r\ndc2.contoso.test\t');
    expect(xml).toContain('</Data><Data></Data></EventData></Event>\r\n');
  });

  it('of providers with a manifest with all their elements', async () => {
    const { host } = createEmulatedHost();
    const xml = await printed(host, 'qe System "/q:*[System[EventID=12]]" /c:1');
    expect(xml).toContain(
      "<Provider Name='Microsoft-Windows-Kernel-General' Guid='{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}'/><EventID>12</EventID>" +
        '<Version>0</Version><Level>4</Level>',
    );
    expect(xml).toMatch(
      /<Opcode>0<\/Opcode>.*<Correlation\/><Execution ProcessID='\d+' ThreadID='\d+'\/>/,
    );
    expect(xml).toContain("<Data Name='StartTime'>");
  });

  it('with markup in data escaped', async () => {
    const { host } = createEmulatedHost();
    host.logs.log('Application').append({
      provider: "Lab's <own>",
      eventId: 77,
      qualifiers: 0,
      level: 2,
      task: 0,
      keywords: '0x80000000000000',
      data: { kind: 'positional', values: ['a < b && "c" > \'d\''] },
      message: '1 < 2',
    });
    const xml = await printed(host, 'qe Application /q:*[System[EventID=77]] /f:renderedxml');
    expect(xml).toContain("<Provider Name='Lab&apos;s &lt;own&gt;'/>");
    expect(xml).toContain('<Data>a &lt; b &amp;&amp; "c" &gt; \'d\'</Data>');
    expect(xml).toContain(
      "<RenderingInfo Culture='en-US'><Message>1 &lt; 2</Message><Level>Error</Level>",
    );
    expect(xml).toContain(
      '<Keywords><Keyword>Classic</Keyword></Keywords></RenderingInfo></Event>\r\n',
    );
  });

  it('as text, numbered', async () => {
    const { host } = createEmulatedHost();
    const text = await printed(host, 'qe System /c:2 /f:text');
    expect(text).toMatch(/^Event\[0\]:\r\n {2}Log Name: System\r\n {2}Source: /);
    expect(text).toContain('\r\nEvent[1]:\r\n');
  });

  it('oldest first, unless the direction is reversed', async () => {
    const { host } = createEmulatedHost();
    const forwards = recordIdsOf(await printed(host, 'qe System'));
    const backwards = recordIdsOf(await printed(host, 'qe System /rd:true'));
    expect(forwards.length).toBeGreaterThan(30);
    expect(forwards).toEqual(forwards.toSorted((a, b) => a - b));
    expect(backwards).toEqual(forwards.toReversed());
  });

  it('within a root element, and as UTF-16 when asked', async () => {
    const { host } = createEmulatedHost();
    const { stdout } = await run(wevtutil, host, 'qe System /c:1 /e:Events /uni:true');
    const text = stdout.toString('utf16le');
    expect(text).toMatch(/^<Events>\r\n<Event .*<\/Event>\r\n<\/Events>\r\n$/s);
  });

  it('of the boot before, with ids that go on', async () => {
    const { host, advance } = createEmulatedHost();
    const query = 'qe System "/q:*[System[EventID=6005]]" /rd:true /c:1';
    const [before = 0] = recordIdsOf(await printed(host, query));
    const reason = {
      process: 'x',
      user: 'x',
      text: 'x',
      code: '0x0',
      kind: 'restart',
      comment: '',
    } as const;
    host.power.shutDown({ delayMs: 0, restarts: true, reason });
    await advance(60_000);
    const [after = 0] = recordIdsOf(await printed(host, query));
    expect(after).toBeGreaterThan(before);
    expect(recordIdsOf(await printed(host, 'qe System "/q:*[System[EventID=6005]]"'))).toEqual([
      before,
      after,
    ]);
  });
});

describe('wevtutil takes options', () => {
  const query = '*[System[EventID=2080]]';
  it.each([
    `qe Application "/q:${query}" /c:2 /rd:true`,
    `QE application /Q:"${query}" -C:2 -RD:TRUE`,
    `query-events /count:2 /reversedirection:True "-query:${query}" APPLICATION /format:XML`,
    `qe "/q:${query}" /rd:true /c:2 /l:en-US /f:xml "Application" /r:ex01`,
    `qe Application /q:${query} /rd:true /c:2 /lf:false /e:x`,
  ])('%s', async (given) => {
    const { host } = createEmulatedHost();
    expect(idsOf(await printed(host, given))).toEqual([2080, 2080]);
  });

  it('and takes no query or an empty one as all events', async () => {
    const { host } = createEmulatedHost();
    const all = await printed(host, 'qe System');
    expect(await printed(host, 'qe System /q:')).toBe(all);
    expect(await printed(host, 'qe System "/q: * "')).toBe(all);
  });
});

describe('wevtutil refuses', () => {
  const incorrect = 'The parameter is incorrect.\r\n';
  it.each([
    {
      given: 'qe Nowhere',
      code: 15007,
      text: 'Failed to open event query. The specified channel could not be found. Check channel configuration.\r\n',
    },
    {
      given: 'qe Application /q:*[System[EventID=]]',
      code: 15001,
      text: 'Failed to open event query. The specified query is invalid.\r\n',
    },
    { given: 'qe', code: 87, text: incorrect },
    { given: 'qe Application System', code: 87, text: incorrect },
    { given: 'qe Application /q:*[System[Level=1 or Level=2]]', code: 87, text: incorrect },
    { given: 'qe Application /frobnicate:1', code: 87, text: incorrect },
    { given: 'qe Application /constructor:1', code: 87, text: incorrect },
    { given: 'qe Application /rd', code: 87, text: incorrect },
    { given: 'qe Application /rd:yes', code: 87, text: incorrect },
    { given: 'qe Application /c:many', code: 87, text: incorrect },
    { given: 'qe Application /c:-1', code: 87, text: incorrect },
    { given: 'qe Application /c:0', code: 87, text: incorrect },
    { given: 'qe Application /f:csv', code: 87, text: incorrect },
    { given: 'qe C:\\x.evtx /lf:true', code: 50, text: 'The request is not supported.\r\n' },
    { given: 'qe q.xml /sq:true', code: 50, text: 'The request is not supported.\r\n' },
    { given: 'qe Application /bm:x', code: 50, text: 'The request is not supported.\r\n' },
    {
      given: 'qe Application /r:elsewhere',
      code: 1722,
      text: 'The RPC server is unavailable.\r\n',
    },
    { given: 'gli Nowhere', code: 15007, text: 'Check channel configuration.\r\n' },
    { given: 'gli', code: 87, text: incorrect },
    { given: 'gl Nowhere', code: 15007, text: 'Check channel configuration.\r\n' },
    { given: 'cl Nowhere', code: 15007, text: 'Check channel configuration.\r\n' },
    { given: 'cl', code: 87, text: incorrect },
    { given: 'el Application', code: 87, text: incorrect },
    { given: 'epl Application C:\\x.evtx', code: 50, text: 'The request is not supported.\r\n' },
    { given: 'frobnicate Application', code: 87, text: incorrect },
  ])('$given', async ({ given, code, text }) => {
    const { host } = createEmulatedHost();
    const ran = await run(wevtutil, host, given);
    expect({ code: ran.code, stdout: ran.stdout.length }).toEqual({ code, stdout: 0 });
    expect(ran.stderr.endsWith(text)).toBe(true);
  });
});

describe('wevtutil knows of logs', () => {
  it('their names and where they lie', async () => {
    const { host } = createEmulatedHost();
    expect(await printed(host, 'el')).toBe('Application\r\nSecurity\r\nSetup\r\nSystem\r\n');
    expect(await printed(host, 'gl application')).toMatch(
      /^name: Application\r\nenabled: true\r\n/,
    );
  });

  it('how far back they reach', async () => {
    const { host } = createEmulatedHost({ logReachMs: 3_600_000 });
    const text = await printed(host, 'gli APPLICATION');
    const ids = recordIdsOf(await printed(host, 'qe Application'));
    expect(text).toMatch(
      /^creationTime: 2015-04-15T11:00:00.000Z\r\nlastAccessTime: .*\r\nlastWriteTime: .*\r\nfileSize: \d+\r\nattributes: 32\r\n/,
    );
    expect(text).toContain(
      `\r\nnumberOfLogRecords: ${ids.length}\r\noldestRecordNumber: ${ids[0]}\r\n`,
    );
  });

  it.each([
    { log: 'Application', kept: 'System', id: 104 },
    { log: 'System', kept: 'System', id: 104 },
    { log: 'Security', kept: 'Security', id: 1102 },
  ])('that clearing $log leaves event $id in $kept', async ({ log, kept, id }) => {
    const { host, advance } = createEmulatedHost();
    await advance(1000);
    expect(await printed(host, `cl ${log}`)).toBe('');
    expect(idsOf(await printed(host, `qe ${kept} /rd:true /c:1`))).toEqual([id]);
    expect(idsOf(await printed(host, `qe ${log}`))).toEqual(log === kept ? [id] : []);
  });
});

describe('wevtutil looks only at what can match', () => {
  /** Counts the events that are made and looked into. */
  function counting(host: Host): () => number {
    const application = host.logs.log('Application');
    const query = application.query.bind(application);
    let looked = 0;
    application.query = (given: EventQuery) =>
      query({
        ...given,
        matches(record) {
          looked += 1;
          return given.matches(record);
        },
      });
    return () => looked;
  }

  it.each([
    { given: 'qe Application /rd:true /c:1', most: 1 },
    { given: 'qe Application /rd:false /c:1', most: 1 },
    { given: 'qe Application "/q:*[System[EventID=2080]]" /rd:true /c:3', most: 3 },
    {
      given: 'qe Application "/q:*[System[TimeCreated[timediff(@SystemTime) <= 900000]]]"',
      most: 30,
    },
    {
      given:
        'qe Application "/q:Event/System[TimeCreated[@SystemTime>=\'2015-04-15T11:45:00.000Z\']]"',
      most: 30,
    },
    { given: `qe Application "/q:${lost}"`, most: 500 },
  ])('$given makes at most $most of a month', async ({ given, most }) => {
    const { host } = createEmulatedHost({ ldap: 'stall' });
    const looked = counting(host);
    const found = recordIdsOf(await printed(host, given));
    expect(found.length).toBeGreaterThan(0);
    expect(looked()).toBeLessThanOrEqual(most);
  });
});
