import fc from 'fast-check';

/** Inventories that nobody would write, in INI and YAML, with files of variables beside them. */
export interface GeneratedInventory {
  readonly path: string;
  readonly files: { readonly [path: string]: string };
}

const groups = ['alpha', 'beta', 'gamma', 'delta', 'web-servers', 'z9'];
const groupName = fc.constantFrom(...groups);
const host = fc.constantFrom(
  'ex01',
  'ex02',
  'ex[01:03]',
  'db-[a:c].contoso.test',
  'n[1:2]-[0:4:2]',
  '10.0.0.[8:9]:5985',
  'lone.contoso.test:2222',
  'alpha',
);
const variable = fc.constantFrom('ansible_host', 'ansible_user', 'role', 'x1', 'dag', 'site');

/** Texts that look like values of Python, mostly. */
const literal = fc.oneof(
  fc.constantFrom(
    'abc',
    '5986',
    '-5',
    '0x1F',
    '0o17',
    '017',
    '1_0',
    '1e3',
    '.5',
    '5.',
    'True',
    'true',
    'None',
    "'a b'",
    '"a\\tb"',
    "r'C:\\x'",
    '[1, 2]',
    "['a', None]",
    '(1, )',
    '()',
    "{'a': [1]}",
    '{}',
    '1,2',
    'a,b',
    'C:\\Temp',
    'x # y',
    '7 # y',
    "'x' 'y'",
    '...',
    '- 1',
    '1+1',
    'a=b',
    '"open',
    "{'a': 1,}",
    '[1',
    '00',
    '08',
    "u'é'",
    '"\\u00e9"',
    'f"x"',
    'None1',
    '1 2',
    '{1}',
    '-True',
  ),
  fc.stringMatching(/^[a-z0-9.,:_ '"[\](){}=+-]{0,8}$/),
);

const assignment = fc.tuple(variable, literal);

/** A word of a host's line, as careful people quote it; now and then as others do. */
const inlineValue = literal.map((value) =>
  /["\\]/.test(value) || !value.includes("'") ? `'${value.replaceAll("'", '')}'` : `"${value}"`,
);

const hostLine = fc
  .tuple(
    host,
    fc.array(
      fc.tuple(variable, fc.oneof(inlineValue, fc.constantFrom('1', 'a', "x'y'z", 'C:\\T', 'a#b'))),
      { maxLength: 2 },
    ),
  )
  .map(([name, given]) => [name, ...given.map(([key, value]) => `${key}=${value}`)].join(' '));

const section = fc.oneof(
  fc
    .tuple(groupName, fc.array(hostLine, { maxLength: 3 }))
    .map(([name, lines]) => [`[${name}]`, ...lines]),
  fc
    .tuple(fc.constantFrom('all', ...groups), fc.array(assignment, { minLength: 1, maxLength: 3 }))
    .map(([name, given]) => [
      `[${name}:vars]`,
      ...given.map(([key, value]) => `${key} = ${value}`),
    ]),
  fc
    .tuple(groupName, fc.integer({ min: 0, max: 20 }))
    .map(([name, priority]) => [`[${name}:vars]`, `ansible_group_priority=${priority}`]),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 }))
    .map(([from, by]) => [`[${groups[from]}:children]`, groups[Math.min(5, from + by)] ?? '']),
);

const yamlScalar = fc.constantFrom(
  'abc',
  '5986',
  'yes',
  'No',
  'on',
  'y',
  '~',
  '',
  '1e3',
  '1.5e+3',
  '010',
  '0o10',
  '0x1f',
  '1_000',
  '12:30',
  '1:02:03.5',
  "'quoted'",
  '"a\\tb"',
  '[1, a]',
  '{ k: [on] }',
  '1.',
  '.5',
  '-7',
  '+7',
  'a: b'.replace(': ', ':'),
  '!unsafe "x"',
  '!!str 5',
  '!!int "5"',
  '0b101',
  '-0x10',
  '1__0',
  'null',
  'Null',
  'nULL',
  'a #b',
  'a#b',
);
const yamlVariables = fc.dictionary(variable, yamlScalar, { maxKeys: 3 });
const block = (variables: { readonly [name: string]: string }, indent: string): string =>
  Object.entries(variables)
    .map(([name, value]) => `${indent}${name}: ${value}\n`)
    .join('');

const variableFiles = fc.dictionary(
  fc.constantFrom(
    'group_vars/all.yml',
    'group_vars/alpha',
    'group_vars/beta.yaml',
    'group_vars/gamma/one.yml',
    'group_vars/gamma/two.yml',
    'group_vars/z9.json',
    'group_vars/ungrouped.yml',
    'host_vars/ex01.yml',
    'host_vars/ex01/main.yml',
    'host_vars/lone.contoso.test.yml',
  ),
  yamlVariables.map((variables) => block(variables, '')),
  { maxKeys: 4 },
);

const noClash = (files: { readonly [path: string]: string }): { [path: string]: string } =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      path.endsWith('.json') ? JSON.stringify({ role: text, x1: text.length }) : text,
    ]),
  );

/** Mostly every group has a section of its own: one that has none makes the rest of the inventory unreadable. */
const ends = fc.oneof(
  { weight: 5, arbitrary: fc.constant(groups.map((name) => `[${name}]`)) },
  { weight: 1, arbitrary: fc.constant([]) },
);

export const iniInventory: fc.Arbitrary<GeneratedInventory> = fc
  .tuple(
    fc.array(hostLine, { maxLength: 2 }),
    fc.array(section, { minLength: 2, maxLength: 9 }),
    ends,
    variableFiles,
  )
  .map(([first, sections, end, files]) => ({
    path: 'hosts.ini',
    files: {
      'hosts.ini': `${[...first, ...sections.flat(), ...end].join('\n')}\n`,
      ...noClash(files),
    },
  }));

interface YamlGroup {
  readonly variables: { readonly [name: string]: string };
  readonly hosts: { readonly [name: string]: { readonly [name: string]: string } };
  readonly children: readonly number[];
}

const yamlGroup: fc.Arbitrary<YamlGroup> = fc.record({
  variables: yamlVariables,
  hosts: fc.dictionary(
    host.map((name) => `"${name}"`),
    yamlVariables,
    { maxKeys: 3 },
  ),
  children: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
});

/** Children are groups further on, so that no circle comes about; some are told below their parents, some beside them. */
export const yamlInventory: fc.Arbitrary<GeneratedInventory> = fc
  .tuple(fc.array(yamlGroup, { minLength: 1, maxLength: 6 }), fc.boolean(), variableFiles)
  .map(([all, isReversed, files]) => {
    const texts = all.map(({ variables, hosts, children }, index) => {
      const below = children
        .map((by) => groups[Math.min(5, index + by)] ?? '')
        .filter((name) => name !== groups[index]);
      return [
        `${groups[index]}:\n`,
        Object.keys(variables).length > 0 ? `  vars:\n${block(variables, '    ')}` : '',
        Object.keys(hosts).length > 0 ? '  hosts:\n' : '',
        ...Object.entries(hosts).map(([name, own]) => `    ${name}:\n${block(own, '      ')}`),
        below.length > 0
          ? `  children:\n${[...new Set(below)].map((name) => `    ${name}:\n`).join('')}`
          : '',
      ].join('');
    });
    const text = (isReversed ? texts.toReversed() : texts).join('');
    return { path: 'hosts.yml', files: { 'hosts.yml': text, ...noClash(files) } };
  });
