import { createInspect } from '../../activities/inspect';
import type { InspectInput } from '../../contracts/steps';
import { createCabinet } from '../../lab/cabinet';
import type { Session } from '../../remote/session';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import {
  alone,
  cabinetIn,
  fileName,
  folder,
  helper,
  identity,
  packageOf,
  path,
  servicingScene,
  staged,
  withHelper,
} from './servicing-scene';
import type { ServicingScene } from './servicing-scene';

const input: InspectInput = { ...staged, package: packageOf() };
const inspectOn = (scene: ServicingScene, changes: Partial<InspectInput> = {}) =>
  scene.run(createInspect(scene.deps), { ...input, ...changes });
const filesIn = ({ host }: ServicingScene, name: string) =>
  host.machine.files.list(`${folder}\\${name}`) ?? null;

let scene: ServicingScene;
const open = (...options: Parameters<typeof servicingScene>): ServicingScene =>
  (scene = servicingScene(...options));
afterEach(() => scene.host.machine.dispose());

describe('inspecting a package on a host', () => {
  it('unpacks it beside itself and tells what servicing says', async () => {
    const { packages } = await inspectOn(open());
    expect(packages).toEqual([
      {
        cabinet: cabinetIn('KB3004383'),
        identity,
        applicable: true,
        state: 'absent',
        restart: expect.stringMatching(/^(required|possible)$/) as unknown,
      },
    ]);
    expect(filesIn(scene, '_cabs')).toContain('WSUSSCAN.cab');
    expect(scene.count('install-started')).toBe(0);
  });

  it.each([
    { windows: { hotfix: 'installed' }, state: 'installed' },
    { windows: { hotfix: 'install-pending' }, state: 'install-pending' },
  ] as const)('tells $state apart', async ({ windows, state }) => {
    const { packages } = await inspectOn(open(alone(), { windows }));
    expect(packages).toMatchObject([{ identity, state }]);
  });

  it('tells that it does not apply to another Windows', async () => {
    const { packages } = await inspectOn(open(alone(), { windows: { edition: '2012r2' } }));
    expect(packages).toMatchObject([{ identity, applicable: false, state: 'absent' }]);
  });

  it('takes several cabinets in the order of the answer file, not of their names', async () => {
    const { packages } = await inspectOn(open(withHelper()));
    expect(packages.map((one) => one.identity)).toEqual([identity, helper]);
  });

  it('takes them in the order that was read at preview', async () => {
    const names = ['windows6.1-kb2533999-x64.CAB', 'Windows6.1-KB3004383-x64.cab'];
    const cabinets = names.map((name) => ({ name, identity: 'x' }));
    const contents = { kb: 'KB3004383', architecture: 'x64', cabinets } as const;
    const { packages } = await inspectOn(open(withHelper()), { package: packageOf({ contents }) });
    expect(packages.map((one) => one.identity)).toEqual([helper, identity]);
  });

  it('takes a cabinet as it is', async () => {
    const at = `${folder}\\Windows6.1-KB3004383-x64.cab`;
    open();
    await scene.session.run(`expand -F:Windows6.1-KB3004383-x64.cab ${path} ${folder}`);
    const { packages } = await inspectOn(scene, { staged: { folder, path: at } });
    expect(packages).toMatchObject([{ cabinet: at, identity }]);
    expect(filesIn(scene, '_cabs')).toBeNull();
  });

  it('unpacks nothing a second time', async () => {
    const first = await inspectOn(open());
    const { packages } = await inspectOn(scene);
    expect(packages).toEqual(first.packages);
    const unpackings = scene.session.lines.filter((line) => line.includes('expand -F:'));
    expect(unpackings).toHaveLength(1);
  });

  it('does an unpacking that was cut again, and leaves nothing of it', async () => {
    open();
    const cut = `${folder}\\_cabs-00c0ffee`;
    scene.host.machine.files.makeFolder(cut);
    scene.host.write(`${cut}\\half.cab`, 'MSCF');
    const { packages } = await inspectOn(scene);
    expect(packages).toMatchObject([{ identity }]);
    const names = scene.host.machine.files.list(folder);
    expect(names?.toSorted()).toEqual([fileName, '_cabs'].toSorted());
  });

  it.each([
    { name: 'no cabinet', members: ['x.txt', 'WSUSSCAN.cab'], code: 'package-corrupt' },
    { name: 'a cabinet that is none', members: ['x.cab'], code: 'unexpected-output' },
  ])('refuses a package with $name', async ({ members, code }) => {
    const bytes = createCabinet(members.map((name) => ({ name, bytes: Buffer.from('rules') })));
    await expect(inspectOn(open(bytes))).rejects.toMatchObject({ code, retryable: false });
  });

  it('refuses a package that is not what was read at preview', async () => {
    const cabinets = [{ name: 'another.cab', identity }];
    const contents = { kb: null, architecture: null, cabinets } as const;
    const failing = inspectOn(open(), { package: packageOf({ contents }) });
    await expect(failing).rejects.toMatchObject({
      code: 'package-corrupt',
      message: expect.stringContaining('holds no another.cab') as unknown,
    });
  });

  it('says why it could not be unpacked, and tries again from the beginning', async () => {
    await expect(inspectOn(open(Buffer.from('MZ no cabinet')))).rejects.toMatchObject({
      code: 'unexpected-output',
      message: expect.stringContaining(`could not unpack ${path}`) as unknown,
    });
    scene.host.write(path, alone());
    expect((await inspectOn(scene)).packages).toMatchObject([{ identity }]);
  });

  const busyFor = (times: number) => {
    const { session, deps } = open();
    let asked = 0;
    const run: Session['run'] = async (line) => {
      const result = await session.run(line);
      if (!line.includes('/get-packageinfo') || ++asked > times) return result;
      const text = result.stdout.toString('latin1');
      const told = text.replace(/Package information:[^#]*/, 'Error: 0x800f0902\r\n\r\nBusy.\r\n');
      return { ...result, stdout: Buffer.from(told, 'latin1') };
    };
    return { ...deps, openSession: () => Promise.resolve({ ...session, run }) };
  };

  it('waits while servicing is busy with something else', async () => {
    const deps = busyFor(3);
    const { packages } = await scene.run(createInspect(deps), input);
    expect(packages).toMatchObject([{ identity, applicable: true }]);
    const asked = scene.session.lines.filter((line) => line.includes('/get-packageinfo'));
    expect(asked).toHaveLength(4);
  });

  it('gives up when servicing is busy for as long as an installer may run', async () => {
    const hotfix = { ...sampleHotfix, install: { ...sampleHotfix.install, timeoutMs: 20_000 } };
    const deps = busyFor(Infinity);
    const failing = scene.run(createInspect(deps), { ...input, hotfix });
    await expect(failing).rejects.toMatchObject({ code: 'installer-timeout' });
  });
});
