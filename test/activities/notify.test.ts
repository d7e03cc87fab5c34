import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webcrypto } from 'node:crypto';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { generate } from 'selfsigned';
import { labCertificates } from '../../lab/winrm/certificates';
import type { NotifyInput } from '../../contracts/notification';
import type { Receiver } from './notice-receivers';
import { closedPort, startReceiver, startTcp } from './notice-receivers';
import { failureOf, noticeTo, now, secretOf, slackAt, tell, webhookTo } from './notify-scene';
import { quiet } from './run-step';

type Answer = (response: ServerResponse, count: number) => void;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function receiverThat(
  answer: Answer,
  tls?: { key: string; cert: string },
): Promise<Receiver> {
  const receiver = await startReceiver(answer, tls);
  closing.push(receiver.close);
  return receiver;
}

const saying =
  (status: number, headers: { readonly [name: string]: string } = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end('{}');

describe('a webhook', () => {
  it('is told everything that is known, as JSON', async () => {
    const receiver = await receiverThat(saying(200));
    await tell(noticeTo(webhookTo(receiver.url)));
    expect(receiver.received).toHaveLength(1);
    const [{ method, path, headers, body } = { body: '' }] = receiver.received;
    expect([method, path]).toEqual(['POST', '/hook']);
    expect(JSON.parse(body)).toEqual({
      id: 'CHG1-1/3/night-shift',
      event: 'held',
      at: '2026-03-01T22:00:00.000Z',
      rollout: 'CHG1-1',
      preview: 'a'.repeat(64),
      change: 'CHG1',
      hotfix: 'KB3004383',
      phase: 'held',
      host: 'ex01',
      reason: { code: 'set-full', message: 'dag1 is full: 1 of 1 down', facts: { set: 'dag1' } },
      subject: '[CHG1] KB3004383: held (ex01)',
      text: expect.stringContaining('dag1 is full'),
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-rollout-notice': 'CHG1-1/3/night-shift',
      'x-rollout-timestamp': '1772402405',
    });
    expect(headers).not.toHaveProperty('x-rollout-signature');
  });

  it('is told in the words of its template', async () => {
    const receiver = await receiverThat(saying(204));
    await tell(noticeTo(webhookTo(receiver.url, { template: '{change}: {message}' })));
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      text: 'CHG1: dag1 is full: 1 of 1 down',
    });
  });

  it('can prove with the secret that time and body are those that were sent', async () => {
    const secret = 'pencil-and-ruler-9';
    const receiver = await receiverThat(saying(200));
    const input = noticeTo(webhookTo(receiver.url, { secretRef: 'env:HOOK' }), {
      notice: { event: 'done', reason: { code: 'done', message: 'größer 😀' } },
    });
    await tell(input, { credentials: { 'env:HOOK': secretOf(secret) } });
    const headers = receiver.received[0]?.headers ?? {};
    const body = receiver.received[0]?.body ?? '';
    const [, hex = ''] = /^v1=([0-9a-f]{64})$/.exec(String(headers['x-rollout-signature'])) ?? [];
    const provenWith = async (key: string, text: string): Promise<boolean> => {
      const { subtle } = webcrypto;
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      const imported = await subtle.importKey('raw', Buffer.from(key), algorithm, false, [
        'verify',
      ]);
      return subtle.verify('HMAC', imported, Buffer.from(hex, 'hex'), Buffer.from(text));
    };
    const timestamp = String(headers['x-rollout-timestamp']);
    expect(Number(timestamp)).toBe(Math.floor(now / 1000));
    expect(await provenWith(secret, `${timestamp}.${body}`)).toBe(true);
    expect(await provenWith(`${secret}x`, `${timestamp}.${body}`)).toBe(false);
    expect(await provenWith(secret, `${Number(timestamp) + 1}.${body}`)).toBe(false);
  });

  it.each([200, 201, 202, 204])('has been told when it answers %i', async (status) => {
    const receiver = await receiverThat(saying(status));
    await expect(tell(noticeTo(webhookTo(receiver.url)))).resolves.toBeUndefined();
  });

  it.each([408, 429, 500, 502, 503, 504])('that answers %i is told again later', async (status) => {
    const receiver = await receiverThat(saying(status));
    const failure = await failureOf(noticeTo(webhookTo(receiver.url)));
    expect(failure).toMatchObject({
      code: 'notice-undelivered',
      retryable: true,
      facts: { status },
    });
  });

  it.each([400, 401, 403, 404, 410, 413])('that answers %i is not told again', async (status) => {
    const receiver = await receiverThat(saying(status));
    const failure = await failureOf(noticeTo(webhookTo(receiver.url)));
    expect(failure).toMatchObject({ code: 'notice-refused', retryable: false, facts: { status } });
    expect(failure.message).toBe(`channel night-shift: the server answered ${status}`);
  });

  it.each([301, 302, 303, 307, 308])('may not send notices elsewhere with %i', async (status) => {
    const elsewhere = await receiverThat(saying(200));
    const receiver = await receiverThat(saying(status, { location: elsewhere.url }));
    const failure = await failureOf(noticeTo(webhookTo(receiver.url)));
    expect(failure).toMatchObject({ code: 'notice-refused', facts: { status } });
    expect(failure.advice).toContain('no redirect is followed');
    expect(elsewhere.received).toEqual([]);
  });

  it.each([
    { header: '120', retryAfterMs: 120_000 },
    { header: '999999999', retryAfterMs: 3_600_000 },
    { header: new Date(now + 60_000).toUTCString(), retryAfterMs: 59_750 },
    { header: '0', retryAfterMs: undefined },
    { header: new Date(now - 60_000).toUTCString(), retryAfterMs: undefined },
    { header: 'soon', retryAfterMs: undefined },
    { header: '-5', retryAfterMs: undefined },
  ])('that says Retry-After: $header is left alone so long', async ({ header, retryAfterMs }) => {
    const receiver = await receiverThat(saying(503, { 'retry-after': header }));
    const failure = await failureOf(noticeTo(webhookTo(receiver.url)));
    expect(failure.facts['retryAfterMs']).toBe(retryAfterMs);
  });
});

describe('a receiver that behaves badly costs a bounded time', () => {
  const lost = { code: 'notice-undelivered', retryable: true };

  it('when it never answers', async () => {
    const receiver = await receiverThat(() => undefined);
    const failure = await failureOf(noticeTo(webhookTo(receiver.url)), { timeoutMs: 100 });
    expect(failure).toMatchObject({ ...lost, facts: { error: 'timeout' } });
    expect(receiver.received).toHaveLength(1);
  });

  it('when nothing listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const failure = await failureOf(noticeTo(webhookTo(url)));
    expect(failure).toMatchObject({ ...lost, facts: { error: 'ECONNREFUSED' } });
  });

  it('when it hangs up', async () => {
    const { port, close } = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    closing.push(close);
    const failure = await failureOf(noticeTo(webhookTo(`http://127.0.0.1:${port}/`)));
    expect(failure).toMatchObject({ ...lost, facts: { error: 'ECONNRESET' } });
  });

  it.each([
    { what: 'no HTTP', text: 'SSH-2.0-OpenSSH_9.2\r\n' },
    { what: 'headers without an end', text: `HTTP/1.1 200 OK\r\n${'X-A: a\r\n'.repeat(9000)}` },
  ])('when it speaks $what', async ({ text }) => {
    const { port, close } = await startTcp((socket) =>
      socket.once('data', () => socket.write(text)),
    );
    closing.push(close);
    const failure = await failureOf(noticeTo(webhookTo(`http://127.0.0.1:${port}/`)));
    expect(failure).toMatchObject({ ...lost, facts: { error: expect.stringMatching(/^HPE_/) } });
  });

  const endless: Answer = (response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  };

  it('when its answer has no end: the status is enough, and it is cut off', async () => {
    let cutOff: Promise<unknown> = Promise.reject(new Error('nothing was asked'));
    cutOff.catch(() => undefined);
    const receiver = await receiverThat((response, count) => {
      cutOff = once(response, 'close');
      endless(response, count);
    });
    await tell(noticeTo(webhookTo(receiver.url)));
    await cutOff;
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    { status: 200, failure: null },
    { status: 500, failure: 'notice-undelivered' },
    { status: 404, failure: 'notice-refused' },
  ])('when its answer stops in the middle: $status counts', async ({ status, failure }) => {
    const receiver = await receiverThat((response) => {
      response.writeHead(status, { 'content-length': '1000' }).write('x');
    });
    const input = noticeTo(webhookTo(receiver.url));
    const code = await tell(input, { timeoutMs: 200 }).then(
      () => null,
      (error: { code?: string }) => error.code,
    );
    expect(code).toBe(failure);
  });
});

describe('TLS', () => {
  let folder: string;
  let caFile: string;
  let otherCa: string;
  let tls: { key: string; cert: string };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'notify-'));
    const [own, other] = await Promise.all([labCertificates(), labCertificates()]);
    [caFile, otherCa] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
    writeFileSync(caFile, own.caPem);
    writeFileSync(otherCa, other.caPem);
    tls = own;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is believed when the issuer is the one that the plan names', async () => {
    const receiver = await receiverThat(saying(200), tls);
    await tell(noticeTo(webhookTo(receiver.url, { caFile })));
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    { what: 'that nobody named', of: () => null },
    { what: 'that is not the named one', of: () => otherCa },
  ])('is refused for good with an issuer $what', async ({ of }) => {
    const receiver = await receiverThat(saying(200), tls);
    const failure = await failureOf(noticeTo(webhookTo(receiver.url, { caFile: of() })));
    expect(failure).toMatchObject({ code: 'notice-refused', retryable: false });
    expect(failure.message).toContain('the certificate of the server is not trusted');
    expect(failure.advice).toContain('caFile');
    expect(receiver.received).toEqual([]);
  });

  it('is refused when the certificate has another name', async () => {
    const other = await generate([{ name: 'commonName', value: 'elsewhere' }], {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'elsewhere.contoso.test' }] },
      ],
    });
    const file = join(folder, 'named.pem');
    writeFileSync(file, other.cert);
    const receiver = await receiverThat(saying(200), { key: other.private, cert: other.cert });
    const failure = await failureOf(noticeTo(webhookTo(receiver.url, { caFile: file })));
    expect(failure).toMatchObject({ facts: { error: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(receiver.received).toEqual([]);
  });

  it('is missed at a port that speaks plain HTTP', async () => {
    const receiver = await receiverThat(saying(200));
    const url = receiver.url.replace('http:', 'https:');
    const failure = await failureOf(noticeTo(webhookTo(url)));
    expect(failure).toMatchObject({ code: 'notice-refused' });
    expect(failure.message).toContain('no TLS with the server at this port');
  });

  it.each([
    { what: 'is not there', text: null },
    { what: 'holds no certificate', text: 'nothing' },
  ])('has a word about a caFile that $what', async ({ text }) => {
    const file = join(folder, text === null ? 'missing.pem' : 'empty.pem');
    if (text !== null) writeFileSync(file, text);
    const receiver = await receiverThat(saying(200), tls);
    const failure = await failureOf(noticeTo(webhookTo(receiver.url, { caFile: file })));
    expect(failure).toMatchObject({ code: 'bad-request', facts: { channel: 'night-shift' } });
    expect(failure.advice).toContain('caFile of the channel');
  });
});

describe('a chat room like those of Slack', () => {
  const roomOf = (url: string) => ({ credentials: { 'env:ROOM': secretOf(url) } });

  it('is told a text in which nothing calls anybody', async () => {
    const receiver = await receiverThat(saying(200));
    const notice: NotifyInput['notice'] = {
      event: 'held',
      reason: { code: 'x', message: 'a <!channel> & b' },
    };
    await tell(noticeTo(slackAt('env:ROOM'), { notice }), roomOf(`${receiver.url}/T1/B2/s3cr3t`));
    const [{ path, body } = { body: '' }] = receiver.received;
    expect(path).toBe('/hook/T1/B2/s3cr3t');
    expect(JSON.parse(body)).toEqual({
      text: expect.stringContaining('a &lt;!channel&gt; &amp; b'),
    });
  });

  it.each([404, 500])('keeps its address secret when it answers %i', async (status) => {
    const receiver = await receiverThat(saying(status));
    const failure = await failureOf(
      noticeTo(slackAt('env:ROOM')),
      roomOf(`${receiver.url}/T1/B2/s3`),
    );
    expect(failure.message).toBe(`channel night-shift: the server answered ${status}`);
  });

  it('keeps its address secret when it is not reached', async () => {
    const url = `http://localhost:${await closedPort()}/T1/B2/s3cr3t`;
    const failure = await failureOf(noticeTo(slackAt('env:ROOM')), roomOf(url));
    expect(failure).toMatchObject({ code: 'notice-undelivered' });
  });

  it.each([
    { address: 'http://hooks.contoso.test/T1/B2/s3cr3t', says: 'is plain http' },
    { address: 'hunter2hunter2', says: 'is no address of a web server' },
    { address: 'https://me:hunter2@hooks.contoso.test/', says: 'has a user name or password' },
  ])('is refused with an address that $says', async ({ address, says }) => {
    const failure = await failureOf(noticeTo(slackAt('env:ROOM')), roomOf(address));
    expect(failure).toMatchObject({ code: 'notice-refused', facts: { credentialRef: 'env:ROOM' } });
    expect(failure.message).toContain(`the address behind env:ROOM ${says}`);
  });

  it('is refused with a credential that is no password', async () => {
    const credentials = { 'env:ROOM': { username: 'x', privateKey: 'key' } };
    const failure = await failureOf(noticeTo(slackAt('env:ROOM')), { credentials });
    expect(failure).toMatchObject({ code: 'credential-malformed' });
  });
});

describe('whoever can start a workflow', () => {
  it('cannot have a secret sent to where no preview of the worker sends it', async () => {
    const receiver = await receiverThat(saying(200));
    const resolved: string[] = [];
    const planned = webhookTo(receiver.url, { secretRef: 'env:HOOK' });
    const world = { channels: [planned], resolved };
    for (const channel of [
      webhookTo(receiver.url, { secretRef: 'env:FLEET' }),
      webhookTo(`${receiver.url}/other`, { secretRef: 'env:HOOK' }),
      slackAt('env:HOOK'),
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one receiver
      const failure = await failureOf(noticeTo(channel), world);
      expect(failure).toMatchObject({ code: 'bad-request', retryable: false });
    }
    expect(resolved).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it('cannot ask for what is malformed', async () => {
    const input = noticeTo(webhookTo('https://x.test/'), { noticeId: 'a\r\nX-Evil: 1' });
    expect(await failureOf(input)).toMatchObject({ code: 'bad-request' });
  });
});

it('a worker that shuts down lets go of a receiver that does not answer', async () => {
  const environment = new MockActivityEnvironment({}, { logger: quiet });
  const receiver = await receiverThat(() =>
    environment.cancel(
      'WORKER_SHUTDOWN',
      new ActivityCancellationDetails({ workerShutdown: true }),
    ),
  );
  const told = tell(noticeTo(webhookTo(receiver.url)), { environment });
  await expect(told).rejects.toBeInstanceOf(CancelledFailure);
});
