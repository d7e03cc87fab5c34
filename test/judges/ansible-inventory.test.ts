import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { readJson, readScript } from '../../clients/inventory/dynamic-source';
import { iniInventory, yamlInventory } from '../clients/inventory/arbitrary-inventories';
import { type ReadInventory, readOurselves, writeFiles } from '../clients/inventory/read-sample';
import { samples } from '../clients/inventory/samples';
import { hasPythonModules, judgePython, judgeTest } from './judge';

const available = hasPythonModules('ansible');
const judge = join(__dirname, 'ansible_inventory_judge.py');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-inventories-'));
  mkdirSync(join(folder, 'home'));
  // Without one of its own ansible looks for that of the machine.
  writeFileSync(join(folder, 'home', 'ansible.cfg'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Question {
  readonly path: string;
  readonly patterns?: readonly string[] | undefined;
}

type Answer = ReadInventory | { readonly error: string };

/** Ansible asks nothing of the machine it runs on. */
function environment(): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  return {
    PATH: `${dirname(judgePython)}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    HOME: home,
    TMPDIR: home,
    ANSIBLE_HOME: home,
    ANSIBLE_CONFIG: join(home, 'ansible.cfg'),
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1',
  };
}

/** All inventories in one process: ansible takes longer to start than to read any of them. */
function ask(inventories: readonly Question[]): Promise<Answer[]> {
  const home = join(folder, 'home');
  return new Promise((resolve, reject) => {
    const options = { env: environment(), cwd: home, timeout: 50_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(judgePython, [judge], options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Answer[]);
      else reject(new Error(`ansible failed: ${stderr.slice(-2000)}`, { cause: error }));
    });
    child.stdin?.end(JSON.stringify({ empty: home, inventories }));
  });
}

judgeTest('inventories of people are read as ansible reads them', available, async () => {
  const questions = samples.map(({ files, path, patterns }, index) => {
    const home = join(folder, `sample-${index}`);
    writeFiles(home, files);
    return { path: join(home, path), patterns };
  });
  const answers = await ask(questions);
  const ours = await Promise.all(
    questions.map(({ path, patterns }) => readOurselves(path, patterns)),
  );
  const named = (all: readonly object[]): object[] =>
    all.map((one, index) => ({ name: samples[index]?.name, ...one }));
  expect(named(ours)).toEqual(named(answers));
});

/** Refused or read, and as what. */
const verdictOf = (answer: object): object =>
  'error' in answer || 'problems' in answer ? { isRefused: true } : answer;

for (const [style, arbitrary] of [
  ['INI', iniInventory],
  ['YAML', yamlInventory],
] as const) {
  judgeTest(`generated ${style} is read or refused as by ansible`, available, async () => {
    const seed = Number(process.env['INVENTORY_SEED'] ?? Date.now() % 2 ** 31);
    const generated = fc.sample(arbitrary, { numRuns: 60, seed });
    const questions = generated.map(({ files, path }, index) => {
      const home = join(folder, `${style}-${index}`);
      writeFiles(home, files);
      return { path: join(home, path) };
    });
    const answers = await ask(questions);
    expect(answers.filter((answer) => 'hosts' in answer).length).toBeGreaterThan(10);
    for (const [index, { path }] of questions.entries()) {
      const read = { seed, files: generated[index]?.files };
      const ours = await readOurselves(path);
      expect({ ...read, ...verdictOf(ours) }).toEqual({
        ...read,
        ...verdictOf(answers[index] ?? {}),
      });
    }
  });
}

judgeTest('a dynamic inventory is run and read as by ansible', available, async () => {
  const texts = [
    `{"_meta": {"hostvars": {"one": {"x": 1, "y": [true, null]}, "nobody": {"x": 2}}},
      "all": {"children": ["a"], "vars": {"v": 1.5}}, "a": ["one", "two"], "b": {"hosts": ["two"], "vars": {"v": "b"}, "children": ["c"]},
      "c": {"hosts": ["three"]}, "old": {"ansible_host": "10.0.0.1"}}`,
    `{"a": {"hosts": ["one", "two"], "vars": {"ansible_group_priority": 5, "z": "a"}}, "d": {"hosts": ["one"], "vars": {"z": "d"}}}`,
  ];
  const questions = texts.map((text, index) => {
    const home = join(folder, `script-${index}`);
    writeFiles(home, {
      inventory: `#!/bin/sh\nif [ "$1" = --list ]; then cat <<'END'\n${text}\nEND\nelse echo "{\\"asked\\": \\"$2\\"}"; fi\n`,
      'group_vars/a.yml': 'beside: true\n',
    });
    chmodSync(join(home, 'inventory'), 0o755);
    return { path: join(home, 'inventory') };
  });
  const answers = await ask(questions);
  const ours = await Promise.all(questions.map(({ path }) => readOurselves(path, [], readScript)));
  expect(ours).toEqual(answers);
});

judgeTest(
  'what ansible-inventory prints for an inventory says the same of it',
  available,
  async () => {
    const sample = samples.find(({ name }) => name.includes('some that are encrypted'));
    const home = join(folder, 'listed');
    writeFiles(home, sample?.files ?? {});
    const path = join(home, sample?.path ?? '');
    const printed = await new Promise<string>((resolve, reject) => {
      const program = join(dirname(judgePython), 'ansible-inventory');
      const options = { env: environment(), cwd: folder, timeout: 50_000 };
      execFile(program, ['-i', path, '--list'], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`ansible-inventory failed: ${stderr}`, { cause: error }));
      });
    });
    writeFiles(folder, { 'printed/hosts.json': printed });
    const listed = await readOurselves(join(folder, 'printed', 'hosts.json'), [], readJson);
    expect(listed).toEqual(await readOurselves(path));
  },
);
