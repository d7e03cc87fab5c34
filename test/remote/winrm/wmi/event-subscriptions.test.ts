import fc from 'fast-check';
import { parseXml } from '../../../../remote/winrm/wire/xml';
import { failureOf } from '../scene';
import { listenForWmi } from './wmi-listener';
import type { Asked, Told, WmiListener } from './wmi-listener';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function hostThat(script: Parameters<typeof listenForWmi>[0]): Promise<WmiListener> {
  const listener = await listenForWmi(script);
  cleanups.push(listener.close);
  return listener;
}

const actionsOf = ({ asked }: WmiListener): string[] => asked.map(({ action }) => action);

/** As 2008 R2 was recorded to answer: what identifies a subscription are reference properties. */
const subscribed: Told = {
  body:
    '<e:SubscribeResponse><e:SubscriptionManager><a:Address>http://ex01:5985/wsman</a:Address><a:ReferenceProperties>' +
    '<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog</w:ResourceURI><e:Identifier>885E9924</e:Identifier>' +
    '</a:ReferenceProperties></e:SubscriptionManager><e:Expires>PT0.000S</e:Expires>' +
    '<n:EnumerationContext>uuid:ctx0</n:EnumerationContext></e:SubscribeResponse>',
};

const event = (recordId: number | string, data = '<EventData><Data>a</Data></EventData>'): string =>
  '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="MSExchange ADAccess"/>' +
  '<EventID Qualifiers="16388">2080</EventID><Level>4</Level><TimeCreated SystemTime="2013-04-25T21:23:39.000000000Z"/>' +
  `<EventRecordID>${recordId}</EventRecordID><Channel>Application</Channel><Computer>EX01</Computer></System>${data}` +
  '<RenderingInfo Culture="en-US"><Message>text</Message><Provider>not this</Provider></RenderingInfo></Event>';

const page = (items: string, context: string): Told => ({
  body: `<n:PullResponse><n:EnumerationContext>${context}</n:EnumerationContext><n:Items>${items}</n:Items></n:PullResponse>`,
});

const timedOut: Told = { fault: 2150858793, subcode: 'w:TimedOut' };

/** A log whose events come in these pages, and then none. */
function logOf(pages: readonly string[], whenSilent: Told = page('', 'uuid:end')) {
  let next = 0;
  return ({ action }: Asked): Told => {
    if (action === 'Subscribe') return subscribed;
    if (action === 'Unsubscribe') return { body: '' };
    const items = pages[next];
    next += 1;
    return items === undefined ? whenSilent : page(items, `uuid:ctx${next}`);
  };
}

const all = { log: 'Application', select: ['*'] };

test('events are read until the record that is known to be there has come', async () => {
  const named = '<EventData><Data Name="a">one</Data><Data/><Data> two </Data></EventData>';
  const host = await hostThat(logOf([event(3), event(5, named) + event(7), event(9)]));
  const reading = await host.events.read({ ...all, untilRecordId: 7 });
  expect(reading.complete).toBe(true);
  expect(reading.events.map(({ recordId }) => recordId)).toEqual([3, 5, 7]);
  expect(reading.events[1]).toEqual({
    recordId: 5,
    eventId: 2080,
    at: '2013-04-25T21:23:39.000Z',
    provider: 'MSExchange ADAccess',
    data: ['one', '', ' two '],
  });
  expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Pull', 'Unsubscribe']);
});

test('each Pull has the context of the one before, and Unsubscribe names the subscription', async () => {
  const host = await hostThat(logOf([event(1), event(2), event(3)]));
  await host.events.read({ ...all, untilRecordId: 3 });
  expect(host.asked.map(({ text }) => text('EnumerationContext'))).toEqual([
    '',
    'uuid:ctx0',
    'uuid:ctx1',
    'uuid:ctx2',
    '',
  ]);
  expect(host.asked.at(-1)?.text('Identifier')).toBe('885E9924');
  expect(new Set(host.asked.map(({ envelope }) => envelope.resourceUri))).toEqual(
    new Set(['http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog']),
  );
});

test('all expressions and the last record are asked for in one query', async () => {
  const host = await hostThat(logOf([event(3847)]));
  const select = ['*[System[(EventID=1)]]', "*[System[Provider[@Name='A & B']]]"];
  await host.events.read({ log: 'Application', select, untilRecordId: 3847 });
  const [query] = parseXml(Buffer.from(host.asked[0]?.text('Filter') ?? '')).children;
  expect(query?.attributes.get('Path')).toBe('Application');
  expect(query?.children.map(({ text }) => text)).toEqual([
    ...select,
    '*[System[(EventRecordID=3847)]]',
  ]);
});

test('events may come wrapped, and what is none of them is passed over', async () => {
  const wrapped = (recordId: number): string =>
    `<w:Event Action="http://schemas.dmtf.org/wbem/wsman/1/wsman/Event">${event(recordId)}</w:Event>`;
  const heartbeat = '<w:Event Action="http://schemas.dmtf.org/wbem/wsman/1/wsman/Heartbeat"/>';
  const host = await hostThat(logOf([heartbeat, wrapped(4) + wrapped(6)]));
  const reading = await host.events.read({ ...all, untilRecordId: 6 });
  expect(reading.events.map(({ recordId }) => recordId)).toEqual([4, 6]);
  expect(reading.complete).toBe(true);
});

test('a subscription may be identified by reference parameters', async () => {
  const log = logOf([event(1)]);
  const body = 'body' in subscribed ? subscribed.body : '';
  const host = await hostThat((asked) =>
    asked.action === 'Subscribe'
      ? { body: body.replaceAll('ReferenceProperties', 'ReferenceParameters') }
      : log(asked),
  );
  await host.events.read({ ...all, untilRecordId: 1 });
  expect(host.asked.at(-1)?.text('Identifier')).toBe('885E9924');
});

test.each([
  { what: 'empty answers', silence: page('', 'uuid:end') },
  { what: 'time-outs', silence: timedOut },
])('a log that ends in $what is not known to have come whole', async ({ silence }) => {
  const host = await hostThat(logOf([event(1), event(2)], silence));
  const reading = await host.events.read({ ...all, untilRecordId: null });
  expect(reading.events).toHaveLength(2);
  expect(reading.complete).toBe(false);
  expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Pull', 'Pull', 'Pull', 'Unsubscribe']);
});

test('a short silence between events is not the end', async () => {
  const host = await hostThat(logOf(['', event(1), '', event(2)]));
  const reading = await host.events.read({ ...all, untilRecordId: null });
  expect(reading.events.map(({ recordId }) => recordId)).toEqual([1, 2]);
});

test('a record that does not come is waited for longer, but not for ever', async () => {
  const host = await hostThat(logOf(['', '', '', event(1)], timedOut));
  const reading = await host.events.read({ ...all, untilRecordId: 99 });
  expect(reading).toMatchObject({ events: [{ recordId: 1 }], complete: false });
  expect(actionsOf(host).filter((action) => action === 'Pull')).toHaveLength(9);
});

test('the host ending the subscription ends the reading', async () => {
  const host = await hostThat(({ action }) =>
    action === 'Subscribe'
      ? subscribed
      : {
          body: `<n:PullResponse><n:Items>${event(1)}</n:Items><n:EndOfSequence/></n:PullResponse>`,
        },
  );
  const reading = await host.events.read({ ...all, untilRecordId: 9 });
  expect(reading).toMatchObject({ events: [{ recordId: 1 }], complete: false });
  expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Unsubscribe']);
});

describe('more events than wanted', () => {
  test('are not fetched, and the reading is not complete', async () => {
    const host = await hostThat(logOf([event(1), event(2) + event(3) + event(4), event(5)]));
    const reading = await host.events.read({ ...all, untilRecordId: 4 }, { maxEvents: 3 });
    expect(reading.events.map(({ recordId }) => recordId)).toEqual([1, 2, 3]);
    expect(reading.complete).toBe(false);
    expect(host.asked.slice(1, 3).map(({ text }) => text('MaxElements'))).toEqual(['3', '2']);
    expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Pull', 'Unsubscribe']);
  });

  test('are none when the last one wanted is the last record', async () => {
    const host = await hostThat(logOf([event(1) + event(2)]));
    const reading = await host.events.read({ ...all, untilRecordId: 2 }, { maxEvents: 2 });
    expect(reading).toMatchObject({ events: [{}, {}], complete: true });
  });

  test('the oldest event alone is one answer', async () => {
    const host = await hostThat(logOf([event(1)]));
    const reading = await host.events.read({ ...all, untilRecordId: null }, { maxEvents: 1 });
    expect(reading.events.map(({ recordId }) => recordId)).toEqual([1]);
    expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Unsubscribe']);
  });
});

test('an event that says not which it is leaves the reading incomplete', async () => {
  const host = await hostThat(logOf([event(1) + event('?') + event(3)]));
  const reading = await host.events.read({ ...all, untilRecordId: 3 });
  expect(reading).toMatchObject({ events: [{ recordId: 1 }, { recordId: 3 }], complete: false });
});

describe('whatever happens, the subscription is ended', () => {
  test('when the deadline comes', async () => {
    let id = 0;
    const endless = await hostThat(({ action }) => {
      if (action === 'Subscribe') return subscribed;
      id += 1;
      return action === 'Pull' ? page(event(id), `uuid:${id}`) : { body: '' };
    });
    const reading = await endless.events.read(
      { ...all, untilRecordId: null },
      { timeoutMs: 150, maxEvents: 1_000_000 },
    );
    expect(reading.complete).toBe(false);
    expect(reading.events.length).toBeGreaterThan(0);
    expect(endless.asked.at(-1)?.action).toBe('Unsubscribe');
  });

  test('when the host goes silent', async () => {
    const host = await hostThat(({ action }) => (action === 'Subscribe' ? subscribed : 'silence'));
    const reading = host.events.read({ ...all, untilRecordId: null }, { timeoutMs: 100 });
    expect((await failureOf(reading)).code).toBe('command-timeout');
    await host.seen('Unsubscribe');
  });

  test('when the caller gives up', async () => {
    const host = await hostThat(({ action }) => (action === 'Subscribe' ? subscribed : 'silence'));
    const caller = new AbortController();
    const reading = host.events.read({ ...all, untilRecordId: 1 }, { signal: caller.signal });
    await host.seen('Pull');
    caller.abort(new Error('not needed any more'));
    await expect(reading).rejects.toThrow('not needed any more');
    await host.seen('Unsubscribe');
  });

  test('when a Pull is refused, even if that is refused too', async () => {
    const host = await hostThat(({ action }) =>
      action === 'Subscribe' ? subscribed : { fault: 2150859010 },
    );
    const failure = await failureOf(host.events.read({ ...all, untilRecordId: 1 }));
    expect(failure).toMatchObject({ code: 'wmi-refused', facts: { faultCode: 2150859010 } });
    expect(actionsOf(host)).toEqual(['Subscribe', 'Pull', 'Unsubscribe']);
  });

  test('when the connection is lost', async () => {
    const host = await hostThat(({ action }) => {
      if (action === 'Subscribe') return subscribed;
      return action === 'Pull' ? 'hang up' : { body: '' };
    });
    const failure = await failureOf(host.events.read({ ...all, untilRecordId: 1 }));
    expect(failure.code).toBe('connection-lost');
    expect(actionsOf(host).at(-1)).toBe('Unsubscribe');
  });
});

test.each<{ what: string; told: Told; code: string }>([
  { what: 'a channel that is not there', told: { fault: 15007 }, code: 'wmi-refused' },
  { what: 'a query that is not taken', told: { fault: 2150858778 }, code: 'wmi-refused' },
  { what: 'access to the log', told: { fault: 5 }, code: 'rights-missing' },
  { what: 'a subscription without a context', told: { body: '' }, code: 'protocol-error' },
])('$what is $code, and there is nothing to end', async ({ told, code }) => {
  const host = await hostThat(() => told);
  const failure = await failureOf(host.events.read({ ...all, untilRecordId: 1 }));
  expect(failure.code).toBe(code);
  expect(actionsOf(host)).toEqual(['Subscribe']);
});

test('a log with control characters in its name is bad-request', async () => {
  const host = await hostThat(() => subscribed);
  const reading = host.events.read({ log: 'A\0', select: ['*'], untilRecordId: null });
  expect((await failureOf(reading)).code).toBe('bad-request');
  expect(host.asked).toEqual([]);
});

test('events are the same however the host cuts them into pages', async () => {
  let script = logOf([]);
  const host = await hostThat((asked) => script(asked));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 10 }),
      async (sizes) => {
        let last = 0;
        const pages = sizes.map((size) =>
          Array.from({ length: size }, () => event((last += 1))).join(''),
        );
        script = logOf(pages);
        const { events, complete } = await host.events.read({ ...all, untilRecordId: last });
        expect(complete).toBe(true);
        expect(events.map(({ recordId }) => recordId)).toEqual(
          Array.from({ length: last }, (_, index) => index + 1),
        );
      },
    ),
    { numRuns: 40 },
  );
});
