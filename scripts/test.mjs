// `npm test`: sets up what is missing, judges included, runs every check and closes with one line:
// N passed, N failed, N skipped. Options after -- go to jest: npm test -- test/domain
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchJudges } from './judges.mjs';
import { ensureBuild, ensureDependencies, ensureNode, root } from './setup.mjs';

const started = Date.now();
const only = process.argv.slice(2);
const tally = { passed: 0, failed: 0, skipped: 0 };

/** Runs one of the tools beside the tests; the result is told when all of them are through, in their order. */
function check(name, command, args) {
  const begun = Date.now();
  return new Promise((resolve) => {
    let output = '';
    const program = join(root, 'node_modules', ...command.split('/'));
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) =>
      resolve({ name, ok: code === 0, output, took: Date.now() - begun }),
    );
  });
}

function tell({ name, ok, output, took }) {
  tally[ok ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name} (${took} ms)\n`);
  if (!ok) process.stdout.write(`${output}\n`);
}

ensureNode();
ensureDependencies();
const checks =
  only.length > 0
    ? []
    : [
        check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
        check('lint, import rules', 'oxlint/bin/oxlint', ['--type-aware']),
        check('types', 'typescript/bin/tsc', ['--noEmit']),
        check('dead code', 'knip/bin/knip.js', ['--no-progress']),
      ];
// Beside the checks: judges are mostly waited for. The tests come after them, for a machine of their own.
ensureBuild();
const missing = fetchJudges();
for (const result of await Promise.all(checks)) tell(result);
const { readConfig } = await import('../dist/workers/config.js');
const { findTemporalExecutable } = await import('../dist/workers/temporal-executable.js');
const executable = await findTemporalExecutable({
  config: readConfig(),
  onProgress: (line) => process.stderr.write(`${line}\n`),
}).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
});

const resultFile = join(root, '.cache', 'jest-result.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(resultFile, { force: true });
const jest = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${resultFile}`,
    ...only,
  ],
  {
    cwd: root,
    // --json prints the result to standard output as well; people read the reporter's lines on standard error.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ROLLOUT_TEMPORAL_EXECUTABLE: executable },
  },
);

try {
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  tally.passed += result.numPassedTests;
  // A suite that could not even be loaded has no tests to count.
  tally.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  tally.skipped += result.numPendingTests;
  for (const suite of result.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === 'pending') process.stdout.write(`skipped: ${test.fullName}\n`);
    }
  }
} catch (error) {
  process.stdout.write(`jest left no result: ${error.message}\n`);
  tally.failed += 1;
}
if (jest.status !== 0 && tally.failed === 0) tally.failed += 1;

for (const sentence of missing) process.stdout.write(`missing: ${sentence}\n`);
process.stdout.write(`took ${Math.round((Date.now() - started) / 1000)} s\n`);
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
