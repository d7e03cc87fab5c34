import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { NoticeChannel, NotifyInput } from '../contracts/notification';
import { webAddressProblem } from '../contracts/notification.schema';
import type { NoticeText } from '../domain/notice/words';
import { escapeForSlack } from '../domain/notice/words';
import type { Delivery } from './notify-delivery';
import { passwordBehind } from './notify-delivery';
import { connectionFailure, errorCodeOf, noticeFailure, tooSlow } from './notify-failure';
import type { Undelivered } from './notify-failure';
import { trustFor } from './notify-trust';

type Channel<K extends NoticeChannel['kind']> = Extract<NoticeChannel, { kind: K }>;

/**
 * The signature is over the time and the body, so that a notice that was recorded on its way cannot be sent again later:
 * a receiver refuses what is older than some minutes.
 */
export async function postToWebhook(
  input: NotifyInput,
  channel: Channel<'webhook'>,
  words: NoticeText,
  delivery: Delivery,
): Promise<void> {
  const body = JSON.stringify(bodyOf(input, words));
  const timestamp = String(Math.floor(delivery.sentAt / 1000));
  const url = new URL(channel.url);
  const headers = {
    'X-Rollout-Notice': input.noticeId,
    'X-Rollout-Timestamp': timestamp,
    ...(channel.secretRef !== null && {
      'X-Rollout-Signature': signatureOf(
        (await passwordBehind(channel.secretRef, delivery)).password,
        `${timestamp}.${body}`,
      ),
    }),
  };
  await post(channel, { url, body, headers, caFile: channel.caFile }, delivery);
}

function bodyOf(input: NotifyInput, { subject, text }: NoticeText) {
  const { rolloutId, previewHash, change, hotfixId, phase, at, noticeId, notice } = input;
  return {
    id: noticeId,
    event: notice.event,
    at,
    rollout: rolloutId,
    preview: previewHash,
    change,
    hotfix: hotfixId,
    phase,
    host: notice.hostId ?? null,
    reason: notice.reason,
    subject,
    text,
  };
}

const signatureOf = (secret: string, signed: string): string =>
  `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`;

/** The address is a secret: who has it can write into the chat room. */
export async function postToSlack(
  channel: Channel<'slack'>,
  { text }: NoticeText,
  delivery: Delivery,
): Promise<void> {
  const address = (await passwordBehind(channel.urlRef, delivery)).password;
  const [what, advice] = webAddressProblem(address, false) ?? [];
  if (what !== undefined) {
    const facts = { credentialRef: channel.urlRef };
    throw noticeFailure(channel.name, {
      code: 'notice-refused',
      what: `the address behind ${channel.urlRef} ${what}`,
      ...(advice !== undefined && { advice }),
      facts,
    });
  }
  const body = JSON.stringify({ text: escapeForSlack(text) });
  await post(channel, { url: new URL(address), body, headers: {}, caFile: null }, delivery);
}

interface Post {
  readonly url: URL;
  readonly body: string;
  readonly headers: { readonly [name: string]: string };
  readonly caFile: string | null;
}

async function post({ name }: NoticeChannel, what: Post, delivery: Delivery): Promise<void> {
  const { url, caFile } = what;
  const trust = url.protocol === 'https:' ? await trustFor(name, url.hostname, caFile) : {};
  let answer: Answer;
  try {
    answer = await exchange(what, { ...trust, signal: delivery.signal });
  } catch (error) {
    throw noticeFailure(
      name,
      delivery.signal.aborted ? tooSlow(delivery.timeoutMs) : connectionFailure(errorCodeOf(error)),
    );
  }
  const refused = judge(answer, delivery.sentAt);
  if (refused !== null) throw noticeFailure(name, refused);
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** What a receiver says beside its status is not looked at; so much is read, so that it can say it in peace. */
const bodyLimit = 64 * 1024;

/** Node's own requests follow no redirect, and so much of headers as they take (16 KB) is enough. */
function exchange({ url, body, headers }: Post, options: RequestOptions): Promise<Answer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null;
    const request = send(url, {
      ...options,
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': 'hotfix-rollout',
      },
    });
    request.on('response', (response) => {
      const found = {
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
      };
      answer = found;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bodyLimit) request.destroy();
      });
      response.on('error', () => resolve(found));
      response.on('close', () => resolve(found));
    });
    // An end in the middle of the body takes nothing back of the status.
    request.on('error', (error) => (answer === null ? reject(error) : resolve(answer)));
    request.end(body);
  });
}

function judge({ status, retryAfter }: Answer, now: number): Undelivered | null {
  if (status >= 200 && status < 300) return null;
  const what = `the server answered ${status}`;
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfterOf(retryAfter, now);
    const facts = { status, ...(retryAfterMs !== null && { retryAfterMs }) };
    return { code: 'notice-undelivered', what, facts };
  }
  const advice =
    status >= 300 && status < 400
      ? 'write the address to which it leads: no redirect is followed'
      : 'check address and secret of the channel';
  return { code: 'notice-refused', what, advice, facts: { status } };
}

const hour = 3_600_000;

/** Seconds or a date (RFC 9110, 10.2.3); null: none, or one that would be over before the next try anyway. */
function retryAfterOf(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const wanted = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return wanted > 0 ? Math.min(wanted, hour) : null;
}
