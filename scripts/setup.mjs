// What a fresh clone lacks: packages and the compiled program. Idempotent, quick when there is nothing to do.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends the process with one clear sentence and exit code 2: the set-up is the user's input. */
export function giveUp(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

export function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(
    `Node ${process.versions.node} is too old: install Node 20.19 or newer (24 is recommended).`,
  );
}

/** `npm install` when package-lock.json is not the one that node_modules was made from. */
export function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.setup-stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package.json')))
    .update(
      existsSync(join(root, 'package-lock.json'))
        ? readFileSync(join(root, 'package-lock.json'))
        : '',
    )
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing packages (npm install) …\n');
  // Not `npm ci`: it refuses lock files written where only one platform's native packages were to be had.
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    giveUp(
      'npm install failed (see above): check the network and the npm registry, then try again.',
    );
  }
  writeFileSync(stamp, wanted);
}

const rooms = [
  'contracts',
  'domain',
  'workflows',
  'activities',
  'remote',
  'store',
  'workers',
  'clients',
  'lab',
  'bench',
];

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, statSync(path).mtimeMs, newest(path));
    else if (entry.name.endsWith('.ts')) latest = Math.max(latest, statSync(path).mtimeMs);
  }
  return latest;
}

/** Compiles to dist/ when a source is newer than the last build. */
export function ensureBuild() {
  const mark = join(root, 'dist', '.built');
  const sources = Math.max(
    ...rooms.filter((room) => existsSync(join(root, room))).map((room) => newest(join(root, room))),
    statSync(join(root, 'tsconfig.build.json')).mtimeMs,
    statSync(join(root, 'package.json')).mtimeMs,
  );
  if (existsSync(mark) && statSync(mark).mtimeMs > sources) return;
  try {
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        join(root, 'tsconfig.build.json'),
      ],
      {
        cwd: root,
        stdio: ['ignore', 2, 2],
      },
    );
  } catch {
    giveUp('The program does not compile (see above).');
  }
  writeFileSync(mark, '');
}

export function setUp() {
  ensureNode();
  ensureDependencies();
  ensureBuild();
}

/** Runs the compiled command line in this process, so that Ctrl-C reaches nobody else. */
export async function runRollout(args) {
  process.argv = [process.execPath, 'rollout', ...args];
  const { main } = await import('../dist/clients/cli/main.js');
  process.exitCode = await main(args);
}
