import type { Comparison, GateCheck } from '../../contracts/gate';
import { measured } from './measure-scene';
import { modelHost } from './model-host';
import type { PrometheusServer } from './prometheus-answers';
import { servePrometheus } from './prometheus-answers';
import { dependenciesOn, hash } from './run-step';

let server: PrometheusServer;
beforeEach(async () => {
  server = await servePrometheus();
});
afterEach(() => server.close());

type Check = GateCheck & { readonly kind: 'prometheus' };
const below = (value: number): Comparison => ({ op: '<', value });

const ask = (query: string, change: Partial<Check> = {}) =>
  measured(dependenciesOn(modelHost()), hash, {
    check: {
      kind: 'prometheus',
      url: server.url,
      query,
      timeoutMs: 10_000,
      success: below(5),
      failure: null,
      caFile: null,
      credentialRef: null,
      ...change,
    },
  });

it.each([
  { query: 'up', is: 'successful', says: '1, as asked < 5' },
  { query: 'scalar(up)', is: 'successful', says: '1, as asked < 5' },
  {
    query: 'prometheus_http_request_duration_seconds_bucket{handler="/x"} or vector(0.04)',
    is: 'successful',
    says: '0.04, as asked < 5',
  },
  { query: '-vector(1)/0', is: 'successful', says: '-Infinity, as asked < 5' },
  { query: 'vector(1)/0', is: 'failed', says: 'Infinity is not < 5' },
  { query: 'up == 5', is: 'inconclusive', says: 'the query found nothing' },
  { query: 'NaN', is: 'inconclusive', says: 'a value is not a number (NaN)' },
  { query: 'vector(0)/0', is: 'inconclusive', says: 'a value is not a number (NaN)' },
  { query: '"text"', is: 'error', says: 'with a string, not with a scalar or a vector' },
  { query: 'up[5s]', is: 'error', says: 'with a matrix, not with a scalar or a vector' },
  { query: 'up{', is: 'error', says: 'unexpected end of input inside braces' },
  { query: '', is: 'error', says: 'no expression found in input' },
  { query: 'what the server does not know', is: 'error', says: 'answered 404 without JSON' },
])('the answer of Prometheus to $query is $is', async ({ query, is, says }) => {
  const { phase, message } = await ask(query);
  expect(message).toContain(says);
  expect(phase).toBe(is);
});

it('with two conditions a value between them is inconclusive', async () => {
  const conditions = { success: below(1), failure: { op: '>', value: 2 } } as const;
  expect((await ask('up', conditions)).phase).toBe('inconclusive');
  expect((await ask('vector(1)/0', conditions)).phase).toBe('failed');
  expect((await ask('-vector(1)/0', conditions)).phase).toBe('successful');
});

/** Made after the documentation and after what proxies give in between. */
describe('no yes is read out of', () => {
  const vector = (...samples: unknown[]) => ({
    status: 'success',
    data: { resultType: 'vector', result: samples },
  });
  it.each([
    { what: 'an empty page', body: '', is: 'error' },
    { what: 'a page for people', body: '<html>Sign in</html>', is: 'error' },
    { what: 'null', body: 'null', is: 'error' },
    { what: 'a list', body: '[]', is: 'error' },
    { what: 'JSON of something else', body: '{"result":1}', is: 'error' },
    { what: 'success without data', body: '{"status":"success"}', is: 'error' },
    {
      what: 'a vector that is none',
      body: '{"status":"success","data":{"resultType":"vector","result":{}}}',
      is: 'error',
    },
    { what: 'a sample without a value', body: JSON.stringify(vector({ metric: {} })), is: 'error' },
    {
      what: 'a histogram',
      body: JSON.stringify(vector({ metric: {}, histogram: [1, { count: '1' }] })),
      is: 'error',
    },
    { what: 'an empty value', body: JSON.stringify(vector({ value: [1, ''] })), is: 'error' },
    {
      what: 'a number that is no text',
      body: JSON.stringify(vector({ value: [1, 1] })),
      is: 'error',
    },
    { what: 'a value with more', body: JSON.stringify(vector({ value: [1, '1x'] })), is: 'error' },
    {
      what: 'data that came with a warning: what is missing may have said no',
      body: JSON.stringify({ ...vector({ value: [1, '1'] }), warnings: ['remote read failed'] }),
      is: 'inconclusive',
    },
    {
      what: 'a no that came with a warning',
      body: JSON.stringify({ ...vector({ value: [1, '9'] }), warnings: ['remote read failed'] }),
      is: 'failed',
    },
    {
      what: 'more than a megabyte',
      body: JSON.stringify({ ...vector({ value: [1, '1'] }), rest: 'x'.repeat(1_100_000) }),
      is: 'error',
    },
  ])('$what', async ({ body, is }) => {
    server.answerWith(200, body);
    expect((await ask('up')).phase).toBe(is);
  });

  it('an error that says success in its data', async () => {
    const body = {
      ...vector({ value: [1, '1'] }),
      status: 'error',
      errorType: 'timeout',
      error: 'x',
    };
    server.answerWith(503, JSON.stringify(body));
    expect(await ask('up')).toMatchObject({
      phase: 'error',
      message: expect.stringMatching(/timeout, x$/),
    });
  });

  it('success that came with the status of an error', async () => {
    server.answerWith(502, JSON.stringify(vector({ value: [1, '1'] })));
    expect((await ask('up')).phase).toBe('error');
  });

  it('a server that is away', async () => {
    const { url } = server;
    await server.close();
    expect(await ask('up', { url })).toMatchObject({
      phase: 'error',
      message: expect.stringContaining('no answer (ECONNREFUSED)'),
    });
  });
});
