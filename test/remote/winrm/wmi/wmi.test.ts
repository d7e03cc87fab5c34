import fc from 'fast-check';
import { failureOf } from '../scene';
import { anyRow, encodeProperty } from './cim-encoder';
import {
  enumerateResponse,
  fragment,
  instance,
  listenForWmi,
  pullResponse,
  windowsEnvelope,
} from './wmi-listener';
import type { Asked, Told, WmiListener } from './wmi-listener';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function hostThat(
  ...[script, tuning]: Parameters<typeof listenForWmi>
): Promise<WmiListener> {
  const listener = await listenForWmi(script, tuning);
  cleanups.push(listener.close);
  return listener;
}

const actionsOf = ({ asked }: WmiListener): string[] => asked.map(({ action }) => action);

const service = (name: string, className = 'Win32_Service'): string =>
  instance(className, `<p:Caption>${name} </p:Caption><p:Name>${name}</p:Name>`);

const query = 'SELECT * FROM Win32_Service';
const nameShape = { Name: 'string' } as const;
const timedOut: Told = { fault: 2150858793, subcode: 'w:TimedOut' };

/** Gives pages one after another; contexts change with each. */
function pages(all: readonly string[]): (asked: Asked) => Told {
  return ({ action, text }) => {
    if (action === 'Release') return { body: '' };
    const index = action === 'Enumerate' ? 0 : Number(text('EnumerationContext').slice(8));
    const context = index + 1 < all.length ? `uuid:ctx${index + 1}` : null;
    const answer = action === 'Enumerate' ? enumerateResponse : pullResponse;
    return answer(all[index] ?? '', context);
  };
}

describe('a query', () => {
  test('of 2003 comes whole with the first answer', async () => {
    const host = await hostThat(pages([service('A') + service('B')]));
    expect(await host.wmi.wql(query, nameShape)).toEqual([
      { Name: 'A', $class: 'Win32_Service' },
      { Name: 'B', $class: 'Win32_Service' },
    ]);
    expect(actionsOf(host)).toEqual(['Enumerate']);
    expect(host.asked[0]?.text('Filter')).toBe(query);
    expect(host.asked[0]?.envelope.resourceUri).toBe(
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*',
    );
  });

  test('of 2008 R2 comes with one item first and the rest by Pull, each by the context of the one before', async () => {
    const host = await hostThat(
      pages([service('A'), service('B') + service('C'), '', service('D')]),
    );
    const rows = await host.wmi.wql(query, nameShape, { namespace: 'root\\virtualization' });
    expect(rows.map(({ Name }) => Name)).toEqual(['A', 'B', 'C', 'D']);
    expect(actionsOf(host)).toEqual(['Enumerate', 'Pull', 'Pull', 'Pull']);
    expect(host.asked.map(({ text }) => text('EnumerationContext'))).toEqual([
      '',
      'uuid:ctx1',
      'uuid:ctx2',
      'uuid:ctx3',
    ]);
    expect(new Set(host.asked.map(({ envelope }) => envelope.resourceUri))).toEqual(
      new Set(['http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/*']),
    );
  });

  test('with no result gives no rows', async () => {
    const host = await hostThat(pages(['']));
    expect(await host.wmi.wql(query, nameShape)).toEqual([]);
  });

  test('that the host does not optimize brings its items by Pull alone', async () => {
    const host = await hostThat(({ action }) =>
      action === 'Enumerate'
        ? {
            body: '<n:EnumerateResponse><n:EnumerationContext>uuid:1</n:EnumerationContext></n:EnumerateResponse>',
          }
        : pullResponse(service('A'), null),
    );
    expect(await host.wmi.wql(query, nameShape)).toHaveLength(1);
  });

  test('for some properties gives rows without a class and times without a namespace', async () => {
    const item = fragment(
      '<Caption>Microsoft Windows Server 2008 R2 Enterprise </Caption><CSName>EX01</CSName>' +
        '<InstallDate xsi:nil="true"/><LastBootUpTime><Datetime>2013-04-10T16:17:16.402Z</Datetime></LastBootUpTime>' +
        '<SuiteMask>402</SuiteMask>',
    );
    const host = await hostThat(pages([item]));
    const shape = {
      Caption: 'string',
      InstallDate: 'datetime',
      LastBootUpTime: 'datetime',
    } as const;
    expect(await host.wmi.wql('SELECT …', shape)).toEqual([
      {
        Caption: 'Microsoft Windows Server 2008 R2 Enterprise ',
        InstallDate: null,
        LastBootUpTime: '2013-04-10T16:17:16.402Z',
        $class: null,
      },
    ]);
  });

  test('names the subclass that an instance has, in its own namespace', async () => {
    const items = service('wuauserv') + service('TermService', 'Win32_TerminalService');
    const host = await hostThat(pages([items]));
    const rows = await host.wmi.wql(query, nameShape);
    expect(rows.map(({ $class }) => $class)).toEqual(['Win32_Service', 'Win32_TerminalService']);
    expect(rows[1]?.Name).toBe('TermService');
  });

  test('gives each property by the type that was asked for, whatever the case of its name', async () => {
    const item = instance(
      'Win32_Thing',
      '<p:Big>18446744073709551615</p:Big><p:Boot><cim:Datetime>2013-04-15T16:28:39.5Z</cim:Datetime></p:Boot>' +
        '<p:Description></p:Description><p:ID>7</p:ID><p:List>a</p:List><p:List>b</p:List><p:Missing xsi:nil="true"/><p:Started>true</p:Started>',
    );
    const host = await hostThat(pages([item]));
    const shape = {
      big: 'uint64',
      boot: 'datetime',
      description: 'string',
      Id: 'uint32',
      LIST: 'string[]',
      missing: 'uint32',
      notThere: 'string',
      started: 'boolean',
    } as const;
    expect(await host.wmi.wql(query, shape)).toEqual([
      {
        big: 18_446_744_073_709_551_615n,
        boot: '2013-04-15T16:28:39.500Z',
        description: '',
        Id: 7,
        LIST: ['a', 'b'],
        missing: null,
        notThere: null,
        started: true,
        $class: 'Win32_Thing',
      },
    ]);
  });

  test('with a value of another type is unexpected-output, which names it, and the rest is released', async () => {
    const wrong = instance('Win32_Service', `<p:ProcessId>${'x'.repeat(500)}</p:ProcessId>`);
    const host = await hostThat(pages([service('A'), wrong, service('B')]));
    const failure = await failureOf(host.wmi.wql(query, { ProcessId: 'uint32' }));
    expect(failure.code).toBe('unexpected-output');
    expect(failure.facts).toMatchObject({
      class: 'Win32_Service',
      property: 'ProcessId',
      type: 'uint32',
      text: 'x'.repeat(200),
    });
    expect(failure.message).toContain('Win32_Service.ProcessId');
    expect(actionsOf(host)).toEqual(['Enumerate', 'Pull', 'Release']);
    expect(host.asked[2]?.text('EnumerationContext')).toBe('uuid:ctx2');
  });

  test('with a page of very many small rows is read', async () => {
    const many = Array.from({ length: 15_000 }, (_, index) =>
      fragment(`<RecordNumber>${index}</RecordNumber>`).replace(/ xmlns:xsi="[^"]*"/, ''),
    );
    const host = await hostThat(pages([fragment('<RecordNumber>0</RecordNumber>'), many.join('')]));
    const rows = await host.wmi.wql('SELECT RecordNumber', { RecordNumber: 'uint32' });
    expect(rows).toHaveLength(15_001);
    expect(rows.at(-1)?.RecordNumber).toBe(14_999);
  });

  test('goes on with the old context when a Pull names no other', async () => {
    let pulls = 0;
    const host = await hostThat(({ action }) => {
      if (action === 'Enumerate') return enumerateResponse('', 'uuid:only');
      pulls += 1;
      const end = pulls < 3 ? '' : '<n:EndOfSequence/>';
      return {
        body: `<n:PullResponse><n:Items>${service('A')}</n:Items>${end}</n:PullResponse>`,
      };
    });
    expect(await host.wmi.wql(query, nameShape)).toHaveLength(3);
    expect(host.asked.slice(1).map(({ text }) => text('EnumerationContext'))).toEqual([
      'uuid:only',
      'uuid:only',
      'uuid:only',
    ]);
  });
});

describe('rows beyond what is wanted', () => {
  const rows = (count: number): string => service('A').repeat(count);

  test('are none when the last row is the last that was wanted', async () => {
    const host = await hostThat(pages([rows(1), rows(2)]));
    expect(await host.wmi.wql(query, nameShape, { maxRows: 3 })).toHaveLength(3);
    expect(host.asked.map(({ text }) => text('MaxElements'))).toEqual(['4', '3']);
  });

  test('are a failure, and the enumeration is released', async () => {
    const host = await hostThat(pages([rows(1), rows(2), rows(1), rows(1)]));
    const failure = await failureOf(host.wmi.wql(query, nameShape, { maxRows: 3 }));
    expect(failure).toMatchObject({ code: 'unexpected-output', facts: { maxRows: 3 } });
    expect(actionsOf(host)).toEqual(['Enumerate', 'Pull', 'Pull', 'Release']);
    expect(host.asked[3]?.text('EnumerationContext')).toBe('uuid:ctx3');
  });

  test('in the last page are a failure too, with nothing to release', async () => {
    const host = await hostThat(pages([rows(4)]));
    const failure = await failureOf(host.wmi.wql(query, nameShape, { maxRows: 3 }));
    expect(failure.code).toBe('unexpected-output');
    expect(actionsOf(host)).toEqual(['Enumerate']);
  });
});

describe('an enumeration that takes long', () => {
  test('is asked again with the same context after each time-out', async () => {
    let silent = 3;
    const paged = pages([service('A'), service('B')]);
    const host = await hostThat((asked) => {
      if (asked.action !== 'Pull' || silent === 0) return paged(asked);
      silent -= 1;
      return timedOut;
    });
    expect(await host.wmi.wql(query, nameShape)).toHaveLength(2);
    expect(actionsOf(host)).toEqual(['Enumerate', 'Pull', 'Pull', 'Pull', 'Pull']);
    expect(new Set(host.asked.slice(1).map(({ text }) => text('EnumerationContext')))).toEqual(
      new Set(['uuid:ctx1']),
    );
  });

  test('ends at the deadline as command-timeout and is released', async () => {
    const paged = pages([service('A'), service('B')]);
    const host = await hostThat((asked) => (asked.action === 'Pull' ? timedOut : paged(asked)));
    const failure = await failureOf(host.wmi.wql(query, nameShape, { timeoutMs: 200 }));
    expect(failure).toMatchObject({ code: 'command-timeout', facts: { timeoutMs: 200 } });
    await host.seen('Release');
    expect(host.asked.at(-1)?.text('EnumerationContext')).toBe('uuid:ctx1');
  });

  test('of a host that says nothing at all ends at the deadline too', async () => {
    const paged = pages([service('A'), service('B')]);
    const host = await hostThat((asked) => (asked.action === 'Pull' ? 'silence' : paged(asked)));
    const failure = await failureOf(host.wmi.wql(query, nameShape, { timeoutMs: 100 }));
    expect(failure.code).toBe('command-timeout');
    await host.seen('Release');
  });

  test('is given up at once when the caller wants it no more, and released behind its back', async () => {
    const paged = pages([service('A'), service('B')]);
    const script = (asked: Asked): Told =>
      asked.action === 'Enumerate' ? paged(asked) : 'silence';
    const host = await hostThat(script, { cleanupMs: 60_000 });
    const caller = new AbortController();
    const reading = host.wmi.wql(query, nameShape, { signal: caller.signal });
    await host.seen('Pull');
    caller.abort(new Error('not needed any more'));
    await expect(reading).rejects.toThrow('not needed any more');
    await host.seen('Release');
  });

  test('is not begun for a caller that has gone', async () => {
    const host = await hostThat(pages(['']));
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(host.wmi.wql(query, nameShape, { signal })).rejects.toThrow('gone');
    expect(host.asked).toEqual([]);
  });

  test('that is refused for a full quota is tried again', async () => {
    let refused = 2;
    const paged = pages([service('A')]);
    const host = await hostThat((asked) => {
      refused -= 1;
      return refused >= 0 ? { fault: 2150859174 } : paged(asked);
    });
    expect(await host.wmi.wql(query, nameShape)).toHaveLength(1);
    expect(actionsOf(host)).toEqual(['Enumerate', 'Enumerate', 'Enumerate']);
  });
});

describe('what the host refuses', () => {
  test.each([
    { what: 'a query that is no WQL', fault: 2150858778, code: 'wmi-refused' },
    { what: 'the provider failing', fault: 2150859010, code: 'wmi-refused' },
    { what: 'a namespace that is not there', fault: 2150858752, code: 'wmi-refused' },
    { what: 'a message it does not take', fault: 2150858817, code: 'wmi-refused' },
    { what: 'selectors that it does not know', fault: 2150858843, code: 'wmi-refused' },
    { what: 'a code that nobody knows', fault: 4_000_000_000, code: 'wmi-refused' },
    { what: 'access', fault: 5, code: 'rights-missing' },
    { what: 'access, by its HRESULT', fault: 0x80070005, code: 'rights-missing' },
    { what: 'access to WMI', fault: 0x80338104, code: 'rights-missing' },
    { what: 'access by the provider', fault: 0x80338105, code: 'rights-missing' },
    { what: 'access, as WMI itself says it', fault: 0x80041003, code: 'rights-missing' },
    { what: 'an operation while it shuts down', fault: 1115, code: 'connection-lost' },
    { what: 'more operations, again and again', fault: 2150859174, code: 'too-many-sessions' },
    { what: 'to wait longer', fault: 2150858793, code: 'command-timeout' },
  ])('$what is $code', async ({ fault, code }) => {
    const host = await hostThat(() => ({ fault }));
    const failure = await failureOf(host.wmi.wql(query, nameShape));
    expect(failure).toMatchObject({ code, facts: { faultCode: fault } });
    expect(failure.message).toContain(query);
  });

  test('keeps what WMI says of it', async () => {
    const provider = 'Die WMI-Abfrage ist ungültig.';
    const host = await hostThat(() => ({ fault: 2150858778, provider }));
    const failure = await failureOf(host.wmi.wql('nonsense', {}));
    expect(failure.facts).toMatchObject({
      faultMessage: provider,
      provider: 'WMI Provider',
      providerFault: provider,
    });
  });

  test('in the middle of an enumeration ends it, and it is released', async () => {
    const paged = pages([service('A'), service('B')]);
    const host = await hostThat((asked) =>
      asked.action === 'Pull' ? { fault: 2150859010 } : paged(asked),
    );
    expect((await failureOf(host.wmi.wql(query, nameShape))).code).toBe('wmi-refused');
    expect(actionsOf(host)).toEqual(['Enumerate', 'Pull', 'Release']);
  });

  test('to release changes nothing', async () => {
    const host = await hostThat(({ action }) =>
      action === 'Enumerate' ? enumerateResponse(service('A'), 'uuid:1') : { fault: 2150859010 },
    );
    expect((await failureOf(host.wmi.wql(query, nameShape))).code).toBe('wmi-refused');
  });
});

describe('an answer that is none', () => {
  test.each<{ what: string; told: Told; code: string }>([
    { what: 'a lost connection', told: 'hang up', code: 'connection-lost' },
    { what: 'an empty body', told: { body: '' }, code: 'protocol-error' },
    {
      what: 'neither a context nor an end',
      told: { body: '<n:EnumerateResponse/>' },
      code: 'protocol-error',
    },
    {
      what: 'an answer to something else',
      told: pullResponse('', null),
      code: 'protocol-error',
    },
    { what: 'a DTD', told: { raw: '<!DOCTYPE a><a/>' }, code: 'hostile-reply' },
    {
      what: 'more elements than any page has',
      told: { body: '<a/>'.repeat(250_000) },
      code: 'hostile-reply',
    },
  ])('$what is $code', async ({ told, code }) => {
    const host = await hostThat(() => told);
    expect((await failureOf(host.wmi.wql(query, nameShape))).code).toBe(code);
  });

  test('a message that is cut anywhere is a failure and never a hang or a row less', async () => {
    const whole = windowsEnvelope(
      '<n:EnumerateResponse><n:EnumerationContext/><w:Items>' +
        `${service('A')}</w:Items><w:EndOfSequence/></n:EnumerateResponse>`,
      '',
    ).replace('<a:RelatesTo></a:RelatesTo>', '');
    let length = whole.length;
    const host = await hostThat(() => ({ raw: whole.slice(0, length) }));
    expect(await host.wmi.wql(query, nameShape)).toHaveLength(1);
    for (length = whole.length - 1; length >= 0; length -= 1) {
      // oxlint-disable-next-line no-await-in-loop -- one cut after another
      const failure = await failureOf(host.wmi.wql(query, nameShape, { timeoutMs: 5000 }));
      expect(failure.code).toBe('protocol-error');
    }
  });
});

describe('one instance', () => {
  const keys = { Name: 'wuauserv' };

  test('is found by its keys', async () => {
    const host = await hostThat(() => ({ body: service('wuauserv') }));
    expect(await host.wmi.get('Win32_Service', keys, nameShape)).toEqual({
      Name: 'wuauserv',
      $class: 'Win32_Service',
    });
    expect(actionsOf(host)).toEqual(['Get']);
    expect(host.asked[0]?.envelope.selectors).toEqual(new Map([['Name', 'wuauserv']]));
  });

  test('needs no keys when it is the only one', async () => {
    const host = await hostThat(() => ({
      body: instance('Win32_OperatingSystem', '<p:Version>6.1.7601</p:Version>'),
    }));
    const row = await host.wmi.get('Win32_OperatingSystem', {}, { Version: 'string' });
    expect(row?.Version).toBe('6.1.7601');
    expect(host.asked[0]?.text('SelectorSet')).toBe('');
  });

  test('that is not there is null, when the class is', async () => {
    const host = await hostThat(({ action }) =>
      action === 'Get'
        ? { fault: 2150858752, subcode: 'a:DestinationUnreachable' }
        : enumerateResponse('', null),
    );
    const keysToQuote = { Name: "D:\\it's", Drive: 'D:' };
    expect(await host.wmi.get('CIM_DataFile', keysToQuote, nameShape)).toBeNull();
    expect(actionsOf(host)).toEqual(['Get', 'Enumerate']);
    expect(host.asked[1]?.text('Filter')).toBe(
      "SELECT Name, Drive FROM CIM_DataFile WHERE Name = 'D:\\\\it\\'s' AND Drive = 'D:'",
    );
  });

  test('of a class that is not there is wmi-refused', async () => {
    const host = await hostThat(({ action }) => ({
      fault: action === 'Get' ? 2150858752 : 2150858778,
    }));
    const failure = await failureOf(host.wmi.get('Win32_Nothing', keys, nameShape));
    expect(failure).toMatchObject({ code: 'wmi-refused', facts: { faultCode: 2150858778 } });
  });

  test('that a query finds and Get does not is wmi-refused', async () => {
    const host = await hostThat(({ action }) =>
      action === 'Get' ? { fault: 2150858752 } : enumerateResponse(service('wuauserv'), null),
    );
    const failure = await failureOf(host.wmi.get('Win32_Service', keys, nameShape));
    expect(failure).toMatchObject({ code: 'wmi-refused', facts: { faultCode: 2150858752 } });
  });

  test('of a class with many is wmi-refused without keys', async () => {
    // ERROR_WSMAN_INVALID_URI_WMI_SINGLETON
    const host = await hostThat(() => ({ fault: 2150859002 }));
    const failure = await failureOf(host.wmi.get('Win32_Service', {}, nameShape));
    expect(failure.code).toBe('wmi-refused');
    expect(actionsOf(host)).toEqual(['Get']);
  });
});

describe('a method', () => {
  const output = (className: string, method: string, parameters: string): Told => ({
    body:
      `<p:${method}_OUTPUT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/${className}"` +
      ` xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">${parameters}</p:${method}_OUTPUT>`,
  });

  test('of an instance is called by its keys', async () => {
    const host = await hostThat(() =>
      output('Win32_Service', 'StartService', '<p:ReturnValue>10</p:ReturnValue>'),
    );
    const call = {
      className: 'Win32_Service',
      keys: { Name: 'wuauserv' },
      method: 'StartService',
    };
    expect(await host.wmi.invoke(call, { ReturnValue: 'uint32' })).toEqual({
      ReturnValue: 10,
      $class: null,
    });
    const [asked] = host.asked;
    expect(asked?.envelope.action).toBe(
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service/StartService',
    );
    expect(asked?.envelope.selectors).toEqual(new Map([['Name', 'wuauserv']]));
  });

  test('of a class is called without keys, and gives lists and nothing', async () => {
    const host = await hostThat(() =>
      output(
        'StdRegProv',
        'EnumKey',
        '<p:ReturnValue>0</p:ReturnValue><p:sNames>One</p:sNames><p:sNames>Two</p:sNames><p:Types xsi:nil="true"/>',
      ),
    );
    const call = {
      className: 'StdRegProv',
      method: 'EnumKey',
      parameters: { hDefKey: 2_147_483_650, sSubKeyName: 'SOFTWARE\\A & B' },
    };
    const shape = { sNames: 'string[]', Types: 'uint32[]', ReturnValue: 'uint32' } as const;
    expect(await host.wmi.invoke(call, shape, { namespace: 'root/default' })).toEqual({
      sNames: ['One', 'Two'],
      Types: null,
      ReturnValue: 0,
      $class: null,
    });
    expect(host.asked[0]?.text('sSubKeyName')).toBe('SOFTWARE\\A & B');
    expect(host.asked[0]?.text('hDefKey')).toBe('2147483650');
    expect(host.asked[0]?.text('SelectorSet')).toBe('');
  });

  test('that the class has not is wmi-refused, and is called once', async () => {
    const host = await hostThat(() => ({ fault: 2150858753 }));
    const call = { className: 'Win32_Service', method: 'Explode' };
    expect((await failureOf(host.wmi.invoke(call, {}))).code).toBe('wmi-refused');
    expect(host.asked).toHaveLength(1);
  });

  test('whose answer is lost is called once: what it did is not known', async () => {
    const host = await hostThat(() => 'hang up');
    const call = { className: 'Win32_OperatingSystem', method: 'Reboot' };
    expect((await failureOf(host.wmi.invoke(call, {}))).code).toBe('connection-lost');
    expect(host.asked).toHaveLength(1);
  });

  test('that is refused for a full quota has not run and is called again', async () => {
    const host = await hostThat((_, index) =>
      index === 0
        ? { fault: 2150859174 }
        : output('Win32_Service', 'StopService', '<p:ReturnValue>0</p:ReturnValue>'),
    );
    const call = { className: 'Win32_Service', keys: { Name: 'A' }, method: 'StopService' };
    const row = await host.wmi.invoke(call, { ReturnValue: 'uint32' });
    expect(row.ReturnValue).toBe(0);
    expect(host.asked).toHaveLength(2);
  });
});

test.each<{ what: string; ask: (host: WmiListener) => Promise<unknown> }>([
  { what: 'a query with NUL', ask: ({ wmi }) => wmi.wql('SELECT \0', {}) },
  { what: 'a class that is no name', ask: ({ wmi }) => wmi.get('A/../B', {}, {}) },
  { what: 'a key that is no name', ask: ({ wmi }) => wmi.get('A', { 'a b': 'c' }, {}) },
  { what: 'a key of control characters', ask: ({ wmi }) => wmi.get('A', { a: '\u0001' }, {}) },
  {
    what: 'a method that is no name',
    ask: ({ wmi }) => wmi.invoke({ className: 'A', method: 'B><C' }, {}),
  },
  {
    what: 'a parameter that is no name',
    ask: ({ wmi }) => wmi.invoke({ className: 'A', method: 'B', parameters: { '<': 1 } }, {}),
  },
  {
    what: 'a parameter with NUL',
    ask: ({ wmi }) => wmi.invoke({ className: 'A', method: 'B', parameters: { a: ['\0'] } }, {}),
  },
])('$what is bad-request, and nothing is asked', async ({ ask }) => {
  const host = await hostThat(() => ({ body: '' }));
  expect((await failureOf(ask(host))).code).toBe('bad-request');
  expect(host.asked).toEqual([]);
});

test('rows are the same however the host cuts them into pages', async () => {
  let all: string[] = [];
  const host = await hostThat((asked) => pages(all)(asked));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 12 }),
      async (sizes) => {
        let next = 0;
        all = sizes.map((size) =>
          Array.from({ length: size }, () => service(`S${next++}`)).join(''),
        );
        const rows = await host.wmi.wql(query, nameShape);
        expect(rows.map(({ Name }) => Name)).toEqual(
          Array.from({ length: next }, (_, index) => `S${index}`),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('a row of all types is read as it was written, whole or as some properties', async () => {
  let item = '';
  const host = await hostThat(() => enumerateResponse(item, null));
  await fc.assert(
    fc.asyncProperty(anyRow, fc.boolean(), async (properties, isWhole) => {
      const named = properties.map((property, index) => ({ ...property, name: `P${index}` }));
      const xml = named.map(({ name, type, value }) =>
        encodeProperty(name, type, value, isWhole ? 'p:' : ''),
      );
      item = isWhole ? instance('Win32_All', xml.join('')) : fragment(xml.join(''));
      const shape = Object.fromEntries(named.map(({ name, type }) => [name, type]));
      const expected = Object.fromEntries(named.map(({ name, value }) => [name, value]));
      expect(await host.wmi.wql(query, shape)).toEqual([
        { ...expected, $class: isWhole ? 'Win32_All' : null },
      ]);
    }),
    { numRuns: 60 },
  );
});
