// Third-party programs that judge this project's own in the tests: Python packages and Go programs into .cache/judges,
// Debian packages by apt when root. What cannot be had is said, and the tests that need it are skipped by name (with
// CI=true they fail). A stamp for each part that is there makes the next run quick.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { root } from './setup.mjs';
import { buildWine } from './wine.mjs';

const cache = join(root, '.cache', 'judges');
const sources = join(root, 'test', 'judges');
const venv = join(cache, 'venv');
const pip = join(venv, 'bin', 'pip');

/** A download that stands still must not hold up the tests for ever. */
const timeout = 15 * 60_000;

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout, ...options });
  return {
    ok: done.status === 0,
    output: `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`,
  };
}

const say = (line) => process.stderr.write(`${line}\n`);
const digest = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
const isStamped = (file, value) => existsSync(file) && readFileSync(file, 'utf8') === value;

/** The line that says most: pip, apt and compilers put theirs amid much else. */
function reason(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.includes('subprocess-exited-with-error'));
  const wanted = [/fatal error:|command .* failed|not found/i, /^(E:|error:)/i];
  const said = wanted.map((pattern) => lines.find((line) => pattern.test(line)));
  return (said.find((line) => line !== undefined) ?? lines.at(-1) ?? 'no word').slice(0, 200);
}

// Daemons are not on everybody's PATH, and Go is often where its own installer puts it.
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/sbin',
  '/usr/local/go/bin',
].filter((folder) => folder !== '');

/** Path of a program, or undefined. */
const find = (program) =>
  folders.map((folder) => join(folder, program)).find((path) => existsSync(path));

// --- Debian ---

const isInstalled = (stamp) => existsSync(join(venv, stamp));
const hasMechanism = (name) =>
  existsSync('/etc/gss/mech.d') &&
  readdirSync('/etc/gss/mech.d').some((file) => file.includes(name));

/** Debian keeps libraries in a folder for each architecture. */
const hasLibrary = (path) =>
  existsSync('/usr/lib') &&
  readdirSync('/usr/lib').some((folder) => existsSync(join('/usr/lib', folder, path)));

/** Only Debian's own Python takes its headers from Debian. */
const isDebianPython = () => find('python3') === '/usr/bin/python3';
const pythonHas = (code) => run('python3', ['-c', code]).ok;
const hasPythonHeaders = () =>
  pythonHas(
    "import os, sysconfig; os.stat(os.path.join(sysconfig.get_path('include'), 'Python.h'))",
  );

/** gssapi is compiled once; afterwards nothing of this is looked for. */
const isCompiled = () => isInstalled('.stamp-gssapi');

/** Whether it is there is seen by what it brings: another way to have it is as good. */
const debian = [
  { name: 'openssh-client', isThere: () => find('ssh') && find('ssh-keygen') && find('sftp') },
  { name: 'openssh-server', isThere: () => find('sshd') },
  { name: 'openssl', isThere: () => find('openssl') },
  { name: 'python3', isThere: () => find('python3') },
  {
    name: 'python3-venv',
    isThere: () => existsSync(pip) || !isDebianPython() || pythonHas('import ensurepip, venv'),
  },
  { name: 'krb5-kdc', isThere: () => find('krb5kdc') && find('kdb5_util') },
  { name: 'krb5-admin-server', isThere: () => find('kadmin.local') && find('kadmind') },
  { name: 'krb5-user', isThere: () => find('kinit') && find('kvno') },
  { name: 'libfaketime', isThere: () => hasLibrary('faketime/libfaketime.so.1') },
  { name: 'gss-ntlmssp', isThere: () => hasMechanism('ntlmssp') },
  { name: 'libkrb5-dev', isThere: () => isCompiled() || find('krb5-config') },
  { name: 'gcc', isThere: () => isCompiled() || find('gcc') },
  { name: 'libc6-dev', isThere: () => isCompiled() || existsSync('/usr/include/stdio.h') },
  {
    name: 'python3-dev',
    isThere: () => isCompiled() || !isDebianPython() || hasPythonHeaders(),
  },
  { name: 'gcab', isThere: () => find('gcab') },
  { name: 'cabextract', isThere: () => find('cabextract') },
  { name: 'golang-go', isThere: () => goFolders().length === 0 || find('go') },
  // Some 600 MB installed, most of it libwine.
  { name: 'wine', isThere: () => find('wine') && find('wineserver') },
  { name: 'wine64', isThere: () => existsSync('/usr/lib/wine') || find('wine') },
  { name: 'gcc-mingw-w64-x86-64', isThere: () => find('x86_64-w64-mingw32-gcc') },
];

function system() {
  const missing = () => debian.filter((one) => !one.isThere()).map((one) => one.name);
  const wanted = missing();
  if (wanted.length === 0) return [];
  const byHand = (names) =>
    `as root: apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.platform !== 'linux' || find('apt-get') === undefined) {
    return [`system packages: no apt here; install what Debian calls ${wanted.join(', ')}`];
  }
  if (process.getuid?.() !== 0) return [`Debian packages: not root; ${byHand(wanted)}`];
  say(`Fetching judges from Debian: ${wanted.join(' ')} …`);
  const before = daemons();
  const problem = install(wanted);
  for (const daemon of daemons().filter((one) => !before.includes(one))) {
    say(`Note: its package started ${daemon} as a service; the tests need none.`);
  }
  const left = missing();
  return left.length === 0 ? [] : [`Debian packages: ${problem}; ${byHand(left)}`];
}

/** All at once, else one by one, so that a package that cannot be had keeps no other away. Gives back what went wrong. */
function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20'];
  const apt = (...args) => run('apt-get', [...patience, '-q', ...args], { env });
  const fetch = (...packages) => apt('install', '-y', '--no-install-recommends', ...packages);
  const updated = apt('update');
  const together = fetch(...names);
  if (together.ok) return 'installed, but not found';
  for (const name of names) fetch(name);
  return `apt-get failed (${reason(updated.ok ? together.output : updated.output)})`;
}

function daemons() {
  const names = ['krb5kdc', 'kadmind'];
  const comm = (id) => {
    try {
      return readFileSync(`/proc/${id}/comm`, 'utf8').trim();
    } catch {
      return ''; // It has ended meanwhile.
    }
  };
  return readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id) && names.includes(comm(id)))
    .map((id) => `${comm(id)} (process ${id})`);
}

// --- PyPI ---

function requirementGroups() {
  const text = readFileSync(join(sources, 'requirements.txt'), 'utf8');
  return text
    .split(/\n\s*\n/)
    .map((group) => group.split('\n').filter((line) => /^[a-z]/i.test(line)))
    .filter((group) => group.length > 0);
}

function python() {
  const version = run('python3', ['-c', 'import sys; print(sys.prefix, sys.version)']);
  if (!version.ok) return ['Python packages: python3 is missing; install Python 3.11 or newer'];
  const stampOfGroup = (group) => join(venv, `.stamp-${group.at(-1).split('==')[0]}`);
  const groups = requirementGroups().map((group) => ({
    group,
    stamp: stampOfGroup(group),
    value: digest(group, version.output),
  }));
  const todo = groups.filter(({ stamp, value }) => !isStamped(stamp, value));
  if (todo.length === 0) return [];
  const made = makeVenv(version.output);
  return made ?? todo.flatMap(installGroup);
}

/** A virtual environment made by another Python is of no use. Gives back sentences, or null when it is there. */
function makeVenv(version) {
  const stamp = join(venv, '.stamp');
  if (isStamped(stamp, version) && existsSync(pip)) return null;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const made = run('python3', ['-m', 'venv', venv]);
  if (!made.ok) return [`Python packages: python3 -m venv failed (${reason(made.output)})`];
  writeFileSync(stamp, version);
  return null;
}

function installGroup({ group, stamp, value }) {
  say(`Fetching judges from PyPI: ${group.join(' ')} …`);
  const patience = ['--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
  const args = ['install', '--quiet', ...patience, ...group];
  const got = run(pip, args, { env: { ...process.env, PIP_NO_INPUT: '1' } });
  if (!got.ok) {
    const needs = group.some((one) => one.startsWith('gssapi'))
      ? ' (compiled with libkrb5-dev, gcc, libc6-dev and the headers of Python)'
      : '';
    const command = `${relative(root, pip)} install ${group.join(' ')}`;
    return [`Python packages ${group.join(' ')}${needs}: ${reason(got.output)}; try ${command}`];
  }
  writeFileSync(stamp, value);
  return [];
}

// --- Go ---

/** Folders of test/judges with a Go program of one package each. */
const goFolders = () =>
  readdirSync(sources).filter((name) => existsSync(join(sources, name, 'go.mod')));

function go() {
  const names = goFolders();
  const program = find('go');
  if (names.length === 0) return [];
  if (program === undefined)
    return [
      `Go programs ${names.join(', ')}: go is missing; as root: apt-get install -y golang-go`,
    ];
  return names.flatMap((name) => build(program, name));
}

function build(program, name) {
  const folder = join(sources, name);
  const files = readdirSync(folder)
    .filter((file) => /\.go$|^go\.(mod|sum)$/.test(file))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  const value = digest(files, statSync(program).mtimeMs);
  const made = join(cache, 'bin', name);
  const stamp = `${made}.stamp`;
  if (isStamped(stamp, value) && existsSync(made)) return [];
  rmSync(stamp, { force: true });
  rmSync(made, { force: true });
  say(`Building the judge ${name} with Go …`);
  const env = {
    ...process.env,
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    // -modcacherw: Go writes its cache read-only otherwise, and `rm -r .cache` fails.
    GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=readonly -modcacherw -buildvcs=false`.trim(),
    GOCACHE: join(cache, 'go', 'build'),
    GOMODCACHE: join(cache, 'go', 'modules'),
  };
  const done = run(program, ['build', '-o', made, '.'], { cwd: folder, env });
  if (!done.ok) {
    return [`Go program ${name}: go build failed (${reason(done.output)}); npm test tries again`];
  }
  writeFileSync(stamp, value);
  return [];
}

const wine = () => buildWine({ root, cache, run, find, say, reason });

/** @returns {string[]} what could not be had, a sentence each: what is missing, and the command that would bring it */
export const fetchJudges = () => [...system(), ...python(), ...go(), ...wine()];
