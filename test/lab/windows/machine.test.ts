import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { createMachine } from '../../../lab/windows/machine';
import { createTestMachine, startedAt } from './test-machine';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey';

describe('login', () => {
  it.each([
    { username: 'Administrator', password: 'secret', accepted: true },
    { username: 'administrator', password: 'secret', accepted: true },
    { username: 'CONTOSO\\Administrator', password: 'secret', accepted: true },
    { username: 'administrator@contoso.test', password: 'secret', accepted: true },
    { username: 'Administrator', password: 'Secret', accepted: false },
    { username: 'Administrator', password: '', accepted: false },
    { username: 'other', password: 'secret', accepted: false },
  ])('$username with $password: $accepted', ({ accepted, ...attempt }) => {
    const { machine, ledger } = createTestMachine();
    expect(machine.login(attempt)).toBe(accepted);
    expect(ledger.entries.at(-1)).toMatchObject({
      host: 'ex01',
      effect: accepted ? 'session-opened' : 'login-refused',
      detail: { username: attempt.username },
    });
  });

  it('never writes the password into the ledger', () => {
    const { machine, ledger } = createTestMachine();
    machine.login({ username: 'Administrator', password: 'wrong-one' });
    expect(JSON.stringify(ledger.entries)).not.toMatch(/secret|wrong-one/);
  });

  it('compares keys without their comments', () => {
    const { machine } = createTestMachine({
      credential: { username: 'Administrator', publicKey: `${key} ops` },
    });
    expect(machine.login({ username: 'Administrator', publicKey: `${key} laptop` })).toBe(true);
    expect(machine.login({ username: 'Administrator', publicKey: `${key}x` })).toBe(false);
    expect(machine.login({ username: 'Administrator', password: '' })).toBe(false);
  });

  it('asks whoever has put a challenge whether the password of the account answers it', () => {
    const { machine, ledger } = createTestMachine();
    const asked: string[] = [];
    const attempt = (username: string, right: string) => ({
      username,
      domain: 'CONTOSO',
      proves: (password: string) => {
        asked.push(password);
        return password === right;
      },
    });
    expect(machine.login(attempt('administrator', 'secret'))).toBe(true);
    expect(machine.login(attempt('administrator', 'wrong-one'))).toBe(false);
    expect(machine.login(attempt('other', 'secret'))).toBe(false);
    expect(asked).toEqual(['secret', 'secret']);
    expect(ledger.entries.map(({ effect }) => effect)).toEqual([
      'session-opened',
      'login-refused',
      'login-refused',
    ]);
    expect(JSON.stringify(ledger.entries)).not.toContain('secret');
  });

  it('takes the client certificate that is mapped to the account, and no other', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'operator' }]);
    const certificateFingerprint = new X509Certificate(cert).fingerprint256
      .replaceAll(':', '')
      .toLowerCase();
    const username = 'Administrator';
    const { machine } = createTestMachine({ credential: { username, certificate: cert } });
    expect(machine.login({ username, certificateFingerprint })).toBe(true);
    expect(machine.login({ username, certificateFingerprint: 'a'.repeat(64) })).toBe(false);
    expect(machine.login({ username, password: '' })).toBe(false);
    const { machine: unmapped } = createTestMachine();
    expect(unmapped.login({ username, certificateFingerprint })).toBe(false);
  });

  it('is refused by configuration, also when that changes later', () => {
    const { machine } = createTestMachine({ faults: { refuseLogin: true } });
    const attempt = { username: 'Administrator', password: 'secret' };
    expect(machine.login(attempt)).toBe(false);
    machine.setFaults({});
    expect(machine.login(attempt)).toBe(true);
  });
});

describe('a process of a session', () => {
  it('keeps what it prints for whoever listens late', async () => {
    const { machine } = createTestMachine();
    const process = machine.start('echo early', { codePage: 437 });
    process.stdin.end();
    await process.exited;
    let text = '';
    process.onOutput((_stream, bytes) => {
      text += bytes.toString();
    });
    expect(text).toBe('early\r\n');
  });

  it('prints in the code page it was started with', async () => {
    const { machine } = createTestMachine();
    const bytesIn = async (codePage: number): Promise<Buffer> => {
      const process = machine.start('echo é', { codePage });
      const chunks: Buffer[] = [];
      process.onOutput((_stream, bytes) => chunks.push(bytes));
      await process.exited;
      return Buffer.concat(chunks);
    };
    expect(await bytesIn(850)).toEqual(Buffer.from([0x82, 0x0d, 0x0a]));
    expect(await bytesIn(65_001)).toEqual(Buffer.from('é\r\n', 'utf8'));
  });

  it('has the variables and the folder it was given', async () => {
    const { machine } = createTestMachine();
    const process = machine.start('cd & echo %Marker%', {
      codePage: 437,
      workingDirectory: 'c:\\windows',
      environment: { MARKER: 'm1' },
    });
    let text = '';
    process.onOutput((_stream, bytes) => {
      text += bytes.toString();
    });
    await process.exited;
    expect(text).toBe('C:\\Windows\r\nm1\r\n');
  });

  it('ends with 1 when it is killed, whatever it waits for', async () => {
    const { machine } = createTestMachine();
    const process = machine.start('more', { codePage: 437 });
    await new Promise((resolve) => setImmediate(resolve));
    process.kill();
    expect(await process.exited).toBe(1);
  });

  it('takes longer by what the fault says', async () => {
    const { advance, start } = createTestMachine({ faults: { slowMs: 500 } });
    let isDone = false;
    const running = start('echo a').then(() => {
      isDone = true;
    });
    await advance(499);
    expect(isDone).toBe(false);
    await advance(2);
    await running;
    expect(isDone).toBe(true);
  });

  it.each([
    'wmic os get Caption',
    'cmd /c wmic os get Caption',
    'echo a & C:\\Windows\\System32\\wbem\\WMIC.exe os get Caption',
  ])('never answers %s when wmic hangs', async (line) => {
    const { advance, start, machine } = createTestMachine({ faults: { hang: ['WMIC'] } });
    let isDone = false;
    void start(line).then(() => {
      isDone = true;
    });
    await advance(3_600_000);
    expect(isDone).toBe(false);
    machine.dispose();
  });
});

describe('a reboot', () => {
  it('cuts what runs, closes the port, and comes back as another boot', async () => {
    const { machine, run, start, advance, effects } = createTestMachine();
    const powers: string[] = [];
    machine.onPower((power) => powers.push(power));
    const bootTime = 'wmic os get LastBootUpTime /value <nul';
    const bootRecord = 'wevtutil qe System "/q:*[System[(EventID=6005)]]" /rd:true /c:1';
    const before = [await run(bootTime), await run(bootRecord)];
    const cut = start('more');
    expect(await run('shutdown /r /t 5 /d p:2:17 /c "KB3004383"')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    await advance(4000);
    expect(machine.power).toBe('on');
    await advance(4000);
    expect(machine.power).toBe('off');
    expect((await cut).code).toBeDefined();
    expect(await run('echo a')).toMatchObject({ code: 1, stdout: '' });
    expect(machine.login({ username: 'Administrator', password: 'secret' })).toBe(false);
    await advance(40_000);
    expect(powers).toEqual(['off', 'on']);
    const after = [await run(bootTime), await run(bootRecord)];
    expect(after[0]?.stdout).not.toBe(before[0]?.stdout);
    expect(after[1]?.stdout).not.toBe(before[1]?.stdout);
    expect(effects().filter((effect) => effect !== 'login-refused')).toEqual([
      'shutdown-accepted',
      'port-closed',
      'booted',
    ]);
  });

  it('is told in the System log with its reason', async () => {
    const { run, advance } = createTestMachine();
    await run('shutdown /r /t 0 /d p:2:17 /c "KB3004383"');
    await advance(60_000);
    const { stdout } = await run(`wevtutil qe System "/q:*[System[(EventID=1074)]]" /rd:true /c:1`);
    expect(stdout).toContain('<Data>0x80020011</Data>');
    expect(stdout).toContain('<Data>Operating System: Hot fix (Planned)</Data>');
    expect(stdout).toContain('<Data>KB3004383</Data>');
  });

  it('can be called off until it begins', async () => {
    const { machine, run, advance, effects } = createTestMachine();
    await run('shutdown /r /t 10');
    expect((await run('shutdown /r /t 10')).code).toBe(1190);
    expect((await run('shutdown /a')).code).toBe(0);
    await advance(60_000);
    expect(machine.power).toBe('on');
    expect(effects()).toEqual(['shutdown-accepted', 'shutdown-aborted']);
    await run('shutdown /r /t 0');
    await advance(1000);
    expect((await run('shutdown /a')).code).toBe(1115);
    expect((await run('shutdown /r /t 0')).code).toBe(1115);
  });

  it('never comes back when the fault says so', async () => {
    const { machine, run, advance } = createTestMachine({ faults: { neverReturns: true } });
    await run('shutdown /r /t 0');
    await advance(24 * 3_600_000);
    expect(machine.power).toBe('off');
  });

  it('is followed by a second one of its own, once', async () => {
    const { machine, run, advance, effects } = createTestMachine({
      faults: { secondRebootAfterMs: 60_000, bootMs: 10_000 },
    });
    await run('shutdown /r /t 0');
    await advance(13_000);
    expect(machine.power).toBe('on');
    await advance(63_000);
    expect(machine.power).toBe('off');
    await advance(3_600_000);
    expect(machine.power).toBe('on');
    expect(effects().filter((effect) => effect === 'booted')).toHaveLength(2);
  });

  it.each([{ stepMs: 3_600_000 }, { stepMs: -3_600_000 }])(
    'can step the clock by $stepMs',
    async ({ stepMs }) => {
      const { run, advance } = createTestMachine({
        faults: { clockStepMs: stepMs, bootMs: 10_000 },
      });
      await run('shutdown /r /t 0');
      await advance(12_000);
      const { stdout } = await run('wmic os get LocalDateTime /value <nul');
      const wanted = new Date(startedAt + 12_000 + stepMs)
        .toISOString()
        .replace(/[-:T]/g, '')
        .slice(0, 14);
      expect(stdout).toContain(`LocalDateTime=${wanted}.`);
    },
  );

  it('gives records after a clock that was set back higher ids all the same', async () => {
    const { run, advance } = createTestMachine({ faults: { clockStepMs: -7_200_000 } });
    const newest = async (): Promise<number> =>
      Number(
        /<EventRecordID>(\d+)/.exec((await run('wevtutil qe System /rd:true /c:1')).stdout)?.[1],
      );
    const first = await newest();
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect(await newest()).toBeGreaterThan(first);
  });

  it('ends a task that runs', async () => {
    const { run, advance, effects } = createTestMachine();
    await run(
      'schtasks /create /tn T /tr "cmd /c ping -n 1000 127.0.0.1" /sc once /st 00:00 /ru SYSTEM & schtasks /run /tn T',
    );
    await run('shutdown /r /t 0');
    await advance(60_000);
    expect(effects()).toContain('task-ended');
    expect((await run('schtasks /query /tn T /fo csv /nh')).stdout).toContain('"Ready"');
  });
});

describe('the disk', () => {
  it('is the same for SFTP and for commands, and ignores case', async () => {
    const { machine, run } = createTestMachine();
    machine.files.makeFolder('C:\\Staging\\a');
    machine.files.write('C:\\Staging\\a\\f.txt', 0, Buffer.from('abc'));
    machine.files.write('c:\\staging\\A\\F.TXT', 3, Buffer.from('def'));
    expect((await run('type C:\\STAGING\\a\\f.txt')).stdout).toBe('abcdef');
    expect(machine.files.list('C:\\staging\\a')).toEqual(['f.txt']);
    expect(machine.files.stat('C:/staging/a/f.txt')).toMatchObject({ kind: 'file', size: 6 });
    expect(machine.files.rename('C:\\Staging\\a\\f.txt', 'C:\\Staging\\a\\g.txt')).toBe(true);
    expect(machine.files.remove('C:\\Staging\\a\\g.txt')).toBe(true);
    expect(machine.files.remove('C:\\Staging\\a\\g.txt')).toBe(false);
    expect(machine.files.read('C:\\Staging\\a\\g.txt')).toBeNull();
  });

  it('refuses a file in no folder and one that does not fit, with codes a server understands', () => {
    const { machine } = createTestMachine({ windows: { freeBytes: 10 } });
    expect(() => machine.files.write('C:\\nope\\f', 0, Buffer.from('a'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(() => machine.files.write('C:\\f', 0, Buffer.alloc(11))).toThrow(
      expect.objectContaining({ code: 'ENOSPC' }),
    );
    machine.files.write('C:\\g', 0, Buffer.alloc(10));
    machine.files.remove('C:\\g');
    machine.files.write('C:\\h', 0, Buffer.alloc(10));
  });

  it('does not change what others hold of the same content', async () => {
    const a = createTestMachine();
    const b = createTestMachine({ id: 'ex02' });
    for (const { machine, run } of [a, b]) {
      machine.files.write('C:\\p', 0, Buffer.from('same'));
      await run('certutil -hashfile C:\\p SHA256');
    }
    a.machine.files.write('C:\\p', 0, Buffer.from('XX'));
    expect(a.read('C:\\p')).toBe('XXme');
    expect(b.read('C:\\p')).toBe('same');
  });

  it('tells of a result file, by its own name or by being renamed to it', async () => {
    const { run, ledger } = createTestMachine();
    await run('echo 0 >C:\\a.RESULT.txt');
    await run('echo 0 >C:\\b.tmp & move /y C:\\b.tmp C:\\b.result.txt');
    const results = ledger.entries.filter(({ effect }) => effect === 'result-written');
    expect(results.map(({ detail }) => detail['path'])).toEqual([
      'C:\\a.RESULT.txt',
      'C:\\b.result.txt',
    ]);
  });
});

it('refuses a time scale that is none', () => {
  const { machine, ledger } = createTestMachine();
  expect(() => createMachine(machine.options, { ledger, timeScale: 0 })).toThrow(/timeScale is 0/);
});
