// What test/peers/wine needs besides Debian's packages: a drive C of Wine's, made once, of which each test host is a
// copy, and the bridge compiled for Windows. Both into .cache/judges/wine.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const compiler = 'x86_64-w64-mingw32-gcc';

/**
 * @param {{root: string, cache: string, run: Function, find: Function, say: Function, reason: Function}} judges
 * @returns {string[]} what could not be had, a sentence each
 */
export function buildWine({ root, cache, run, find, say, reason }) {
  const wine = find('wine');
  const missing = ['wine', 'wineserver', compiler].filter((program) => find(program) === undefined);
  if (missing.length > 0) {
    return [
      `Wine peer: ${missing.join(', ')} missing; as root: apt-get install -y --no-install-recommends wine wine64 gcc-mingw-w64-x86-64`,
    ];
  }
  const folder = join(cache, 'wine');
  sweep(join(folder, 'hosts'), run, find);
  const stamp = join(folder, '.stamp');
  const source = join(root, 'test', 'peers', 'wine', 'bridge.c');
  const version = run(wine, ['--version']).output;
  const value = createHash('sha256')
    .update(JSON.stringify([version, readFileSync(source, 'utf8')]))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === value) return [];
  say('Making the Wine peer: a prefix and the bridge …');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'bridge.exe');
  const options = ['-municode', '-O1', '-s', '-Wall', '-o', program, source, '-lws2_32'];
  const compiled = run(find(compiler), options);
  if (!compiled.ok) return [`Wine peer: ${compiler} failed (${reason(compiled.output)})`];
  const made = makePrefix(join(folder, 'prefix'), run, find);
  if (!made.ok) return [`Wine peer: wine wineboot failed (${reason(made.output)})`];
  writeFileSync(stamp, value);
  return [];
}

/** Ends what tests that were killed have left: their hosts' services would run until the machine goes down. */
function sweep(hosts, run, find) {
  for (const name of existsSync(hosts) ? readdirSync(hosts) : []) {
    const pid = Number(/^host-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid > 0 && isAlive(pid)) continue;
    const WINEPREFIX = join(hosts, name);
    run(find('wineserver'), ['-k'], { env: { ...process.env, WINEPREFIX } });
    rmSync(WINEPREFIX, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function makePrefix(prefix, run, find) {
  mkdirSync(prefix, { recursive: true });
  const env = {
    ...process.env,
    // Wine makes links into the home folder, and menus; nothing of it belongs to whoever runs the tests.
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    LC_ALL: 'C.UTF-8',
  };
  delete env.DISPLAY;
  const made = run(find('wine'), ['wineboot', '-i'], { env, cwd: prefix });
  // The registry is written when the last process of the prefix has ended.
  const waited = run(find('wineserver'), ['-w'], { env });
  // The machine's own files, and the links into the home folder, are none of a host's.
  rmSync(join(prefix, 'dosdevices', 'z:'), { force: true });
  const users = join(prefix, 'drive_c', 'users');
  const entries = existsSync(users)
    ? readdirSync(users, { recursive: true, withFileTypes: true })
    : [];
  for (const entry of entries.filter((one) => one.isSymbolicLink())) {
    rmSync(join(entry.parentPath, entry.name));
  }
  const isThere = existsSync(join(prefix, 'system.reg'));
  return { ok: isThere, output: `${made.output}${waited.output}` };
}
