import { ns } from '../../../remote/winrm/wire/namespaces';
import { child, childText, escapeXml } from '../../../remote/winrm/wire/xml';
import type { XmlElement } from '../../../remote/winrm/wire/xml';
import { contextOf, createManagedHost, itemsOf, pull, release } from './managed-host';
import type { ManagedHost, ManagedHostOptions, Question, Told } from './managed-host';

let host: ManagedHost;

async function serve(options: ManagedHostOptions = {}): Promise<void> {
  host = await createManagedHost(options);
}

afterEach(() => host.close());

const uri = 'http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog';
const wsman = 'http://schemas.dmtf.org/wbem/wsman/1/wsman';
const earliest = `${wsman}/bookmark/earliest`;

interface Subscribing {
  readonly bookmark?: string | null;
  readonly delivery?: string;
  readonly dialect?: string;
  /** Options by name; null is one without a value. */
  readonly options?: { readonly [name: string]: string | null };
}

function subscribe(query: string, more: Subscribing = {}): Question {
  const { bookmark = earliest, delivery = `${wsman}/Pull` } = more;
  const dialect = more.dialect ?? 'http://schemas.microsoft.com/win/2004/08/events/eventquery';
  const options = Object.entries(more.options ?? {}).map(([name, value]) =>
    value === null
      ? `<m:Option Name="${name}" xsi:nil="true"/>`
      : `<m:Option Name="${name}">${value}</m:Option>`,
  );
  return {
    uri,
    action: `${ns.eventing}/Subscribe`,
    header: `<m:OptionSet>${options.join('')}</m:OptionSet>`,
    body:
      `<ev:Subscribe><ev:Delivery Mode="${delivery}"/><m:Filter Dialect="${dialect}">${escapeXml(query)}</m:Filter>` +
      `${bookmark === null ? '' : `<m:Bookmark>${bookmark}</m:Bookmark>`}</ev:Subscribe>`,
  };
}

const list = (...queries: readonly string[]): string =>
  `<QueryList>${queries.join('')}</QueryList>`;
const query = (path: string, ...selects: readonly string[]): string =>
  `<Query Id="0" Path="${path}">${selects.map((one) => `<Select>${one}</Select>`).join('')}</Query>`;
const byId = (id: number): string => `*[System[(EventID=${id})]]`;

const pullEvents = (context: string, timeout = 'PT0.2S', maxElements = 32_000): Question => ({
  ...pull(context, maxElements, uri),
  timeout,
});

const eventNamespace = 'http://schemas.microsoft.com/win/2004/08/events/event';

function eventOf(item: XmlElement): XmlElement {
  const event = item.name === 'Event' && item.uri === eventNamespace ? item : item.children[0];
  if (event?.uri !== eventNamespace) throw new Error('no event of the event schema');
  return event;
}

interface Seen {
  readonly id: string | undefined;
  readonly record: number;
  readonly channel: string | undefined;
}

function seenIn(told: Told): Seen[] {
  return itemsOf(told).map((item) => {
    const system = child(eventOf(item), eventNamespace, 'System');
    return {
      id: childText(system, eventNamespace, 'EventID'),
      record: Number(childText(system, eventNamespace, 'EventRecordID')),
      channel: childText(system, eventNamespace, 'Channel'),
    };
  });
}

async function run(line: string): Promise<void> {
  await host.machine.start(line, { codePage: 437 }).exited;
}

function identifierOf({ content }: Told): string {
  const manager = child(content, ns.eventing, 'SubscriptionManager');
  const parameters = child(manager, ns.addressing, 'ReferenceProperties');
  return childText(parameters, ns.eventing, 'Identifier') ?? '';
}

function unsubscribe(identifier: string): Question {
  return {
    uri,
    action: `${ns.eventing}/Unsubscribe`,
    header: `<ev:Identifier>${identifier}</ev:Identifier>`,
    body: '<ev:Unsubscribe/>',
  };
}

describe('a subscription to an event log', () => {
  test('from the earliest bookmark on gives what wevtutil finds, oldest first', async () => {
    await serve();
    const subscribed = await host.ask(subscribe(list(query('System', byId(6009), byId(6005)))));
    expect(subscribed.action).toBe(`${ns.eventing}/SubscribeResponse`);
    const told = await host.ask(pullEvents(contextOf(subscribed)));
    const seen = seenIn(told);
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(['6005', '6009']));
    const records = seen.map(({ record }) => record);
    expect(records).toEqual(records.toSorted((a, b) => a - b));
    const process = host.machine.start(
      'wevtutil qe System /q:"*[System[(EventID=6009 or EventID=6005)]]"',
      { codePage: 437 },
    );
    let text = '';
    process.onOutput((_stream, bytes) => {
      text += bytes.toString('latin1');
    });
    await process.exited;
    const found = [...text.matchAll(/<EventRecordID>(\d+)/g)].map(([, id]) => Number(id));
    expect(records).toEqual(found);
  });

  test('without a bookmark gives only what comes after it, as soon as it comes', async () => {
    await serve();
    await run('net stop Spooler');
    const subscribed = await host.ask(
      subscribe(list(query('System', byId(7036))), { bookmark: null }),
    );
    const nothing = await host.ask(pullEvents(contextOf(subscribed)));
    expect(itemsOf(nothing)).toHaveLength(0);
    const waiting = host.ask(pullEvents(contextOf(nothing), 'PT30S'));
    await run('net start Spooler');
    const told = await waiting;
    expect(seenIn(told).map(({ id }) => id)).toEqual(['7036']);
    expect(told.text).toContain('Print Spooler');
  });

  test.each([
    { edition: '2008r2-sp1', wraps: false },
    { edition: '2012r2', wraps: true },
  ] as const)('sends events as $edition does', async ({ edition, wraps }) => {
    await serve({ windows: { edition } });
    const subscribed = await host.ask(subscribe(list(query('System', byId(6005)))));
    const [item] = itemsOf(await host.ask(pullEvents(contextOf(subscribed))));
    expect(item?.uri).toBe(wraps ? ns.wsman : eventNamespace);
    expect(item?.name).toBe('Event');
  });

  test('that has nothing answers 2008 R2 with no items and later ones with a time-out', async () => {
    await serve();
    const none = subscribe(list(query('System', byId(4))));
    const old = contextOf(await host.ask(none));
    const empty = await host.ask(pullEvents(old));
    expect([empty.status, itemsOf(empty).length]).toEqual([200, 0]);
    expect(contextOf(empty)).not.toBe(old);
    await host.close();
    await serve({ windows: { edition: '2012r2' } });
    const context = contextOf(await host.ask(none));
    for (let time = 0; time < 2; time += 1) {
      const { fault } = await host.ask(pullEvents(context));
      expect(fault).toMatchObject({ code: 2150858793, subcode: 'TimedOut' });
    }
  });

  test('keeps to the number of items and to the envelope, and misses nothing between pages', async () => {
    await serve();
    const subscribed = await host.ask(subscribe(list(query('Application', '*'))));
    const records: number[] = [];
    let context = contextOf(subscribed);
    for (const limit of [1, 5, 32_000, 32_000]) {
      const told = await host.ask(pullEvents(context, 'PT5S', limit));
      expect(itemsOf(told).length).toBeLessThanOrEqual(limit);
      expect(told.text.length * 2).toBeLessThanOrEqual(153_600);
      records.push(...seenIn(told).map(({ record }) => record));
      context = contextOf(told);
    }
    const [first = 0] = records;
    expect(records.length).toBeGreaterThan(20);
    expect(records).toEqual(records.map((_, at) => first + at));
  });

  test('has the texts of providers only when it asks for them', async () => {
    await serve();
    const texts: string[] = [];
    for (const options of [{ ContentFormat: 'RenderedText' }, { ContentFormat: 'Raw' }, {}]) {
      const subscribed = await host.ask(subscribe(list(query('System', byId(6005))), { options }));
      texts.push((await host.ask(pullEvents(contextOf(subscribed)))).text);
    }
    expect(texts.map((text) => text.includes('<RenderingInfo'))).toEqual([true, false, false]);
    expect(texts[0]).toContain('The Event log service was started.');
  });

  test('may be to several logs, without what is suppressed', async () => {
    await serve();
    await run('net stop Spooler');
    const both = list(
      '<Query Path="System"><Select>*[System[(EventID=6005 or EventID=7036)]]</Select><Suppress>*[System[(EventID=7036)]]</Suppress></Query>',
      '<Query><Select Path="Application">*[System[(Level=4)]]</Select></Query>',
    );
    const subscribed = await host.ask(subscribe(both));
    const seen = seenIn(await host.ask(pullEvents(contextOf(subscribed))));
    expect(new Set(seen.map(({ channel }) => channel))).toContain('Application');
    const rest = list(query('System', '*[System[(EventID=6005 or EventID=7036)]]')).replace(
      '</Query>',
      '<Suppress>*[System[(EventID=7036)]]</Suppress></Query>',
    );
    const again = await host.ask(subscribe(rest));
    const ids = seenIn(await host.ask(pullEvents(contextOf(again)))).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(['6005']));
  });

  test('takes the query as elements too, as the collector of Windows sends it', async () => {
    await serve();
    const { body, ...rest } = subscribe('');
    const inside = list(query('System', byId(6005)));
    const told = await host.ask({
      ...rest,
      body: body.replace('></m:Filter>', `>${inside}</m:Filter>`),
    });
    expect(seenIn(await host.ask(pullEvents(contextOf(told)))).length).toBeGreaterThan(0);
  });

  test('ends with Unsubscribe, with Release, and with the machine', async () => {
    await serve();
    const question = subscribe(list(query('System', byId(4))));
    const first = await host.ask(question);
    const waiting = host.ask(pullEvents(contextOf(first), 'PT30S'));
    const identifier = identifierOf(first);
    while ((await host.ask(unsubscribe(identifier))).status !== 200);
    expect((await waiting).fault?.code).toBe(995);
    expect((await host.ask(unsubscribe(identifier))).fault?.code).toBe(2150858760);
    const second = await host.ask(question);
    expect((await host.ask(release(contextOf(second), uri))).status).toBe(200);
    expect((await host.ask(pullEvents(contextOf(second)))).fault?.code).toBe(2150858779);
    expect((await host.ask(unsubscribe(identifierOf(second)))).fault?.code).toBe(2150858760);
    const third = await host.ask(question);
    const over = host.ask(pullEvents(contextOf(third), 'PT30S')).then(
      () => 'answered',
      () => 'cut',
    );
    await run('shutdown /r /t 0');
    expect(await over).toBe('cut');
  });

  test('counts as an operation', async () => {
    await serve({ limits: { maxOperationsPerUser: 1 } });
    const question = subscribe(list(query('System', byId(4))));
    const first = await host.ask(question);
    expect((await host.ask(question)).fault?.code).toBe(2150859174);
    await host.ask(unsubscribe(identifierOf(first)));
    expect((await host.ask(question)).fault).toBeNull();
  });
});

describe('a subscription that is refused', () => {
  const good = list(query('System', '*'));
  test.each<{ why: string; question: Question; fault: object }>([
    {
      why: 'its channel is not there',
      question: subscribe(list(query('Nope', '*'))),
      fault: { code: 15007, provider: 'Event Forwarding Plugin' },
    },
    {
      why: 'its XPath is none',
      question: subscribe(list(query('System', '*[System[(EventID=]]'))),
      fault: { code: 15001, provider: 'Event Forwarding Plugin' },
    },
    { why: 'its query is no XML', question: subscribe('*'), fault: { code: 2150859015 } },
    {
      why: 'its query list is empty',
      question: subscribe('<QueryList></QueryList>'),
      fault: { code: 2150859015 },
    },
    {
      why: 'its dialect is another',
      question: subscribe(good, { dialect: 'http://schemas.microsoft.com/wbem/wsman/1/WQL' }),
      fault: { code: 2150858786, subcode: 'FilteringRequestedUnavailable' },
    },
    {
      why: 'events are to be pushed',
      question: subscribe(good, { delivery: `${wsman}/PushWithAck` }),
      fault: { code: 2150858782, subcode: 'DeliveryModeRequestedUnavailable' },
    },
    {
      why: 'its bookmark is none of this server',
      question: subscribe(good, { bookmark: '<BookmarkList/>' }),
      fault: { code: 2150858808, subcode: 'InvalidBookmark' },
    },
    {
      why: 'it has no body',
      question: { ...subscribe(good), body: '' },
      fault: { code: 2150858817 },
    },
    {
      why: 'it is a question to the resource that it cannot answer',
      question: { ...subscribe(good), action: `${ns.transfer}/Get` },
      fault: { code: 2150858771, subcode: 'ActionNotSupported' },
    },
  ])('has a fault of its own when $why', async ({ question, fault }) => {
    await serve();
    const told = await host.ask(question);
    expect([told.status, told.fault]).toEqual([500, expect.objectContaining(fault)]);
  });

  test('is not refused for a channel that may be missing', async () => {
    await serve();
    const told = await host.ask(
      subscribe(list(query('Nope', '*'), query('System', byId(6005))), {
        options: { IgnoreChannelError: null },
      }),
    );
    const seen = seenIn(await host.ask(pullEvents(contextOf(told))));
    expect(seen[0]?.channel).toBe('System');
  });
});
