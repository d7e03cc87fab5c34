import { createApply } from '../../activities/apply';
import { createCleanUp } from '../../activities/clean-up';
import { createInspect } from '../../activities/inspect';
import { createRemove } from '../../activities/remove';
import { known } from '../../contracts/reason';
import type { ApplyInput, RemoveInput } from '../../contracts/steps';
import { createHotfixPackage } from '../../lab/cabinet';
import { lookAtInstallation } from '../../remote/windows/installation-look';
import type { LookAtInstallation } from '../../remote/windows/installation-look';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import { target, untilDone } from './run-step';
import {
  alone,
  cabinetIn,
  folder,
  helper,
  identity,
  packageOf,
  servicingScene,
  staged,
  withHelper,
} from './servicing-scene';
import type { ServicingScene } from './servicing-scene';

let scene: ServicingScene;
const open = (...options: Parameters<typeof servicingScene>): ServicingScene =>
  (scene = servicingScene(...options));
const installed = (): ServicingScene => open(alone(), { windows: { hotfix: 'installed' } });
afterEach(() => scene.host.machine.dispose());

const removal: RemoveInput = {
  ...target,
  hotfix: sampleHotfix,
  identities: [identity],
  attempt: 'a1',
};
const remove = async (changes: Partial<RemoveInput> = {}) =>
  (await untilDone(createRemove(scene.deps), { ...removal, ...changes })).result;
const apply = async (changes: Partial<ApplyInput> = {}) =>
  (await untilDone(createApply(scene.deps), { ...staged, attempt: 'a1', ...changes })).result;

const stateOf = async (name: string): Promise<string> => {
  const { stdout } = await scene.session.run('dism /online /english /get-packages');
  const block = stdout.toString().split(`Package Identity : ${name}\r\n`)[1];
  return /State : ([^\r]*)/.exec(block ?? '')?.[1] ?? 'not listed';
};
/** Lets a task that somebody else made run: it does what this line does. */
const otherTask = async (name: string, line: string): Promise<void> => {
  scene.host.write('C:\\Windows\\other.cmd', `@echo off\r\n${line}\r\n`);
  for (const change of [
    `/create /tn "${name}" /tr "C:\\Windows\\other.cmd" /ru SYSTEM /rl HIGHEST /sc ONCE /st 00:00 /f`,
    `/run /tn "${name}"`,
  ])
    expect((await scene.session.run(`schtasks ${change}`)).exitCode).toBe(0);
};

describe('removing a hotfix', () => {
  it('is done by a task, and gone for good after the reboot', async () => {
    installed();
    const result = await remove();
    expect(result).toMatchObject({
      how: 'removed',
      exitCode: 3010,
      package: { state: 'uninstall-pending', identity },
      task: 'KB3004383-remove-a1',
      folder: 'C:\\Windows\\hotfix-rollout\\KB3004383\\remove',
      logTail: expect.stringContaining('Removing package') as unknown,
    });
    expect(await remove({ attempt: 'b2' })).toMatchObject({
      how: 'found-pending',
      task: result.task,
    });
    await scene.reboot();
    expect(await stateOf(identity)).toBe('not listed');
    expect(await remove({ attempt: 'c3' })).toMatchObject({
      how: 'found-absent',
      package: { state: 'absent', identity: null },
    });
    expect(scene.count('package-removed')).toBe(1);
    await untilDone(createCleanUp(scene.deps), { ...removal, folder: result.folder ?? '' });
    expect(scene.host.machine.files.stat(result.folder ?? '')).toBeNull();
    expect(scene.host.machine.files.stat(folder)).not.toBeNull();
  });

  it('takes back a package that waits for its reboot', async () => {
    open(alone(), { windows: { hotfix: 'install-pending' } });
    expect(await remove()).toMatchObject({ how: 'removed' });
    await scene.reboot();
    expect(await stateOf(identity)).toBe('not listed');
  });

  it('starts nothing where there is nothing', async () => {
    open();
    expect(await remove({ identities: [] })).toMatchObject({ how: 'found-absent', task: null });
    expect(await remove()).toMatchObject({ how: 'found-absent', exitCode: null });
    expect(scene.count('task-created')).toBe(0);
  });

  it('never touches a package that is not of the hotfix', async () => {
    installed();
    const other = 'Package_for_KB2992611~31bf3856ad364e35~amd64~~6.1.1.5';
    await expect(remove({ identities: [identity, other] })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(other) as unknown,
    });
    expect(scene.count('task-created')).toBe(0);
  });

  it('watches an installer of the hotfix to its end before it begins', async () => {
    open();
    await scene.run(createInspect(scene.deps), { ...staged, package: packageOf() });
    const add = `dism /online /add-package /packagepath:"${cabinetIn('KB3004383')}" /quiet /norestart`;
    await otherTask('KB3004383-zz', add);
    const result = await remove({ identities: [] });
    expect(result).toMatchObject({ how: 'removed', task: 'KB3004383-remove-a1' });
    const order = scene.host.effects().filter((effect) => /^(install|package-rem)/.test(effect));
    expect(order).toEqual(['install-started', 'install-ended', 'package-removed']);
  });

  it("watches somebody else's removal and starts none", async () => {
    installed();
    await otherTask(
      'KB3004383-remove-zz',
      `dism /online /remove-package /packagename:${identity} /quiet /norestart`,
    );
    expect(await remove()).toMatchObject({
      how: 'watched',
      exitCode: 3010,
      task: 'KB3004383-remove-zz',
    });
    expect(scene.count('package-removed')).toBe(1);
  });

  it('gives back the code of a removal that fails, and what is there all the same', async () => {
    installed();
    // Something else waits for a reboot: servicing refuses until then.
    const other = 'Package_for_KB2992611~31bf3856ad364e35~amd64~~6.1.1.5';
    await scene.session.run(`dism /online /remove-package /packagename:${other} /quiet /norestart`);
    expect(await remove()).toMatchObject({
      how: 'removed',
      exitCode: 0x800f0806,
      package: { state: 'installed', identity },
    });
  });

  const cuts = [2, 3, 4, 5, 7].flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) =>
      (['worker', 'connection'] as const).map((by) => ({ at, when, by })),
    ),
  );

  it.each(cuts)('is done once when the $by is lost $when command $at', async (cut) => {
    installed();
    scene.cut(cut.at, cut.when, cut.by);
    expect(await remove()).toMatchObject({ package: { state: 'uninstall-pending' } });
    expect(scene.count('package-removed')).toBe(1);
  });

  it('would be done again and again without looking first', async () => {
    installed();
    await remove();
    let looks = 0;
    const blindOnce: LookAtInstallation = async (...asked) => {
      looks += 1;
      const view = await lookAtInstallation(...asked);
      const there = known({ state: 'installed', identity } as const);
      return looks > 1
        ? view
        : { ...view, own: null, others: [], result: null, package: there, open: [identity] };
    };
    await untilDone(createRemove(scene.deps, blindOnce), { ...removal, attempt: 'b2' });
    expect(scene.host.effects().filter((effect) => effect === 'task-started')).toHaveLength(2);
  });
});

describe('installing the cabinets that were inspected', () => {
  const cabinets = [cabinetIn('KB3004383'), cabinetIn('KB2533999')];
  const identities = [identity, helper];
  const inspected = async (bytes: Buffer): Promise<void> => {
    open(bytes);
    await scene.run(createInspect(scene.deps), { ...staged, package: packageOf() });
  };

  it('adds them in their order, and unpacks nothing again', async () => {
    const helperFirst = createHotfixPackage({
      kb: 'KB3004383',
      payloadBytes: 1000,
      followedBy: [{ kb: 'KB2533999', payloadBytes: 1000, files: [], restart: 'none' }],
    });
    await inspected(helperFirst);
    const result = await apply({
      cabinets: cabinets.toReversed(),
      identities: identities.toReversed(),
    });
    expect(result).toMatchObject({ how: 'installed', exitCode: 3010 });
    const added = [...result.logTail.matchAll(/Adding package (\S+)/g)].map(([, name]) => name);
    expect(added).toEqual([helper, identity]);
    expect(scene.session.lines.filter((line) => line.includes('expand -F:'))).toHaveLength(1);
    expect([await stateOf(helper), await stateOf(identity)]).toEqual([
      'Installed',
      'Install Pending',
    ]);
  });

  it('is not done while one of them is missing, though the hotfix itself is there', async () => {
    await inspected(withHelper());
    await apply({ cabinets: cabinets.slice(0, 1), identities: [identity] });
    await scene.reboot();
    const again = await apply({ cabinets, identities, attempt: 'b2' });
    expect(again).toMatchObject({ how: 'installed', exitCode: 3010 });
    expect(again.logTail).not.toContain(identity);
    await scene.reboot();
    expect([await stateOf(identity), await stateOf(helper)]).toEqual(['Installed', 'Installed']);
    expect(await apply({ cabinets, identities, attempt: 'c3' })).toMatchObject({
      how: 'found-installed',
      package: { state: 'installed' },
    });
  });

  it('waits for a removal that runs, and takes its code for nothing', async () => {
    await inspected(alone());
    const added = await apply({ cabinets: [cabinetIn('KB3004383')], identities: [identity] });
    expect(added.package.state).toBe('install-pending');
    await otherTask(
      'KB3004383-remove-zz',
      `dism /online /remove-package /packagename:${identity} /quiet /norestart`,
    );
    const again = await apply({
      cabinets: [cabinetIn('KB3004383')],
      identities: [identity],
      attempt: 'b2',
    });
    expect(again).toMatchObject({ how: 'installed', task: 'KB3004383-b2' });
    const order = scene.host.effects().filter((effect) => /^(install-s|package-rem)/.test(effect));
    expect(order).toEqual(['install-started', 'package-removed', 'install-started']);
  });

  it('refuses a cabinet that lies somewhere else', async () => {
    await inspected(alone());
    for (const cabinet of ['C:\\Users\\x.cab', `${folder}\\..\\x.cab`, `${folder}\\a%b.cab`])
      await expect(apply({ cabinets: [cabinet] })).rejects.toMatchObject({ code: 'bad-request' });
  });
});
