// Third-party programs that judge this project's own in the tests. Fetched into .cache/judges, or by apt when root;
// what cannot be had is said, and the tests that need it are skipped by name (with CI=true they fail).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const folder = join(root, '.cache', 'judges');

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  return {
    ok: done.status === 0,
    output: `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`,
  };
}

function python() {
  const requirements = join(root, 'test', 'judges', 'requirements.txt');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const stamp = join(folder, 'venv', '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return [];
  rmSync(join(folder, 'venv'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.stderr.write('Fetching judges from PyPI …\n');
  const made = run('python3', ['-m', 'venv', join(folder, 'venv')]);
  if (!made.ok) return [`Python judges: python3 -m venv failed: ${lastLine(made.output)}`];
  const got = run(join(folder, 'venv', 'bin', 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);
  if (!got.ok) return [`Python judges: pip install failed: ${lastLine(got.output)}`];
  writeFileSync(stamp, wanted);
  return [];
}

const debian = [{ command: 'ssh', package: 'openssh-client' }];

function system() {
  const missing = debian.filter(({ command }) => !run('sh', ['-c', `command -v ${command}`]).ok);
  if (missing.length === 0) return [];
  const packages = missing.map((judge) => judge.package);
  const command = `apt-get install -y ${packages.join(' ')}`;
  const mayInstall = process.getuid?.() === 0 && run('sh', ['-c', 'command -v apt-get']).ok;
  if (!mayInstall) return [`Debian judges: not root or no apt; as root: ${command}`];
  process.stderr.write(`Fetching judges from Debian: ${packages.join(' ')} …\n`);
  run('apt-get', ['update', '-q']);
  const got = run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
  return got.ok ? [] : [`Debian judges: ${command} failed: ${lastLine(got.output)}`];
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/** @returns {string[]} what could not be had, a sentence each */
export const fetchJudges = () => [...python(), ...system()];
