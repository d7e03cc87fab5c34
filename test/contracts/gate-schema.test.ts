import { parse } from 'yaml';
import { z } from 'zod';
import { planGates } from '../../contracts/gate.schema';
import { fieldName, parseWith } from '../../contracts/parsed.schema';
import { gateFields } from '../../contracts/resolved-gate.schema';

const problemsIn = (schema: z.ZodType, raw: unknown): string[] => {
  const parsed = parseWith(schema, raw);
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, message }) => `${fieldName(path)} ${message}`);
};
const problemsOf = (yaml: string): string[] => problemsIn(planGates, parse(yaml));

const written = `
- { name: mail-flow, before: wave, command: { run: queue.cmd, host: mon1 } }
- name: front-page
  fromWave: 2
  count: 5
  interval: 1m
  initialDelay: 2m
  failureLimit: 1
  consecutiveErrorLimit: 2
  inconclusiveLimit: 3
  http: { url: "https://mail.contoso.test/owa", status: [200, 302], contains: Sign in, timeout: 5s, caFile: ca.pem, credentialRef: env:TOKEN }
- name: error-rate
  after: host
  prometheus: { url: "http://{address}:9090", query: 'rate(errors{host="{host}"}[5m])', success: "< 0.05", failure: ">= 1e2" }
- name: no-crashes
  after: host
  events: { channel: System, id: 7031, provider: Service Control Manager, within: 15m, max: 2 }
`;

const defaults = {
  count: 1,
  intervalMs: 30_000,
  initialDelayMs: 0,
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  inconclusiveLimit: 0,
};

test('gates of all kinds are read, with the limits of Argo Rollouts where nothing is said', () => {
  expect(planGates.parse(parse(written))).toEqual([
    {
      ...defaults,
      name: 'mail-flow',
      when: { before: 'wave', fromWave: 1 },
      check: {
        kind: 'command',
        command: 'queue.cmd',
        host: 'mon1',
        timeoutMs: 60_000,
        success: [0],
        inconclusive: [],
      },
    },
    {
      name: 'front-page',
      when: { before: 'wave', fromWave: 2 },
      check: {
        kind: 'http',
        url: 'https://mail.contoso.test/owa',
        status: [200, 302],
        contains: 'Sign in',
        timeoutMs: 5000,
        caFile: 'ca.pem',
        credentialRef: 'env:TOKEN',
      },
      count: 5,
      intervalMs: 60_000,
      initialDelayMs: 120_000,
      failureLimit: 1,
      consecutiveErrorLimit: 2,
      inconclusiveLimit: 3,
    },
    {
      ...defaults,
      name: 'error-rate',
      when: { after: 'host' },
      check: {
        kind: 'prometheus',
        url: 'http://{address}:9090',
        query: 'rate(errors{host="{host}"}[5m])',
        success: { op: '<', value: 0.05 },
        failure: { op: '>=', value: 100 },
        timeoutMs: 30_000,
        caFile: null,
        credentialRef: null,
      },
    },
    {
      ...defaults,
      name: 'no-crashes',
      when: { after: 'host' },
      check: {
        kind: 'events',
        channel: 'System',
        eventId: 7031,
        provider: 'Service Control Manager',
        host: null,
        withinMs: 900_000,
        max: 2,
        timeoutMs: 60_000,
      },
    },
  ]);
});

test.each([
  { gate: '{ name: a, after: host }', problem: '[0] asks nothing' },
  {
    gate: '{ name: a, after: host, command: { run: x }, http: { url: "https://x.test" } }',
    problem: '[0] asks in more than one way',
  },
  { gate: '{ name: a, command: { run: x } }', problem: '[0] does not say when it is asked' },
  {
    gate: '{ name: a, after: host, fromWave: 2, command: { run: x } }',
    problem: '[0] does not say when it is asked',
  },
  { gate: '{ name: a b, after: host, command: { run: x } }', problem: '[0].name is "a b"' },
  { gate: '{ name: a, after: host, count: 0, command: { run: x } }', problem: '[0].count is 0' },
  {
    gate: '{ name: a, after: host, count: 3, failureLimit: 3, command: { run: x } }',
    problem: '[0].failureLimit is 3, which 3 measurements never exceed',
  },
  {
    gate: '{ name: a, after: host, inconclusiveLimit: 1, command: { run: x } }',
    problem: '[0].inconclusiveLimit is 1, which 1 measurements never exceed',
  },
  {
    gate: '{ name: a, after: host, command: { run: "x {hosts}" } }',
    problem: '[0].command.run has the unknown placeholder {hosts}',
  },
  {
    gate: '{ name: a, after: host, http: { url: "https://{address}/{name}" } }',
    problem: '[0].http.url has the unknown placeholder {name}',
  },
  {
    gate: '{ name: a, before: wave, command: { run: "x {host}", host: mon1 } }',
    problem: '[0].command.run has {host}, but before a wave there is no host',
  },
  {
    gate: '{ name: a, before: wave, http: { url: "https://{address}" } }',
    problem: '[0].http.url has {address}, but before a wave there is no host',
  },
  {
    gate: `{ name: a, before: wave, prometheus: { url: "http://x.test", query: 'up{x="{host}"}', success: "> 0" } }`,
    problem: '[0].prometheus.query has {host}, but before a wave there is no host',
  },
  {
    gate: '{ name: a, before: wave, command: { run: x } }',
    problem: '[0].command.host is missing: before a wave there is no host',
  },
  {
    gate: '{ name: a, before: wave, events: { channel: System, id: 1, within: 1m } }',
    problem: '[0].events.host is missing: before a wave there is no host',
  },
  {
    gate: '{ name: a, after: host, command: { run: x, success: [0, -1], inconclusive: [4294967295] } }',
    problem: '[0].command.inconclusive has a code that says yes and nothing',
  },
  {
    gate: '{ name: a, after: host, http: { url: "ftp://x.test" } }',
    problem: '[0].http.url is "ftp://x.test"',
  },
  {
    gate: '{ name: a, after: host, http: { url: "https://u:p@x.test" } }',
    problem: '[0].http.url has a user name or password in it',
  },
  {
    gate: '{ name: a, after: host, http: { url: "http://x.test", credentialRef: "env:T" } }',
    problem: '[0].http.credentialRef goes over plain http, which everybody on the way can read',
  },
  {
    gate: '{ name: a, after: host, prometheus: { url: "http://x.test", query: up } }',
    problem: '[0].prometheus.success is missing, and so is failure: no answer would be a yes',
  },
  {
    gate: '{ name: a, after: host, prometheus: { url: "http://x.test", query: up, success: "=< 1" } }',
    problem: '[0].prometheus.success is "=< 1"',
  },
  {
    gate: '{ name: a, after: host, events: { channel: System, id: 1, within: 31d } }',
    problem: '[0].events.within is "31d"',
  },
])('$gate is refused: $problem', ({ gate, problem }) => {
  expect(problemsOf(`[${gate}]`)).toEqual([problem]);
});

test('two gates of one name are refused', () => {
  const gate = '{ name: a, after: host, command: { run: x } }';
  expect(problemsOf(`[${gate}, ${gate}]`)).toEqual(['[1].name is the second gate "a"']);
});

test.each([`sum({__name__=~"a{2}", x!="y"})`, '{ exit 1 }', '${Env:X}', '{Get}'])(
  'the braces of %s are no placeholder',
  (run) => {
    expect(
      problemsIn(planGates, [{ name: 'a', before: 'wave', command: { run, host: 'mon1' } }]),
    ).toEqual([]);
  },
);

test('what a plan resolves to is what a preview takes', () => {
  const gates = planGates.parse(parse(written));
  expect(gateFields.parse(gates)).toEqual(gates);
});

test.each([
  { change: { count: 0 }, problem: '[0].count is 0' },
  {
    change: { failureLimit: 9 },
    problem: '[0].failureLimit is 9, which 1 measurements never exceed',
  },
  {
    change: { when: { before: 'wave', fromWave: 1 } },
    problem: '[0].check.host is missing: before a wave there is no host',
  },
  { change: { interval: '1m' }, problem: '[0].interval is not a known field' },
])('a preview with $change is refused', ({ change, problem }) => {
  const [, , , events] = planGates.parse(parse(written));
  expect(problemsIn(gateFields, [{ ...events, ...change }])).toEqual([problem]);
});

test('editors are told that a gate asks in one way', () => {
  expect(z.toJSONSchema(planGates, { io: 'input', unrepresentable: 'any' })).toMatchObject({
    items: {
      additionalProperties: false,
      required: ['name'],
      oneOf: ['command', 'http', 'prometheus', 'events'].map((name) => ({ required: [name] })),
    },
  });
});
