import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { generate } from 'selfsigned';
import type { ActivityDependencies } from '../../activities';
import { Failure } from '../../contracts/failures';
import type { GateCheck } from '../../contracts/gate';
import { measured } from './measure-scene';
import { modelHost } from './model-host';
import { dependenciesOn, hash, preview, quiet, target } from './run-step';

type Check = GateCheck & { readonly kind: 'http' };

interface Served {
  readonly url: string;
  readonly asked: { readonly url: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

async function serve(
  listener: RequestListener,
  tls?: { key: string; cert: string },
): Promise<Served> {
  const asked: Served['asked'] = [];
  const recording: RequestListener = (request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    listener(request, response);
  };
  const server = tls === undefined ? createServer(recording) : createTlsServer(tls, recording);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const checkOf = (url: string, change: Partial<Check> = {}): Check => ({
  kind: 'http',
  url,
  timeoutMs: 10_000,
  status: [200],
  contains: null,
  caFile: null,
  credentialRef: null,
  ...change,
});

const ask = (check: Check, deps: Partial<ActivityDependencies> = {}) =>
  measured(dependenciesOn(modelHost(), deps), hash, { check, hostId: target.hostId });

describe('a page', () => {
  let server: Served;
  beforeAll(async () => {
    server = await serve((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      const [, kind = '', rest = ''] = pathname.split('/');
      if (kind === 'status') response.writeHead(Number(rest), { location: '/page' }).end('moved');
      else if (kind === 'page') response.end('all queues are fine');
      else if (kind === 'long') response.end(`${'x'.repeat(1_100_000)}fine`);
      else if (kind === 'cut') {
        response.writeHead(200, { 'content-length': 100 }).write('fi');
        response.socket?.resetAndDestroy();
      } else if (kind === 'stuck') response.writeHead(200).write('fi');
      else if (kind === 'reset') response.socket?.resetAndDestroy();
      else if (kind === 'nonsense') response.socket?.end('what?\r\n\r\n');
      // Everything else is never answered.
    });
  });
  afterAll(() => server.close());

  it.each([
    { path: '/page', is: 'successful', says: '/page answered 200' },
    { path: '/status/500', is: 'failed', says: '/status/500 answered 500' },
    { path: '/status/503', change: { status: [200, 503] }, is: 'successful', says: 'answered 503' },
    { path: '/page', change: { status: [204] }, is: 'failed', says: 'answered 200' },
    // It leads to a page that is fine.
    { path: '/status/302', is: 'failed', says: 'answered 302' },
    { path: '/status/302', change: { status: [302] }, is: 'successful', says: 'answered 302' },
    { path: '/page', change: { contains: 'fine' }, is: 'successful', says: 'with "fine"' },
    { path: '/page', change: { contains: 'Fine' }, is: 'failed', says: 'without "Fine"' },
    { path: '/status/404', change: { contains: 'moved' }, is: 'failed', says: 'answered 404' },
    { path: '/long', is: 'successful', says: 'answered 200' },
    { path: '/long', change: { contains: 'fine' }, is: 'error', says: 'more than a megabyte' },
    { path: '/long', change: { contains: 'xxx' }, is: 'successful', says: 'with "xxx"' },
    { path: '/cut', change: { contains: 'fi' }, is: 'error', says: 'no answer (ECONNRESET)' },
    { path: '/reset', is: 'error', says: 'no answer (ECONNRESET)' },
    { path: '/nonsense', is: 'error', says: 'no answer (HPE_INVALID_CONSTANT)' },
    { path: '/silent', change: { timeoutMs: 300 }, is: 'error', says: 'no answer within 300 ms' },
    {
      path: '/stuck',
      change: { timeoutMs: 300, contains: 'fine' },
      is: 'error',
      says: 'no answer within 300 ms',
    },
  ])('$path with $change is $is', async ({ path, change, is, says }) => {
    const { phase, message } = await ask(checkOf(`${server.url}${path}`, change));
    expect(message).toContain(says);
    expect(phase).toBe(is);
  });

  it('is asked for with the names of the host, and its query is not shown', async () => {
    const url = `${server.url}/page/{host}?at={address}`;
    const { message } = await ask(checkOf(url));
    expect(server.asked.at(-1)?.url).toBe('/page/mail7?at=192.0.2.7');
    expect(message).toBe(`${server.url}/page/mail7 answered 200`);
  });

  it('of the host itself is found by its address', async () => {
    const { port } = new URL(server.url);
    const [host] = preview.content.hosts;
    if (host === undefined) throw new Error('the preview has a host');
    const connection = { ...host.connection, address: '127.0.0.1' };
    const read = () =>
      Promise.resolve({
        ...preview,
        content: { ...preview.content, hosts: [{ ...host, connection }] },
      });
    const { phase } = await ask(checkOf(`http://{address}:${port}/page`), { previews: { read } });
    expect(phase).toBe('successful');
  });

  it('that is waited for is let go when the question is called off', async () => {
    const environment = new MockActivityEnvironment({}, { logger: quiet });
    const silent = await serve(() => environment.cancel());
    try {
      const check = checkOf(silent.url);
      const deps = dependenciesOn(modelHost());
      const question = { check, hostId: target.hostId };
      await expect(measured(deps, hash, question, environment)).rejects.toThrow('CANCELLED');
    } finally {
      await silent.close();
    }
  });

  it.each([
    { url: 'http://127.0.0.1:9/x', says: 'no answer (ECONNREFUSED)' },
    { url: 'http://nowhere.invalid/x', says: 'no answer (' },
    { url: 'ftp://127.0.0.1/x', says: 'no http or https address' },
    { url: 'http://127.0.0.1:99999/x', says: 'no http or https address' },
  ])('$url is no answer', async ({ url, says }) => {
    const { phase, message } = await ask(checkOf(url));
    expect(message).toContain(says);
    expect(phase).toBe('error');
  });
});

describe('over TLS', () => {
  let server: Served;
  let folder: string;
  let caFile: string;
  beforeAll(async () => {
    const names = [{ name: 'commonName', value: 'mon' }];
    const pems = await generate(names, {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const other = await generate(names, {});
    folder = mkdtempSync(join(tmpdir(), 'gate-ca-'));
    caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, pems.cert);
    writeFileSync(join(folder, 'other.pem'), other.cert);
    writeFileSync(join(folder, 'nonsense.pem'), 'what?');
    server = await serve(
      (request, response) => response.end(`you sent ${request.headers.authorization ?? 'nothing'}`),
      { key: pems.private, cert: pems.cert },
    );
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('a server is believed by the certificates of caFile', async () => {
    expect((await ask(checkOf(server.url, { caFile }))).phase).toBe('successful');
  });

  it.each([
    { name: null, says: 'no answer (DEPTH_ZERO_SELF_SIGNED_CERT)' },
    { name: 'other.pem', says: 'no answer (' },
    { name: 'nonsense.pem', says: 'no answer (' },
    { name: 'missing.pem', says: 'missing.pem cannot be read (ENOENT)' },
  ])('with caFile $name it is not, and that is no answer', async ({ name, says }) => {
    const file = name === null ? null : join(folder, name);
    const { phase, message } = await ask(checkOf(server.url, { caFile: file }));
    expect(message).toContain(says);
    expect(phase).toBe('error');
  });

  it('a name that the certificate has not is no answer', async () => {
    const url = server.url.replace('127.0.0.1', 'localhost');
    const { phase, message } = await ask(checkOf(url, { caFile }));
    expect(message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(phase).toBe('error');
  });

  const secret = 'eyJhbGciOi.t0ken~+/=';
  const withToken = (password: string): Partial<ActivityDependencies> => ({
    resolveCredential: () => Promise.resolve({ username: 'gate', password }),
  });
  const credentialRef = 'env:TOKEN';

  it('a token is sent, and what comes back of it is not shown', async () => {
    const check = checkOf(server.url, { caFile, credentialRef, contains: 'you sent Bearer ***' });
    const { phase, message } = await ask(check, withToken(secret));
    expect(server.asked.at(-1)?.authorization).toBe(`Bearer ${secret}`);
    expect(message).not.toContain(secret);
    expect(phase).toBe('successful');
  });

  it('a token is never sent over plain http', async () => {
    const plain = await serve((_request, response) => response.end());
    try {
      expect(await ask(checkOf(plain.url, { credentialRef }), withToken(secret))).toMatchObject({
        phase: 'error',
        message: 'a token is not sent over plain http',
      });
      expect(plain.asked).toEqual([]);
    } finally {
      await plain.close();
    }
  });

  it.each(['', 'two words', 'line\r\nbreak: x', 'tökén'])(
    '%j is no token, and is not shown',
    async (password) => {
      const check = checkOf(server.url, { caFile, credentialRef });
      const { phase, message } = await ask(check, withToken(password));
      expect(phase).toBe('error');
      expect(message).toBe('the credential env:TOKEN holds no token');
    },
  );

  it('a credential that is not there is no answer', async () => {
    const missing = () =>
      Promise.reject(new Failure('credential-missing', 'the credential env:TOKEN is not set'));
    const check = checkOf(server.url, { caFile, credentialRef });
    expect(await ask(check, { resolveCredential: missing })).toMatchObject({
      phase: 'error',
      message: 'the credential env:TOKEN is not set',
    });
  });
});
