import { expandHosts } from '../../../clients/inventory/host-range';
import { pythonValue } from '../../../clients/inventory/python-literal';
import { parsePythonYaml } from '../../../clients/inventory/python-yaml';
import { splitWords } from '../../../clients/inventory/shell-words';

test.each([
  { written: 'web[01:03]', names: ['web01', 'web02', 'web03'], port: null },
  { written: 'db-[a:e:2].test:5985', names: ['db-a.test', 'db-c.test', 'db-e.test'], port: 5985 },
  { written: 'r[1:2]-[8:9]', names: ['r1-8', 'r1-9', 'r2-8', 'r2-9'], port: null },
  { written: 'n[:2]', names: ['n0', 'n1', 'n2'], port: null },
  { written: '[2001:db8::7]:5986', names: ['2001:db8::7'], port: 5986 },
  { written: '10.0.0.[9:10]', names: ['10.0.0.9', '10.0.0.10'], port: null },
])('$written names hosts', ({ written, names, port }) => {
  expect(expandHosts(written)).toEqual({ names, port });
});

test.each(['[web', 'web[1]', 'web[1:]', 'web[01:2]', 'web[c:a]', 'web[1:9:0]', 'n[0:999999]'])(
  '%s names no hosts',
  (written) => {
    expect(() => expandHosts(written)).toThrow(/range|closed/);
  },
);

test.each([
  { text: '5986', value: 5986 },
  { text: '5986 # WinRM', value: 5986 },
  { text: '0x1F', value: 31 },
  { text: '017', value: '017' },
  { text: 'True', value: true },
  { text: 'true', value: 'true' },
  { text: 'None', value: null },
  { text: '\'a\' "b"', value: 'ab' },
  { text: "'CONTOSO\\admin'", value: 'CONTOSO\u0007dmin' },
  { text: "r'CONTOSO\\admin'", value: 'CONTOSO\\admin' },
  { text: "['ntlm', ('a',), {'b': 1.5}]", value: ['ntlm', ['a'], { b: 1.5 }] },
  { text: '1, 2', value: [1, 2] },
  { text: 'kerberos,ntlm', value: 'kerberos,ntlm' },
  { text: '10.0.0.1', value: '10.0.0.1' },
  { text: '1+1', value: '1+1' },
  { text: "'open", value: "'open" },
  {
    text: `${'['.repeat(1000)}${']'.repeat(1000)}`,
    value: `${'['.repeat(1000)}${']'.repeat(1000)}`,
  },
])('$text is $value to Python', ({ text, value }) => {
  expect(pythonValue(text)).toEqual(value);
});

test.each([
  { line: `a b="c d" e='f "g"' # h`, words: ['a', 'b=c d', 'e=f "g"'] },
  {
    line: 'a=C:\\Temp b="C:\\Temp" c=\'C:\\Temp\'',
    words: ['a=C:Temp', 'b=C:\\Temp', 'c=C:\\Temp'],
  },
  { line: 'a#b c', words: ['a'] },
  { line: `'' x"y"z`, words: ['', 'xyz'] },
])('words of $line', ({ line, words }) => {
  expect(splitWords(line)).toEqual(words);
});

test.each([
  { yaml: 'a: yes', value: true },
  { yaml: 'a: y', value: 'y' },
  { yaml: 'a: 010', value: 8 },
  { yaml: 'a: 1e3', value: '1e3' },
  { yaml: 'a: 12:30', value: 750 },
  { yaml: 'a:', value: null },
  { yaml: 'a: "010"', value: '010' },
  { yaml: 'a: !unsafe "{{ x }}"', value: '{{ x }}' },
  { yaml: '{"a": 1e3}', value: 1000 },
  { yaml: 'b: &b { c: 1, d: 2 }\na: { <<: *b, c: 3 }', value: { c: 3, d: 2 } },
  { yaml: 'a: { <<: [{ c: 1 }, { c: 2, d: 2 }] }', value: { c: 1, d: 2 } },
  { yaml: 'a: 1\na: 2', value: 2 },
])('$yaml is $value to Ansible', ({ yaml, value }) => {
  const read = parsePythonYaml(yaml);
  const entry = read.entries(read.root)?.find(({ key }) => key === 'a');
  expect(read.value(entry?.node)).toEqual(value);
});

test('aliases that blow up are refused before they do', () => {
  const levels = 'bcdefghij'.split('').map((name, index, all) => {
    const inner = index === 0 ? 'a' : all[index - 1];
    return `${name}: &${name} [${Array(9).fill(`*${inner}`).join(', ')}]`;
  });
  const read = parsePythonYaml(`a: &a [x]\n${levels.join('\n')}\n`);
  expect(() => read.value(read.root)).toThrow('blow it up');
});
