import iconv from 'iconv-lite';

import { decodeOutput, linesOf, parseCodePage } from '../../../remote/windows/decode';
import { packageStateOf } from '../../../remote/windows/dism-packages';
import { parseEvents } from '../../../remote/windows/event-xml';
import { parseDigest } from '../../../remote/windows/file-digest';
import { installerScript, parseResult } from '../../../remote/windows/installer-script';
import { hasSubKey, parseRegistryValues, registryNumber } from '../../../remote/windows/registry';
import { isTaskOf, parseTasks } from '../../../remote/windows/scheduled-tasks';
import { parseServices } from '../../../remote/windows/service-list';
import { isoOfCimDateTime, parseValueBlocks } from '../../../remote/windows/value-blocks';

const event = (
  id: number,
  recordId: number,
  data: readonly string[],
  at = '2015-05-04T09:10:11.000000000Z',
) =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='MSExchange ADAccess'/>` +
  `<EventID Qualifiers='16388'>${id}</EventID><TimeCreated SystemTime='${at}'/><EventRecordID>${recordId}</EventRecordID>` +
  `<Channel>Application</Channel></System><EventData>${data.map((item) => `<Data>${item}</Data>`).join('')}</EventData></Event>`;

describe('bytes of a console', () => {
  it.each([
    { name: 'UTF-16 with a mark', bytes: Buffer.from('\uFEFFCaption=Größe', 'utf16le') },
    { name: 'UTF-16 without a mark', bytes: Buffer.from('Caption=Größe', 'utf16le') },
    { name: 'UTF-8', bytes: Buffer.from('Caption=Größe', 'utf8') },
    { name: 'code page 850', bytes: iconv.encode('Caption=Größe', 'cp850'), codePage: 850 },
    {
      name: 'an unknown code page, as the default one',
      bytes: iconv.encode('Caption=Größe', 'cp437'),
      codePage: 99,
    },
  ])('are read as $name', ({ bytes, codePage }) => {
    expect(decodeOutput(bytes, codePage)).toBe('Caption=Größe');
  });

  it.each([
    { text: 'Active code page: 437\r\n', codePage: 437 },
    { text: 'Aktive Codepage: 850.\r\n', codePage: 850 },
    { text: 'Page de codes active\xff: 65001\r\n', codePage: 65001 },
    { text: '', codePage: null },
    { text: "'chcp' is not recognized", codePage: null },
  ])('tell code page $codePage by what chcp prints', ({ text, codePage }) => {
    expect(parseCodePage(text)).toBe(codePage);
  });

  it('have lines that end with CR CR LF when wmic writes into a pipe', () => {
    expect(linesOf('a\r\r\nb\r\nc')).toEqual(['a', 'b', 'c']);
  });
});

describe('wmic /value', () => {
  it('gives one block per instance however many blank lines lie between', () => {
    const text =
      '\r\r\n\r\r\nName=Alpha Service\r\r\nState=Running\r\r\n\r\r\nName=Beta\r\r\nState=\r\r\n\r\r\n';
    expect(parseValueBlocks(text).map((block) => ({ ...block }))).toEqual([
      { Name: 'Alpha Service', State: 'Running' },
      { Name: 'Beta', State: '' },
    ]);
  });

  it('gives nothing for "no instance" and for errors', () => {
    expect(parseValueBlocks('No Instance(s) Available.\r\r\n')).toEqual([]);
    expect(parseValueBlocks('Node - SRV7\r\nERROR:\r\nDescription = Access denied\r\n')).toEqual(
      [],
    );
  });

  it('cannot be made to reach an object prototype', () => {
    expect(
      parseValueBlocks('__proto__=x\r\nconstructor=y\r\nName=z').map((block) => block['Name']),
    ).toEqual(['z']);
  });

  it.each([
    { cim: '20150504111011.125000+120', iso: '2015-05-04T09:10:11.125Z' },
    { cim: '20150504040000.000000-300', iso: '2015-05-04T09:00:00.000Z' },
    { cim: '20151304040000.000000-300', iso: null },
    { cim: '5/4/2015 9:10 AM', iso: null },
    { cim: '', iso: null },
  ])('time $cim is $iso in UTC', ({ cim, iso }) => {
    expect(isoOfCimDateTime(cim)).toBe(iso);
  });

  it('lists services with states and start modes in our words', () => {
    const text =
      'Name=Alpha\r\r\nProcessId=1220\r\r\nStartMode=Auto\r\r\nState=Running\r\r\n\r\r\n' +
      'Name=Beta Two\r\r\nProcessId=0\r\r\nStartMode=Manual\r\r\nState=Stop Pending\r\r\n\r\r\n' +
      'Name=Gamma\r\r\nProcessId=x\r\r\nStartMode=Odd\r\r\nState=Odd\r\r\n';
    expect(parseServices(text)).toEqual([
      { name: 'Alpha', state: 'running', startMode: 'auto', processId: 1220 },
      { name: 'Beta Two', state: 'stop-pending', startMode: 'manual', processId: 0 },
      { name: 'Gamma', state: 'unknown', startMode: 'unknown', processId: 0 },
    ]);
  });
});

describe('events', () => {
  it('follow each other without a root and may hold line breaks, brackets and entities', () => {
    const text =
      event(2070, 11, [
        'w3wp.exe ()',
        '10',
        'dc1',
        '55',
        'a)\r\n (b &lt;c&gt; &amp; d',
        'Timeout',
      ]) +
      '\r\n' +
      event(2080, 10, ['p', '1', 'dc1\tCDG 1 7\r\ndc2\tCDG 1 7', '']);
    const { events, damaged } = parseEvents(text);
    expect(damaged).toBe(false);
    expect(events.map(({ recordId, eventId, at }) => ({ recordId, eventId, at }))).toEqual([
      { recordId: 11, eventId: 2070, at: '2015-05-04T09:10:11.000Z' },
      { recordId: 10, eventId: 2080, at: '2015-05-04T09:10:11.000Z' },
    ]);
    expect(events[0]?.data[4]).toBe('a)\r\n (b <c> & d');
    expect(events[1]?.data[3]).toBe('');
  });

  it('that are cut are left out and said to be', () => {
    const whole = event(2070, 11, ['p']);
    for (const length of [5, 60, whole.length - 3]) {
      const cut = parseEvents(whole + event(2070, 10, ['q']).slice(0, length));
      expect(cut).toMatchObject({ damaged: true, events: [{ recordId: 11 }] });
    }
  });

  it('survive an odd neighbour', () => {
    const odd = '<Event><System><EventID>x</EventID></System></Event>';
    const { events, damaged } = parseEvents(
      `${odd}${event(2070, 3, ['a &unknown; b'])}${event(2070, 2, ['c'])}`,
    );
    expect(damaged).toBe(true);
    expect(events.map(({ recordId }) => recordId)).toContain(2);
  });

  it('never resolve entities of a document type', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>${event(2070, 3, ['&b;'])}`;
    expect(JSON.stringify(parseEvents(bomb))).not.toContain('aaaaaaaaaaaa');
  });

  it('are read in time however deep a hostile text is', () => {
    const deep = `<Event>${'<x>'.repeat(200_000)}`;
    const { events, damaged } = parseEvents(`${deep}${event(2070, 3, ['a'])}`);
    expect(damaged).toBe(true);
    expect(events.map(({ recordId }) => recordId)).toEqual([3]);
    const nested = `<Event><System>${'<y>'.repeat(40)}${'</y>'.repeat(40)}<EventID>1</EventID></System></Event>`;
    expect(parseEvents(`${nested}${event(2070, 4, ['b'])}`)).toMatchObject({
      damaged: true,
      events: [{ recordId: 4 }],
    });
  });

  it('are no more than what the log can hold, whatever they claim', () => {
    const many = `<Event>${'<Data>x</Data>'.repeat(5000)}</Event>`;
    const long = 'y'.repeat(100_000);
    const { events } = parseEvents(
      event(
        2070,
        5,
        Array.from({ length: 5000 }, () => 'x'),
      ) +
        event(2070, 6, [long]) +
        many,
    );
    expect(events.map(({ recordId, data }) => [recordId, data.length, data[0]?.length])).toEqual([
      [5, 256, 1],
      [6, 1, 32 * 1024],
    ]);
  });

  it('are none in an empty log', () => {
    expect(parseEvents('\r\n')).toEqual({ events: [], damaged: false });
  });
});

describe('dism /get-packages', () => {
  const list = (...blocks: readonly (readonly [string, string])[]) =>
    [
      '\r\nDeployment Image Servicing and Management tool\r\nVersion: 6.1.7600.16385\r\n\r\nPackages listing:\r\n',
      ...blocks.map(
        ([identity, state]) =>
          `\r\nPackage Identity : ${identity}\r\nState : ${state}\r\nRelease Type : Hotfix\r\nInstall Time : 5/4/2015 9:10 AM\r\n`,
      ),
      '\r\nThe operation completed successfully.\r\n',
    ].join('');
  const other = ['Package_for_KB2999999~31bf3856ad364e35~amd64~~6.1.1.0', 'Installed'] as const;
  const ours = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';

  it.each([
    { blocks: [other], state: 'absent', identity: null },
    { blocks: [other, [ours, 'Installed']], state: 'installed', identity: ours },
    { blocks: [[ours, 'Install Pending'], other], state: 'install-pending', identity: ours },
    { blocks: [[ours, 'Superseded']], state: 'superseded', identity: ours },
    {
      blocks: [
        [ours, 'Staged'],
        [ours.replace('6.1.1.0', '6.1.2.0'), 'Install Pending'],
      ],
      state: 'install-pending',
      identity: ours.replace('6.1.1.0', '6.1.2.0'),
    },
    {
      blocks: [[ours.replace('Package_for', 'Package_1_for'), 'Installed']],
      state: 'absent',
      identity: null,
    },
    {
      blocks: [[ours.replace('3004383~', '3004383_SP1~'), 'Installed']],
      state: 'absent',
      identity: null,
    },
  ] as const)('gives $state', ({ blocks, state, identity }) => {
    expect(packageStateOf(list(...blocks), 'Package_for_KB3004383~')).toEqual({
      known: true,
      value: { state, identity },
    });
  });

  it.each([
    { name: 'a state nobody knows', text: list([ours, 'Half there']) },
    { name: 'an empty list', text: list() },
    {
      name: 'an error',
      text: '\r\nError: 740\r\n\r\nElevated permissions are required to run DISM.\r\n',
    },
  ])('is unknown for $name', ({ text }) => {
    expect(packageStateOf(text, 'Package_for_KB3004383~').known).toBe(false);
  });
});

describe('other tools', () => {
  it('certutil separates bytes by blanks before Windows 10 and has a localised head', () => {
    const hex = 'ab'.repeat(32);
    const spaced = hex.replace(/(..)(?=.)/g, '$1 ');
    expect(parseDigest(`SHA256-Hash der Datei C:\\x.msu:\r\n${spaced}\r\nCertUtil: ok\r\n`)).toBe(
      hex,
    );
    expect(parseDigest(`SHA256 hash of C:\\x.msu:\r\n${hex.toUpperCase()}\r\n`)).toBe(hex);
    expect(parseDigest('CertUtil: The system cannot find the file specified.\r\n')).toBeNull();
    expect(parseDigest(`${hex}\r\n${hex}\r\n`)).toBeNull();
  });

  it('reg prints values between four blanks and sub-keys as whole paths', () => {
    const text =
      '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\A B\r\n    3 Topology    REG_DWORD    0x5\r\n    (Default)    REG_SZ    \r\n    Odd    REG_SZ    0x1\r\n\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\A B\\RebootPending\r\n';
    const values = parseRegistryValues(text);
    expect(values.map(({ name }) => name)).toEqual(['3 Topology', '(Default)', 'Odd']);
    expect(values.map(registryNumber)).toEqual([5, null, null]);
    expect(hasSubKey(text, 'rebootpending')).toBe(true);
    expect(hasSubKey(text, 'Pending')).toBe(false);
  });

  it('schtasks columns are taken by position, with titles, warnings and several triggers between', () => {
    const row = (name: string, result: number | string) =>
      `"SRV7","${name}","N/A","Wird ausgef\u00fchrt","Interaktiv","11/30/1999 12:00:00 AM","${result}","a ""b"", c","C:\\x y.cmd"`;
    const text = [
      '"Hostname","Aufgabenname","N\u00e4chste","Status","Modus","Letzte","Letztes Ergebnis","Autor","Auszuf\u00fchren"',
      row('\\KB3004383-a1b2', 267009),
      'WARNING: something, odd',
      row('\\KB3004383-c3', -2146498530),
      row('\\Two triggers', 0),
      row('\\Two triggers', 267009),
      row('\\Microsoft\\Windows\\Defrag', 267011),
      row('\\Odd', 'soon'),
      '',
    ].join('\r\n');
    expect(parseTasks(text)).toEqual([
      { name: 'KB3004383-a1b2', state: 'running', lastResult: null },
      { name: 'KB3004383-c3', state: 'ended', lastResult: 2148468766 },
      { name: 'Two triggers', state: 'running', lastResult: null },
      { name: 'Microsoft\\Windows\\Defrag', state: 'never-ran', lastResult: null },
    ]);
  });

  it.each([
    { name: 'KB3004383-a1', ours: true },
    { name: 'kb3004383 by hand', ours: true },
    { name: 'KB3004383', ours: true },
    { name: 'KB30043830-a1', ours: false },
    { name: 'x-KB3004383-a1', ours: false },
  ])('task $name is one of the hotfix: $ours', ({ name, ours }) => {
    expect(isTaskOf('KB3004383')(name)).toBe(ours);
  });

  it.each([
    { text: '0\r\n', code: 0 },
    { text: '3010 \r\n', code: 3010 },
    { text: '-2146498530', code: 2148468766 },
    { text: '2148468766', code: 2148468766 },
    { text: '99999999999', code: null },
    { text: '', code: null },
    { text: 'no-such-file', code: null },
  ])('a result file with $text means $code', ({ text, code }) => {
    expect(parseResult(text)).toBe(code);
  });
});

describe('the installer script', () => {
  it('never redirects a handle by accident and ends every line as cmd wants it', () => {
    const script = installerScript('Windows6.1-KB3004383-x64.msu', 'a1b2c3d4');
    expect(script).not.toMatch(/echo [^\r\n]*>/);
    expect(script.split('\r\n').every((line) => !line.includes('\n'))).toBe(true);
  });

  it.each(['../x', 'a b', 'a"b', '', 'a%b'])('refuses %j as name of an attempt', (attempt) => {
    expect(() => installerScript('x.msu', attempt)).toThrow(/cannot be part of a name/);
  });
});
