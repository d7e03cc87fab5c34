import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Failure } from '../../../contracts/failures';
import { loadFleet, loadHotfix, loadPlan, readYaml } from '../../../clients/input';
import { badInputOf, hotfixDir, inputFiles, sha256 } from './files';

const { folder, write } = inputFiles();

const plan = `# a comment
change: CHG1
hotfix: KB3004383
package:
  file: ./x.msu
  sha256: ${sha256}
hosts: { names: [ex01, ex02] }
`;

test('problems carry file, line, field, message and advice, in the order of the lines', async () => {
  const file = write(
    'plan.yaml',
    `${plan}maxErors: 1\nreboot:\n  timeout: 30\n  maxOwn: 99\nscope: all\n`,
  );
  const error = await badInputOf(loadPlan(file));
  expect(error.problems.map(({ line, field }) => [line, field])).toEqual([
    [8, 'maxErors'],
    [10, 'reboot.timeout'],
    [11, 'reboot.maxOwn'],
    [12, 'scope'],
  ]);
  expect(error.message.split('\n')[0]).toBe(
    `${file}:8: maxErors is not a known field; did you mean maxErrors?`,
  );
});

test('bad input is a failure that a command line can print', async () => {
  const error = await badInputOf(loadPlan(write('plan.yaml', 'change: 1\n')));
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ code: 'bad-request', retryable: false });
  expect(error.advice).toContain('nothing was started');
});

test('a problem in a list points at the entry, a missing field at the block around it', async () => {
  const text = plan.replace(
    'hosts: { names: [ex01, ex02] }',
    'hosts:\n  names:\n    - ex01\n    - ex01',
  );
  const error = await badInputOf(loadPlan(write('plan.yaml', text.replace(/ {2}sha256.*\n/, ''))));
  expect(error.problems.map(({ line, field }) => [line, field])).toEqual([
    [4, 'package.sha256'],
    [9, 'hosts.names[1]'],
  ]);
});

test('a problem that comes from the defaults of a fleet points at the host', async () => {
  const fleet = `defaults:
  connection: { kind: ssh, credentialRef: env:FLEET }
hosts:
  ex01:
    address: ex01.test
    connection: { port: 23 }
`;
  const error = await badInputOf(loadFleet(write('fleet.yaml', fleet)));
  expect(error.problems).toMatchObject([{ line: 6, field: 'hosts.ex01.connection.hostKey' }]);
});

test.each([
  { what: 'a key twice', text: 'a: 1\nb: 2\na: 3\n', line: 3, message: /second time/ },
  {
    what: 'a host twice',
    text: 'hosts:\n  ex01: {}\n  ex01: {}\n',
    line: 3,
    message: /second time/,
  },
  { what: 'wrong indentation', text: 'a:\n   b: 1\n  c: 2\n', line: 3, message: /no valid YAML/ },
  { what: 'a bracket that is not closed', text: 'a: [1, 2\n', line: 2, message: /no valid YAML/ },
  { what: 'a tab', text: 'a:\n\tb: 1\n', line: 2, message: /no valid YAML/ },
  { what: 'two documents', text: 'a: 1\n---\nb: 2\n', line: 2, message: /no valid YAML/ },
  {
    what: 'a tag of a programming language',
    text: 'a: !!js/function x\n',
    line: 1,
    message: /no valid YAML/,
  },
  { what: 'an alias to nothing', text: 'a: *b\n', line: null, message: /no valid YAML|alias/ },
])('$what is refused, at line $line', async ({ text, line, message }) => {
  const error = await badInputOf(readYaml(write('x.yaml', text)));
  expect(error.problems[0]).toMatchObject({ line, message: expect.stringMatching(message) });
});

test('aliases that blow up are refused before they do', async () => {
  const levels = 'bcdefghij'.split('');
  const bomb = levels.map((name, index) => {
    const inner = index === 0 ? 'a' : levels[index - 1];
    return `${name}: &${name} [${Array(9).fill(`*${inner}`).join(', ')}]`;
  });
  const error = await badInputOf(readYaml(write('x.yaml', `a: &a [x]\n${bomb.join('\n')}\n`)));
  expect(error.message).toContain('aliases');
});

test.each([
  { what: 'nothing', name: 'nothing.yaml', message: /is not there; check the path/ },
  { what: 'a folder', name: '', message: /is a folder/ },
])('$what cannot be read', async ({ name, message }) => {
  expect((await badInputOf(loadPlan(join(folder(), name)))).message).toMatch(message);
});

test('a huge file is not read', async () => {
  const file = join(folder(), 'huge.yaml');
  writeFileSync(file, '');
  truncateSync(file, 33 * 1024 * 1024);
  expect((await badInputOf(readYaml(file))).message).toContain('bytes');
});

test.each(['', '# only a comment\n', 'null\n', 'just text\n', '- 1\n'])(
  'a plan of %j is refused in one sentence',
  async (text) => {
    expect((await badInputOf(loadPlan(write('plan.yaml', text)))).problems).toHaveLength(1);
  },
);

describe('hotfix definitions', () => {
  test.each(['KB3004383', 'kb3004383', join(hotfixDir, 'KB3004383.yaml')])(
    '%s is found',
    async (name) => {
      expect((await loadHotfix(name, hotfixDir)).value.id).toBe('KB3004383');
    },
  );

  test('an unknown one names the nearest', async () => {
    const error = await badInputOf(loadHotfix('KB3004388', hotfixDir));
    expect(error.message).toContain(
      'no hotfix definition is named KB3004388; did you mean KB3004383?',
    );
  });

  test('an unknown one names those that there are when none is near', async () => {
    expect((await badInputOf(loadHotfix('MS17-010', hotfixDir))).message).toContain(
      'there are KB3004383',
    );
  });

  test('one whose id is not its file name is refused', async () => {
    const shipped = await import('node:fs').then((fs) =>
      fs.readFileSync(join(hotfixDir, 'KB3004383.yaml'), 'utf8'),
    );
    write('KB1.yaml', shipped);
    const error = await badInputOf(loadHotfix('KB1', folder()));
    expect(error.problems).toMatchObject([
      { field: 'id', message: expect.stringContaining('KB3004383') },
    ]);
    expect(error.problems[0]?.line).toBeGreaterThan(1);
  });

  test('a folder that is not there is said', async () => {
    const error = await badInputOf(loadHotfix('KB1', join(folder(), 'nowhere')));
    expect(error.message).toContain('folder of hotfix definitions');
  });
});
