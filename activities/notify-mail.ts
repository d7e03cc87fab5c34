import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { NodemailerError, SMTPTransportOptions } from 'nodemailer';
import type { NoticeChannel, NotifyInput } from '../contracts/notification';
import type { NoticeText } from '../domain/notice/words';
import type { Delivery } from './notify-delivery';
import { passwordBehind } from './notify-delivery';
import { connectionFailure, errorCodeOf, noticeFailure, tooSlow } from './notify-failure';
import type { Undelivered } from './notify-failure';
import { trustFor } from './notify-trust';

type MailChannel = Extract<NoticeChannel, { kind: 'smtp' }>;

export async function sendMail(
  input: NotifyInput,
  channel: MailChannel,
  { subject, text }: NoticeText,
  delivery: Delivery,
): Promise<void> {
  const { name, from, to } = channel;
  const transport = createTransport(await transportOf(channel, delivery));
  let refused: readonly string[];
  try {
    const { rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      // When it happened: a try after hours is no other message.
      date: new Date(input.at),
      messageId: messageIdOf(input.noticeId, channel),
      // RFC 3834: nobody's absence note answers it.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Rollout-Notice': input.noticeId },
      signal: delivery.signal,
    });
    refused = rejected;
  } catch (error) {
    throw noticeFailure(name, delivery.signal.aborted ? tooSlow(delivery.timeoutMs) : told(error));
  } finally {
    transport.close();
  }
  // Final, although the reply may have been a passing one: another try would tell the others again.
  if (refused.length > 0) {
    throw noticeFailure(name, {
      code: 'notice-refused',
      what: `the server takes no mail for ${refused.join(', ')}; the others were told`,
      facts: { refused: refused.length, of: to.length },
    });
  }
}

/** A reply longer than this is no mail server's. */
const maxResponseSize = 64 * 1024;

async function transportOf(
  channel: MailChannel,
  delivery: Delivery,
): Promise<SMTPTransportOptions> {
  const { name, server, port, security, credentialRef, caFile } = channel;
  const { timeoutMs } = delivery;
  const login = credentialRef === null ? null : await passwordBehind(credentialRef, delivery);
  return {
    host: server,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(security !== 'none' && { tls: await trustFor(name, server, caFile) }),
    ...(login !== null && { auth: { user: login.username, pass: login.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    maxResponseSize,
    // Text of a notice is never the name of something to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The same for every try, so that a server or a reader with both can tell that it is one. */
function messageIdOf(noticeId: string, { name, from }: MailChannel): string {
  const digest = createHash('sha256').update(`${noticeId}\n${name}`).digest('hex').slice(0, 32);
  return `<${digest}.rollout@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** Library errors without a reply of the server that another try cannot better. */
const final: readonly string[] = ['EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE', 'ECONFIG'];

/** By the number of the reply only: its text is the server's, which may quote the login. */
function told(error: unknown): Undelivered {
  const { responseCode, permanent, response, command, originalCode } = error as NodemailerError;
  const code = errorCodeOf(error);
  if (responseCode === undefined) {
    if (!final.includes(code)) return connectionFailure(originalCode ?? code);
    return {
      code: 'notice-refused',
      what: `mail cannot be handed in (${code})`,
      facts: { error: code },
    };
  }
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  const reply = enhanced === undefined ? `${responseCode}` : `${responseCode} ${enhanced}`;
  const step = /^[A-Z]+( [A-Z0-9]+)?/.exec(command ?? '')?.[0] ?? 'CONN';
  const facts = { reply, step, error: code };
  const what = `the server answered ${reply} to ${step}`;
  if (permanent !== true) return { code: 'notice-undelivered', what, facts };
  const advice = adviceFor(code);
  return { code: 'notice-refused', what, facts, ...(advice !== null && { advice }) };
}

function adviceFor(code: string): string | null {
  if (code === 'EAUTH')
    return 'check user name and password behind the credentialRef of the channel';
  if (code === 'ETLS') return 'use a port at which the server offers STARTTLS, or security: tls';
  return null;
}
