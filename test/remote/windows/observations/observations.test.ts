import type { Observable, Predicate } from '../../../../contracts/predicate';
import { observationKey } from '../../../../contracts/predicate';
import { observablesOfHotfix } from '../../../../remote/windows/observations/observables-of-hotfix';
import { sampleHotfix } from '../sample-hotfix';
import type { ScriptedAnswer } from '../scripted-session';
import { observationsOf, wmic } from './scripted-observations';

const dns = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\DNS\Parameters`;
const fullDns = String.raw`HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\DNS\Parameters`;
const registry = (value: string | null, key = dns): Observable => ({
  kind: 'registry',
  key,
  value,
  test: { is: 'present' },
});
const file = (path: string): Observable => ({ kind: 'file', path, test: { is: 'present' } });
const service = (name: string): Observable => ({ kind: 'service', name, is: 'running' });
const packageOf = (identity: string): Observable => ({
  kind: 'package',
  identity,
  is: 'installed',
});
const denied: ScriptedAnswer = { text: 'ERROR: Access is denied.\r\n', succeeded: false };
const noKey: ScriptedAnswer = {
  text: 'ERROR: The system was unable to find the specified registry key or value.\r\n',
  succeeded: false,
};

const answerTo = async (
  asked: Observable,
  script: { readonly [name: string]: ScriptedAnswer },
): Promise<unknown> => (await observationsOf([asked], script)).observations[observationKey(asked)];

describe('the questions of a definition', () => {
  it('are those of all its parts, each once', () => {
    const part = (name: string): Predicate => ({
      kind: 'any',
      of: [service(name), service('Shared')],
    });
    const asked = observablesOfHotfix({
      applicability: {
        ...sampleHotfix.applicability,
        when: part('A'),
        prerequisites: [{ name: 'SHA-2', kb: 'KB4474419', when: part('B') }],
      },
      affected: { rule: part('C'), suspect: { kind: 'none', of: [part('D')] } },
      corroboration: [{ name: 'busy', when: part('E') }],
    });
    const names = asked.map((one) => (one.kind === 'service' ? one.name : ''));
    expect(names.toSorted()).toEqual(['A', 'B', 'C', 'D', 'E', 'Shared']);
  });

  it('are none for a definition of events only', () => {
    expect(observablesOfHotfix(sampleHotfix)).toEqual([]);
  });

  it('travel in the round trip of the check', async () => {
    const { session, observations } = await observationsOf(
      [registry('X'), registry('Y'), file('%windir%\\a.dll'), service('DNS'), packageOf('P~')],
      {},
    );
    expect(session.lines).toHaveLength(1);
    // Both values come with the one listing of their key.
    expect(session.lines[0]?.split(`reg query "${dns}" 2>&1`)).toHaveLength(2);
    expect(Object.keys(observations)).toHaveLength(5);
  });
});

describe('a registry value', () => {
  const listing = (...rows: readonly string[]): ScriptedAnswer => ({
    text: `\r\n${fullDns}\r\n${rows.map((row) => `    ${row}\r\n`).join('')}\r\n`,
  });

  it.each([
    { row: 'TcpReceivePacketSize    REG_DWORD    0xff00', type: 'REG_DWORD', data: 0xff00 },
    {
      row: 'tcpRECEIVEPacketSize    REG_QWORD    0x1ffffffff',
      type: 'REG_QWORD',
      data: 0x1ffffffff,
    },
    { row: 'TcpReceivePacketSize    REG_SZ    a b', type: 'REG_SZ', data: 'a b' },
    { row: 'TcpReceivePacketSize    REG_SZ    ', type: 'REG_SZ', data: '' },
    {
      row: 'TcpReceivePacketSize    REG_EXPAND_SZ    %windir%\\x',
      type: 'REG_EXPAND_SZ',
      data: '%windir%\\x',
    },
    { row: 'TcpReceivePacketSize    REG_MULTI_SZ    a\\0b', type: 'REG_MULTI_SZ', data: 'a\\0b' },
    { row: 'TcpReceivePacketSize    REG_BINARY    0AFF', type: 'REG_BINARY', data: '0AFF' },
  ])('of $type is $data', async ({ row, type, data }) => {
    expect(
      await answerTo(registry('TcpReceivePacketSize'), {
        'key-0': listing('Other    REG_DWORD    0x1', row),
      }),
    ).toEqual({ known: true, value: { kind: 'registry', exists: true, type, data } });
  });

  it('is absent where its key lists others only, and where there is no key', async () => {
    const absent = {
      known: true,
      value: { kind: 'registry', exists: false, type: null, data: null },
    };
    const other = { 'key-0': listing('Packet    REG_DWORD    0x1') };
    expect(await answerTo(registry('TcpReceivePacketSize'), other)).toEqual(absent);
    expect(
      await answerTo(registry('TcpReceivePacketSize'), { 'key-0': noKey, 'above-0': { text: '' } }),
    ).toEqual(absent);
  });

  it('whose number is beyond what a number can hold is unknown', async () => {
    const huge = { 'key-0': listing('X    REG_QWORD    0xffffffffffffffff') };
    expect(await answerTo(registry('X'), huge)).toMatchObject({ known: false });
  });

  it('asks for its key between quotes, and the keys above until one can be read', async () => {
    const { session } = await observationsOf([registry('X', 'HKLM\\SOFTWARE\\A (b) & c')], {});
    expect(session.lines[0]).toContain('reg query "HKLM\\SOFTWARE\\A (b) & c" 2>&1');
    expect(session.lines[0]).toContain('(reg query "HKLM\\SOFTWARE" 2>nul)');
  });
});

describe('a registry key', () => {
  const services = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';
  const exists = (value: boolean) => ({
    known: true,
    value: { kind: 'registry', exists: value, type: null, data: null },
  });

  it.each([
    { name: 'nothing in it', own: { text: '' } },
    { name: 'keys in it', own: { text: `${fullDns}\\Sub\r\n` } },
  ])('with $name is there', async ({ own }) => {
    expect(await answerTo(registry(null), { 'key-0': own })).toEqual(exists(true));
  });

  it.each([
    { above: 'the parent has other keys', text: `\r\n${services}\\DNS\\Other\r\n` },
    {
      above: 'the parent has values only',
      text: `\r\n${services}\\DNS\r\n    Start    REG_DWORD    0x2\r\n\r\n`,
    },
    { above: 'the parent is empty', text: '\r\n' },
    { above: 'not even the parent is listed', text: `\r\n${services}\\BITS\r\n` },
    {
      above: 'all listings came, as from an interpreter without conditionals',
      text: `${services}\\DNS\r\n    Start    REG_DWORD    0x2\r\n\r\n${services}\\DNS\r\n${services}\\BITS\r\n`,
    },
  ])('is not there when $above', async ({ text }) => {
    expect(await answerTo(registry(null), { 'key-0': noKey, 'above-0': { text } })).toEqual(
      exists(false),
    );
  });

  it.each<ScriptedAnswer & { above: string }>([
    { above: 'the parent lists it', text: `\r\n${fullDns.toUpperCase()}\r\n` },
    {
      above: 'the parent may not be read either',
      text: `\r\n${services}\\BITS\r\n${services}\\DNS\r\n`,
    },
    { above: 'nothing above may be read', ...denied },
  ])('is unknown, not absent, when $above', async ({ text = '', succeeded = true }) => {
    const above = { text, succeeded };
    expect(await answerTo(registry(null), { 'key-0': denied, 'above-0': above })).toMatchObject({
      known: false,
    });
  });
});

describe('a product', () => {
  const product: Observable = {
    kind: 'product',
    name: 'Exchange',
    keys: [
      String.raw`HKLM\SOFTWARE\Microsoft\ExchangeServer\v14`,
      String.raw`HKLM\SOFTWARE\Microsoft\ExchangeServer\v15`,
    ],
  };

  it.each([
    { first: { text: '' }, second: noKey, found: product.keys.slice(0, 1) },
    { first: denied, second: { text: '' }, found: product.keys.slice(1) },
    { first: noKey, second: noKey, found: [] },
  ])('is told by those of its keys that are there: $found', async ({ first, second, found }) => {
    const above = {
      text: first === denied ? '' : '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Other\r\n',
    };
    expect(await answerTo(product, { 'key-0': first, 'key-1': second, 'above-0': above })).toEqual({
      known: true,
      value: { kind: 'product', found },
    });
  });

  it('is unknown when one key could not be read and the others are not there', async () => {
    const script = { 'key-0': denied, 'key-1': noKey, 'above-0': denied };
    expect(await answerTo(product, script)).toMatchObject({ known: false });
  });
});

describe('a file', () => {
  it.each([
    { says: wmic({ Version: '6.1.7601.23689' }), version: '6.1.7601.23689' },
    { says: wmic({ Version: '' }), version: '' },
    { says: { text: 'No Instance(s) Available.\r\r\n' }, version: null },
    { says: { text: 'Keine Instanzen verf\u00fcgbar.\r\r\n' }, version: null },
  ])('has version $version', async ({ says, version }) => {
    const asked = file('%windir%\\system32\\drivers\\srv.sys');
    expect(await answerTo(asked, { 'file-0': says })).toEqual({
      known: true,
      value: { kind: 'file', version },
    });
  });

  it.each([
    {
      name: 'an error that ends well',
      says: { text: 'Node - MAIL7\r\nERROR:\r\nDescription = x\r\n' },
    },
    { name: 'a version that is none', says: wmic({ Version: '6.1 (win7_rtm)' }) },
    { name: 'no wmic', says: { text: "'wmic' is not recognized\r\n", succeeded: false } },
  ])('is unknown for $name', async ({ says }) => {
    expect(await answerTo(file('C:\\x.dll'), { 'file-0': says })).toMatchObject({ known: false });
  });

  it('is unknown when its path has a variable that the host has not', async () => {
    const asked = file('%ExchangeInstallPath%bin\\x.dll');
    const version = { 'file-0': wmic({ Version: '1.2.3.4' }) };
    const set = { ...version, variables: { text: '"C:\\Exchange\\V14\\"\r\n' } };
    const unset = { ...version, variables: { text: '"%exchangeinstallpath%"\r\n' } };
    expect(await answerTo(asked, set)).toMatchObject({ known: true });
    expect(await answerTo(asked, unset)).toMatchObject({
      why: expect.stringContaining('%exchangeinstallpath%'),
    });
  });
});

describe('a service and a package', () => {
  const services = wmic(
    { Name: 'Spooler', ProcessId: 1280, StartMode: 'Auto', State: 'Running' },
    { Name: 'DNS', ProcessId: 0, StartMode: 'Disabled', State: 'Stopped' },
  );

  it.each([
    {
      name: 'spooler',
      found: { name: 'Spooler', state: 'running', startMode: 'auto', processId: 1280 },
    },
    { name: 'DNS', found: { name: 'DNS', state: 'stopped', startMode: 'disabled', processId: 0 } },
    { name: 'W3SVC', found: null },
  ])('$name is found in the list of all services, or is not there', async ({ name, found }) => {
    expect(await answerTo(service(name), { services })).toEqual({
      known: true,
      value: { kind: 'service', service: found },
    });
  });

  it('without that list are unknown', async () => {
    expect(await answerTo(service('DNS'), { services: denied })).toMatchObject({ known: false });
    expect(await answerTo(packageOf('P~'), { packages: denied })).toMatchObject({ known: false });
  });

  it('of another fix is found by the beginning of its identity', async () => {
    const identity = 'Package_for_KB4490628~31bf3856ad364e35~amd64~~6.1.1.2';
    const packages = { text: `Package Identity : ${identity}\r\nState : Superseded\r\n` };
    expect(await answerTo(packageOf('package_for_kb4490628~'), { packages })).toEqual({
      known: true,
      value: { kind: 'package', package: { state: 'superseded', identity } },
    });
  });
});
