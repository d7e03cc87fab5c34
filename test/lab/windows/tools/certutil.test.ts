import { createHash } from 'node:crypto';
import { certutil } from '../../../../lab/windows/tools/certutil';
import { createToolHost, runTool } from './run-tool';

const digest = (algorithm: string, text: string): string =>
  createHash(algorithm)
    .update(text)
    .digest('hex')
    .replace(/..(?=.)/g, '$& ');

describe('certutil -hashfile', () => {
  it.each([
    {
      tail: '-hashfile C:\\Windows\\Temp\\p.msu SHA256',
      algorithm: 'SHA256',
      shown: 'C:\\Windows\\Temp\\p.msu',
    },
    {
      tail: '/HASHFILE "C:\\Windows\\Temp\\p.msu" sha256',
      algorithm: 'SHA256',
      shown: 'C:\\Windows\\Temp\\p.msu',
    },
    { tail: '-HashFile p.msu', algorithm: 'SHA1', shown: 'p.msu' },
    { tail: '-v -hashfile p.msu Md5', algorithm: 'MD5', shown: 'p.msu' },
    { tail: '-hashfile p.msu sha512', algorithm: 'SHA512', shown: 'p.msu' },
    { tail: '-hashfile -silent p.msu SHA384', algorithm: 'SHA384', shown: 'p.msu' },
  ])('prints bytes separated by blanks for $tail', async ({ tail, algorithm, shown }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\p.msu', 'package');
    await expect(runTool(certutil, tool, tail)).resolves.toEqual({
      code: 0,
      stdout:
        `${algorithm} hash of file ${shown}:\r\n${digest(algorithm, 'package')}\r\n` +
        'CertUtil: -hashfile command completed successfully.\r\n',
      stderr: '',
    });
  });

  it('keeps the old format on 2012 R2', async () => {
    const tool = createToolHost({ windows: { edition: '2012r2' } });
    tool.write('C:\\Windows\\Temp\\p.msu', 'package');
    const { stdout } = await runTool(certutil, tool, '-hashfile p.msu SHA256');
    expect(stdout).toContain('SHA256 hash of file p.msu:\r\n');
    expect(stdout).toContain(digest('sha256', 'package'));
  });

  it.each([
    { tail: '-hashfile gone.msu', code: 0x80070002, text: '0x80070002 (WIN32: 2)' },
    { tail: '-hashfile C:\\gone\\p.msu', code: 0x80070003, text: '0x80070003 (WIN32: 3)' },
    { tail: '-hashfile C:\\Windows', code: 0x80070005, text: '0x80070005 (WIN32: 5)' },
    { tail: '-hashfile p.msu SHA-256', code: 0xd0000225, text: '0xd0000225 (-805305819)' },
    { tail: '-hashfile empty.txt', code: 0x800703ee, text: '0x800703ee (WIN32: 1006)' },
    { tail: '-hashfile', code: 0x80070057, text: 'Expected at least 1 args, received 0' },
    { tail: '-hashfile p.msu SHA1 more', code: 0x80070057, text: 'Expected no more than 2 args' },
    { tail: '-hash p.msu', code: 0x80070057, text: 'Unknown arg: -hash' },
  ])('fails for $tail', async ({ tail, code, text }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\p.msu', 'package');
    tool.write('C:\\Windows\\Temp\\empty.txt', '');
    const run = await runTool(certutil, tool, tail);
    expect(run.code).toBe(code);
    expect(run.stdout).toContain(text);
    expect(run.stdout).not.toContain('completed successfully');
  });
});

describe('certutil -decode', () => {
  const plain = 'any carnal pleasure, any carnal pleas';
  const base64 = Buffer.from(plain).toString('base64');

  it.each([
    { form: 'bare lines', text: base64.replace(/.{16}/g, '$&\r\n') },
    { form: 'one line without an end', text: base64 },
    {
      form: 'lines between BEGIN and END',
      text: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    },
    {
      form: 'text before BEGIN',
      text: `from me\r\n-----BEGIN X-----\r\n${base64}\r\n-----END X-----\r\n`,
    },
    { form: 'UTF-16', text: Buffer.from(`\ufeff${base64}\r\n`, 'utf16le') },
  ])('reads $form', async ({ text }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.b64', text);
    const run = await runTool(certutil, tool, '-decode in.b64 "out file.bin"');
    expect(tool.read('C:\\Windows\\Temp\\out file.bin')).toBe(plain);
    expect(run).toEqual({
      code: 0,
      stdout:
        `Input Length = ${Buffer.byteLength(text)}\r\nOutput Length = ${plain.length}\r\n` +
        'CertUtil: -decode command completed successfully.\r\n',
      stderr: '',
    });
  });

  it.each([
    { fault: 'a lost character', text: base64.slice(1) },
    { fault: 'a character that is none', text: base64.replace('Y', '*') },
    { fault: 'padding in the middle', text: `QQ==${base64}` },
    { fault: 'nothing', text: '' },
    { fault: 'a BEGIN without an END', text: `-----BEGIN X-----\r\n${base64}` },
  ])('refuses $fault as invalid data and writes nothing', async ({ text }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.b64', text);
    const run = await runTool(certutil, tool, '-decode in.b64 out.bin');
    expect(run.code).toBe(0x8007000d);
    expect(run.stdout).toBe(
      'DecodeFile returned The data is invalid. 0x8007000d (WIN32: 13)\r\n' +
        'CertUtil: -decode command FAILED: 0x8007000d (WIN32: 13)\r\nCertUtil: The data is invalid.\r\n',
    );
    expect(tool.read('C:\\Windows\\Temp\\out.bin')).toBeNull();
  });

  it.each(['-decode in.b64 out.bin', '/decode in.b64 OUT.BIN'])(
    'does not overwrite without -f: %s',
    async (tail) => {
      const tool = createToolHost();
      tool.write('C:\\Windows\\Temp\\in.b64', base64);
      tool.write('C:\\Windows\\Temp\\out.bin', 'old');
      const run = await runTool(certutil, tool, tail);
      expect(run.code).toBe(2147942480);
      expect(run.stdout).toContain(
        'DecodeFile returned The file exists. 0x80070050 (WIN32: 80)\r\n',
      );
      expect(tool.read('C:\\Windows\\Temp\\out.bin')).toBe('old');
    },
  );

  it.each(['-f -decode in.b64 out.bin', '-decode /F in.b64 out.bin', '/Decode in.b64 out.bin -f'])(
    'overwrites with -f wherever it stands: %s',
    async (tail) => {
      const tool = createToolHost();
      tool.write('C:\\Windows\\Temp\\in.b64', base64);
      tool.write('C:\\Windows\\Temp\\out.bin', 'old');
      await expect(runTool(certutil, tool, tail)).resolves.toMatchObject({ code: 0 });
      expect(tool.read('C:\\Windows\\Temp\\out.bin')).toBe(plain);
    },
  );

  it.each([
    { tail: '-decode gone.b64 out.bin', code: 0x80070002 },
    { tail: '-decode in.b64 C:\\gone\\out.bin', code: 0x80070003 },
    { tail: '-decode in.b64', code: 0x80070057 },
    { tail: '-decode in.b64 a b', code: 0x80070057 },
  ])('fails for $tail', async ({ tail, code }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.b64', base64);
    await expect(runTool(certutil, tool, tail)).resolves.toMatchObject({ code });
  });

  it('tells that the disk is full', async () => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.b64', base64);
    tool.fillDisk();
    const run = await runTool(certutil, tool, '-decode in.b64 out.bin');
    expect(run.code).toBe(0x80070070);
    expect(run.stdout).toContain('CertUtil: There is not enough space on the disk.\r\n');
  });
});

describe('certutil -encode and -decodehex', () => {
  it('writes 64 characters a line between BEGIN and END, and reads them again', async () => {
    const tool = createToolHost();
    const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => index * 3));
    tool.write('C:\\Windows\\Temp\\in.bin', bytes);
    await expect(runTool(certutil, tool, '-encode in.bin x.cer')).resolves.toMatchObject({
      code: 0,
    });
    const lines = tool.read('C:\\Windows\\Temp\\x.cer')?.split('\r\n') ?? [];
    expect(lines.map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0]);
    await runTool(certutil, tool, '-decode x.cer back.bin');
    expect(tool.host.files.read('C:\\Windows\\Temp\\back.bin')).toEqual(bytes);
  });

  it.each([
    { form: 'digits only', text: '48656c6C6f' },
    { form: 'bytes in lines', text: '48 65 6c\r\n6c 6f\r\n' },
    { form: 'a dump', text: '0000\t48 65 6c 6c 6f                                    Hello\r\n' },
  ])('reads $form', async ({ text }) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.hex', text);
    await expect(runTool(certutil, tool, '-decodehex in.hex out.bin')).resolves.toMatchObject({
      code: 0,
    });
    expect(tool.read('C:\\Windows\\Temp\\out.bin')).toBe('Hello');
  });

  it.each(['4x', '486', ''])('refuses %j as hexadecimal', async (text) => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\in.hex', text);
    const run = await runTool(certutil, tool, '-decodehex in.hex out.bin');
    expect(run.code).toBe(0x8007000d);
  });

  it('decodes an upload of 27 MB of base64', async () => {
    const tool = createToolHost();
    const bytes = Buffer.alloc(20_000_000, 7);
    tool.write(
      'C:\\Windows\\Temp\\big.b64',
      bytes.toString('base64').replace(/.{1000}/g, '$&\r\n'),
    );
    await expect(runTool(certutil, tool, '-f -decode big.b64 big.bin')).resolves.toMatchObject({
      code: 0,
    });
    expect(tool.host.files.stat('C:\\Windows\\Temp\\big.bin')?.size).toBe(bytes.length);
  });
});
