import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  createHotfixPackage,
  createPackageCabinet,
  type HotfixPackageOptions,
  readCabinet,
} from '../../../lab/cabinet';
import { judgeTest } from '../../judges/judge';
import { createTestMachine } from '../windows/test-machine';

const execute = promisify(execFile);
const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const hasGcab = has('gcab');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gcab-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A cabinet that gcab made of these files, compressed (MSZIP) or not. */
async function gcab(
  files: readonly { readonly name: string; readonly bytes: Buffer }[],
  name: string,
  isCompressed: boolean,
): Promise<Buffer> {
  const root = join(folder, `${name}.d`);
  const paths = files.map((file) => file.name.replaceAll('\\', '/'));
  for (const [index, path] of paths.entries()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files[index]?.bytes ?? '');
  }
  const out = join(folder, name);
  await execute('gcab', ['-c', ...(isCompressed ? ['-z'] : []), out, ...paths], { cwd: root });
  return readFile(out);
}

const hotfix: HotfixPackageOptions = {
  kb: 'KB4012212',
  payloadBytes: 150_000,
  files: [{ path: '%windir%\\System32\\drivers\\srv.sys', version: '6.1.7601.23689' }],
};
const second: HotfixPackageOptions = { kb: 'KB3004384', payloadBytes: 1000 };

describe.each([
  { how: 'MSZIP', isCompressed: true },
  { how: 'no compression', isCompressed: false },
])('cabinets that gcab made with $how', ({ isCompressed }) => {
  judgeTest('give the files that went in, over many blocks', hasGcab, async () => {
    const bytes = Buffer.alloc(200_000);
    bytes.forEach((_, at) => bytes.writeUInt8((at * at) % 251, at));
    const files = [
      { name: 'a.txt', bytes: Buffer.from('alpha') },
      { name: 'empty.bin', bytes: Buffer.alloc(0) },
      { name: 'deep\\big.bin', bytes },
    ];
    const back = readCabinet(await gcab(files, 'x.cab', isCompressed));
    expect(back.map(({ name }) => name.replaceAll('/', '\\'))).toEqual([
      'a.txt',
      'empty.bin',
      'deep\\big.bin',
    ]);
    back.forEach((file, index) => expect(file.bytes.equals(files[index]!.bytes)).toBe(true));
  });

  judgeTest(
    'are unpacked by expand and installed by dism, one after the other',
    hasGcab,
    async () => {
      const cabinet = (options: HotfixPackageOptions): Promise<Buffer> =>
        gcab(readCabinet(createPackageCabinet(options)), `${options.kb}.cab`, isCompressed);
      const both = [
        { name: 'first.cab', bytes: await cabinet(hotfix) },
        { name: 'second.cab', bytes: await cabinet(second) },
      ];
      const machine = createTestMachine();
      machine.write('C:\\p.msu', await gcab(both, 'p.msu', isCompressed));
      await machine.run('mkdir C:\\x');
      const expanded = await machine.run('expand -F:* C:\\p.msu C:\\x');
      expect(expanded).toMatchObject({ code: 0, stderr: '' });
      expect(expanded.stdout).toContain('2 files total.');
      const added = await machine.runThrough(
        'dism /online /add-package /packagepath:C:\\x\\first.cab /packagepath:C:\\x\\second.cab /quiet /norestart',
      );
      expect(added.code).toBe(3010);
      await machine.run('shutdown /r /t 0');
      await machine.advance(60_000);
      const file = `wmic datafile where "name='C:\\\\Windows\\\\System32\\\\drivers\\\\srv.sys'" get Version /value <nul`;
      expect((await machine.run(file)).stdout).toContain('Version=6.1.7601.23689');
      const { stdout } = await machine.run('dism /online /get-packages /english');
      expect(stdout).toContain(`Package Identity : Package_for_KB3004384~`);
    },
  );
});

judgeTest('gcab reads what the lab makes of packages', hasGcab, async () => {
  const file = join(folder, 'own.msu');
  await writeFile(file, createHotfixPackage({ ...hotfix, followedBy: [second] }));
  const { stdout } = await execute('gcab', ['-t', file]);
  expect(stdout.trim().split(/\r?\n/)).toEqual([
    'WSUSSCAN.cab',
    'Windows6.1-KB4012212-x64.cab',
    'Windows6.1-KB3004384-x64.cab',
    'Windows6.1-KB4012212-x64.xml',
    'Windows6.1-KB4012212-x64-pkgProperties.txt',
  ]);
  await mkdir(join(folder, 'out'));
  await execute('gcab', ['-x', '-C', join(folder, 'out'), file]);
  const inner = await readFile(join(folder, 'out', 'Windows6.1-KB4012212-x64.cab'));
  expect(inner.equals(createPackageCabinet(hotfix))).toBe(true);
});
