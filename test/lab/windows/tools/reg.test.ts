import { reg } from '../../../../lab/windows/tools/reg';
import { createToolHost, runTool } from './run-tool';

const key = 'HKLM\\SOFTWARE\\Contoso';
const full = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso';
const missing = {
  code: 1,
  stdout: '',
  stderr: 'ERROR: The system was unable to find the specified registry key or value.\r\n',
};
const done = { code: 0, stdout: 'The operation completed successfully.\r\n', stderr: '' };

function contoso(): ReturnType<typeof createToolHost> {
  const tool = createToolHost();
  const { registry } = tool.host;
  registry.setValue(full, { name: 'Level', type: 'REG_DWORD', data: '0x1' });
  registry.setValue(full, { name: '3 Topology', type: 'REG_SZ', data: 'two words' });
  registry.setValue(`${full}\\Sub Key`, { name: 'Level', type: 'REG_DWORD', data: '0xff' });
  registry.addKey(`${full}\\Empty`);
  return tool;
}

describe('reg query', () => {
  it('prints the key, its values with four blanks between, and its keys', async () => {
    await expect(runTool(reg, contoso(), `query ${key}`)).resolves.toEqual({
      code: 0,
      stdout:
        `\r\n${full}\r\n    Level    REG_DWORD    0x1\r\n    3 Topology    REG_SZ    two words\r\n\r\n` +
        `${full}\\Empty\r\n${full}\\Sub Key\r\n`,
      stderr: '',
    });
  });

  it.each([
    `QUERY "hklm\\software\\CONTOSO" /V level`,
    `query HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso /v Level`,
    `query ${key}\\ /v Level /reg:64`,
    `query ${key} /t REG_DWORD /v "Level"`,
  ])('prints one value for %s', async (tail) => {
    await expect(runTool(reg, contoso(), tail)).resolves.toEqual({
      code: 0,
      stdout: `\r\n${full}\r\n    Level    REG_DWORD    0x1\r\n\r\n`,
      stderr: '',
    });
  });

  it.each([
    `query ${key}\\Gone`,
    `query ${key} /v Gone`,
    `query "${key}" /v "Level "`,
    `query ${key} /v Level /t REG_SZ`,
  ])('ends with 1 on standard error for %s', async (tail) => {
    await expect(runTool(reg, contoso(), tail)).resolves.toEqual(missing);
  });

  it('prints nothing and succeeds for a key with nothing in it', async () => {
    await expect(runTool(reg, contoso(), `query ${key}\\Empty`)).resolves.toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('tells of a default value that nobody has set', async () => {
    const { stdout, code } = await runTool(reg, contoso(), `query ${key} /ve`);
    expect(code).toBe(0);
    expect(stdout).toBe(`\r\n${full}\r\n    (Default)    REG_SZ    (value not set)\r\n\r\n`);
  });

  it('goes down with /s and lists every key', async () => {
    const { stdout } = await runTool(reg, contoso(), `query ${key} /s`);
    expect(stdout).toContain(`\r\n${full}\\Empty\r\n`);
    expect(stdout).toContain(`\r\n${full}\\Sub Key\r\n    Level    REG_DWORD    0xff\r\n`);
  });

  it.each([
    { tail: `query ${key} /s /v Level`, matches: 2 },
    { tail: `query ${key} /s /f level`, matches: 2 },
    { tail: `query ${key} /f words /d`, matches: 1 },
    { tail: `query ${key} /f Sub /k /s`, matches: 1 },
    { tail: `query ${key} /f LEVEL /c /s`, matches: 0 },
    { tail: `query ${key} /f evel /e /s`, matches: 0 },
  ])('counts $matches matches for $tail', async ({ tail, matches }) => {
    const { stdout, code } = await runTool(reg, contoso(), tail);
    expect(stdout).toContain(`End of search: ${matches} match(es) found.`);
    expect(code).toBe(matches > 0 ? 0 : 1);
  });

  it.each([
    { tail: 'query', text: 'Invalid syntax.\r\nType "REG QUERY /?" for usage.' },
    { tail: 'query /v x', text: 'Invalid syntax.' },
    { tail: 'query HKXX\\Software', text: 'Invalid key name.' },
    { tail: `query ${key} /v`, text: 'Invalid syntax.' },
    { tail: `query ${key} /v a /v b`, text: 'Invalid syntax.' },
    { tail: `query ${key} /q`, text: 'Invalid syntax.' },
    {
      tail: 'query HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
      text: 'Invalid syntax.',
    },
    { tail: `query \\\\other\\${key}`, text: 'The network path was not found.' },
    { tail: '', text: 'Invalid syntax.\r\nType "REG /?" for usage.' },
    { tail: 'frobnicate HKLM', text: 'Invalid syntax.' },
  ])('refuses: reg $tail', async ({ tail, text }) => {
    const run = await runTool(reg, contoso(), tail);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(`ERROR: ${text}`);
  });
});

describe('reg add', () => {
  it.each([
    { tail: `/v N /t REG_DWORD /d 5`, name: 'N', type: 'REG_DWORD', data: '0x5' },
    { tail: `/v N /d 0xFF00 /t reg_dword`, name: 'N', type: 'REG_DWORD', data: '0xff00' },
    { tail: `/F /V "a b" /D "c  d"`, name: 'a b', type: 'REG_SZ', data: 'c  d' },
    { tail: `/v M /t REG_MULTI_SZ /d a\\0b`, name: 'M', type: 'REG_MULTI_SZ', data: 'a\\0b' },
    { tail: `/v M /t REG_MULTI_SZ /s , /d a,b`, name: 'M', type: 'REG_MULTI_SZ', data: 'a\\0b' },
    { tail: `/ve /d default`, name: '', type: 'REG_SZ', data: 'default' },
    {
      tail: `/v Q /t REG_QWORD /d 0xffffffffffffffff`,
      name: 'Q',
      type: 'REG_QWORD',
      data: '0xffffffffffffffff',
    },
    { tail: `/v B /t REG_BINARY /d 00ff`, name: 'B', type: 'REG_BINARY', data: '00FF' },
    { tail: `/v D /t REG_DWORD`, name: 'D', type: 'REG_DWORD', data: '0x0' },
  ])('writes $tail', async ({ tail, name, type, data }) => {
    const tool = createToolHost();
    await expect(runTool(reg, tool, `add ${key}\\New ${tail}`)).resolves.toEqual(done);
    expect(tool.host.registry.value(`${full}\\New`, name)).toEqual({ name, type, data });
  });

  it('makes a key', async () => {
    const tool = createToolHost();
    await expect(runTool(reg, tool, `ADD "${key}\\A B" /f`)).resolves.toEqual(done);
    expect(tool.host.registry.key(`${full}\\A B`)?.values).toEqual([]);
  });

  it.each([
    { answer: 'y\r\n', code: 0, data: '0x2' },
    { answer: 'perhaps\r\nYes\r\n', code: 0, data: '0x2' },
    { answer: 'n\r\n', code: 1, data: '0x1' },
    { answer: '', code: 1, data: '0x1' },
  ])('asks before it overwrites; answered $answer', async ({ answer, code, data }) => {
    const tool = contoso();
    const run = await runTool(reg, tool, `add ${key} /v Level /t REG_DWORD /d 2`, {
      stdin: answer,
    });
    expect(run.code).toBe(code);
    expect(run.stdout).toContain('Value Level exists, overwrite(Yes/No)? ');
    expect(tool.host.registry.value(full, 'level')?.data).toBe(data);
  });

  it.each([
    { tail: `/v N /t REG_DWORD /d five`, text: "Specify valid numeric value for '/d'." },
    { tail: `/v N /t REG_DWORD /d 0x100000000`, text: "Specify valid numeric value for '/d'." },
    { tail: `/v N /t REG_BINARY /d 0f0`, text: "Specify valid numeric value for '/d'." },
    { tail: `/v N /t DWORD /d 5`, text: "Specify valid type for '/t'." },
    { tail: `/v N /ve`, text: 'Invalid syntax.' },
    { tail: `N 5`, text: 'Invalid syntax.' },
  ])('refuses $tail and writes nothing', async ({ tail, text }) => {
    const tool = createToolHost();
    const run = await runTool(reg, tool, `add ${key} ${tail}`);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(text);
    expect(tool.host.registry.key(full)).toBeNull();
  });
});

describe('reg delete', () => {
  it.each([
    { tail: `${key} /v LEVEL /f`, left: ['3 Topology'] },
    { tail: `${key} /f /va`, left: [] },
  ])('deletes values: $tail', async ({ tail, left }) => {
    const tool = contoso();
    await expect(runTool(reg, tool, `delete ${tail}`)).resolves.toEqual(done);
    expect(tool.host.registry.key(full)?.values.map(({ name }) => name)).toEqual(left);
  });

  it('deletes a key with everything in it', async () => {
    const tool = contoso();
    await expect(runTool(reg, tool, `Delete ${key} /F`)).resolves.toEqual(done);
    expect(tool.host.registry.key(`${full}\\Sub Key`)).toBeNull();
  });

  it.each([`${key}\\Gone /f`, `${key} /v Gone /f`, `${key} /ve /f`])(
    'ends with 1 for what is not there: %s',
    async (tail) => {
      await expect(runTool(reg, contoso(), `delete ${tail}`)).resolves.toEqual(missing);
    },
  );

  it('does nothing when nobody answers', async () => {
    const tool = contoso();
    const run = await runTool(reg, tool, `delete ${key}`);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(`Permanently delete the registry key ${full} (Yes/No)? `);
    expect(tool.host.registry.key(full)).not.toBeNull();
  });

  it.each(['HKLM /f', `${key} /v a /va /f`])('refuses %s', async (tail) => {
    const tool = contoso();
    await expect(runTool(reg, tool, `delete ${tail}`)).resolves.toMatchObject({ code: 1 });
    expect(tool.host.registry.key(full)).not.toBeNull();
  });
});
