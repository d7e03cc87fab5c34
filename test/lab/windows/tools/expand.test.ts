import { createCabinet, createHotfixPackage } from '../../../../lab/cabinet';
import { expand } from '../../../../lab/windows/tools/expand';
import { createToolHost, runTool, type ToolHost } from './run-tool';

const member = (name: string, text: string): { name: string; bytes: Buffer } => ({
  name,
  bytes: Buffer.from(text),
});

function hostWith(name: string, bytes: Buffer): ToolHost {
  const tool = createToolHost();
  tool.write(`C:\\Windows\\Temp\\${name}`, bytes);
  tool.host.files.makeFolder('C:\\Windows\\Temp\\out');
  return tool;
}

describe('expand', () => {
  it('takes every file out of a package and tells each', async () => {
    const tool = hostWith('p.msu', createHotfixPackage({ kb: 'KB3004383', payloadBytes: 5000 }));
    const run = await runTool(expand, tool, '-F:* p.msu out');
    const stem = 'Windows6.1-KB3004383-x64';
    expect(run).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Microsoft (R) File Expansion Utility  Version 6.1.7601.17514',
        'Copyright (c) Microsoft Corporation. All rights reserved.',
        '',
        'Adding out\\WSUSSCAN.cab to Extraction Queue',
        `Adding out\\${stem}.cab to Extraction Queue`,
        `Adding out\\${stem}.xml to Extraction Queue`,
        `Adding out\\${stem}-pkgProperties.txt to Extraction Queue`,
        '',
        'Expanding Files ....',
        '',
        'Expanding Files Complete ...',
        '4 files total.',
        '',
      ].join('\r\n'),
    });
    expect(tool.read(`C:\\Windows\\Temp\\out\\${stem}.xml`)).toContain('KB3004383');
  });

  it.each([
    { tail: '-F:* a.cab out', files: ['one.txt', 'two.cab'] },
    { tail: 'a.cab out -f:*', files: ['one.txt', 'two.cab'] },
    { tail: '/F:*.CAB "a.cab" "C:\\Windows\\Temp\\out"', files: ['two.cab'] },
    { tail: 'a.cab -F:ONE.TXT out', files: ['one.txt'] },
    { tail: '-r a.cab out', files: ['one.txt', 'two.cab'] },
  ])('understands $tail', async ({ tail, files }) => {
    const cab = createCabinet([member('one.txt', '1'), member('two.cab', '2')]);
    const tool = hostWith('a.cab', cab);
    await expect(runTool(expand, tool, tail)).resolves.toMatchObject({ code: 0 });
    expect(tool.host.files.list('C:\\Windows\\Temp\\out')).toEqual(files);
  });

  it('gives the one file the name of a destination that is no folder', async () => {
    const tool = hostWith('a.cab', createCabinet([member('one.txt', 'content')]));
    await expect(
      runTool(expand, tool, 'a.cab C:\\Windows\\Temp\\renamed.txt'),
    ).resolves.toMatchObject({ code: 0 });
    expect(tool.read('C:\\Windows\\Temp\\renamed.txt')).toBe('content');
  });

  it('makes the folders that are inside', async () => {
    const tool = hostWith(
      'a.cab',
      createCabinet([member('amd64\\x.dll', 'd'), member('y.dll', 'e')]),
    );
    await expect(runTool(expand, tool, 'a.cab -F:* out')).resolves.toMatchObject({ code: 0 });
    expect(tool.read('C:\\Windows\\Temp\\out\\amd64\\x.dll')).toBe('d');
  });

  it('lists without taking anything out', async () => {
    const tool = hostWith('a.cab', createCabinet([member('one.txt', '1'), member('two.txt', '2')]));
    const run = await runTool(expand, tool, '-d a.cab');
    expect(run.stdout).toContain('a.cab: one.txt\r\na.cab: two.txt\r\n2 files total.\r\n');
    expect(tool.host.files.list('C:\\Windows\\Temp\\out')).toEqual([]);
  });

  const two = createCabinet([member('one.txt', '1'), member('two.txt', '2')]);
  it.each([
    {
      what: 'a missing source',
      tail: '-F:* gone.msu out',
      text: "Can't open input file: gone.msu.",
    },
    {
      what: 'a missing destination',
      tail: '-F:* a.cab gone',
      text: 'Destination is not a directory: gone.',
    },
    {
      what: 'a file that is the destination',
      tail: '-F:* a.cab a.cab',
      text: 'Destination is not a directory: a.cab.',
    },
    { what: 'several files without -F:', tail: 'a.cab out', text: 'name them with -F:' },
    {
      what: 'a pattern that matches nothing',
      tail: 'a.cab -F:*.dll out',
      text: 'No file of a.cab matches *.dll.',
    },
    { what: 'no operands', tail: '-F:*', text: 'EXPAND Source.cab -F:Files Destination' },
    { what: 'an unknown switch', tail: '-q a.cab out', text: 'EXPAND -D Source.cab' },
  ])('fails for $what', async ({ tail, text }) => {
    const tool = hostWith('a.cab', two);
    const run = await runTool(expand, tool, tail);
    expect(run.code).not.toBe(0);
    expect(run.stdout).toContain(text);
    expect(tool.host.files.list('C:\\Windows\\Temp\\out')).toEqual([]);
  });

  it.each([
    { what: 'cut short', bytes: two.subarray(0, two.length - 1) },
    { what: 'no cabinet', bytes: Buffer.from('MZ') },
    { what: 'empty', bytes: Buffer.alloc(0) },
  ])('fails for a source that is $what', async ({ bytes }) => {
    const tool = hostWith('a.cab', bytes);
    const run = await runTool(expand, tool, '-F:* a.cab out');
    expect(run.code).not.toBe(0);
    expect(run.stdout).toContain("Can't read input file: a.cab.");
    expect(tool.host.files.list('C:\\Windows\\Temp\\out')).toEqual([]);
  });

  it.each([
    '..\\evil.txt',
    'a\\..\\..\\evil.txt',
    '../evil.txt',
    'C:\\Windows\\evil.txt',
    '\\Windows\\evil.txt',
  ])('takes nothing out of a cabinet whose file %s would land elsewhere', async (name) => {
    const tool = hostWith('a.cab', createCabinet([member('good.txt', 'g'), member(name, 'e')]));
    const run = await runTool(expand, tool, '-F:* a.cab out');
    expect(run.code).not.toBe(0);
    expect(tool.host.files.list('C:\\Windows\\Temp\\out')).toEqual([]);
    for (const folder of ['C:\\Windows\\Temp', 'C:\\Windows', 'C:\\']) {
      expect(tool.host.files.list(folder)).not.toContain('evil.txt');
    }
  });

  it('tells that the disk is full', async () => {
    const tool = hostWith('a.cab', two);
    tool.fillDisk();
    const run = await runTool(expand, tool, '-F:* a.cab out');
    expect(run.code).not.toBe(0);
    expect(run.stdout).toContain('There is not enough space on the disk.');
  });

  it('gives machines with the same package the same bytes, and reads a changed one anew', async () => {
    const bytes = createCabinet([member('one.txt', 'same content')]);
    const tools = [hostWith('a.cab', Buffer.from(bytes)), hostWith('a.cab', Buffer.from(bytes))];
    const contents = [];
    for (const tool of tools) {
      await runTool(expand, tool, '-F:* a.cab out');
      contents.push(tool.host.files.read('C:\\Windows\\Temp\\out\\one.txt'));
    }
    expect(contents[0]?.buffer).toBe(contents[1]?.buffer);
    const [changed] = tools as [ToolHost];
    changed.host.files.writeAt(
      'C:\\Windows\\Temp\\a.cab',
      0,
      createCabinet([member('one.txt', 'other content')]),
    );
    await runTool(expand, changed, '-F:* a.cab out');
    expect(changed.read('C:\\Windows\\Temp\\out\\one.txt')).toBe('other content');
  });

  it('tells the version of its edition', async () => {
    const tool = createToolHost({ windows: { edition: '2012r2' } });
    const { stdout } = await runTool(expand, tool, '-F:* x y');
    expect(stdout).toMatch(/^Microsoft \(R\) File Expansion Utility\r\n/);
  });
});
