import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { Failure } from '../../contracts/failures';
import type { ActivityDependencies } from '../dependencies';

export interface PageRequest {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly caFile: string | null;
  readonly credentialRef: string | null;
  readonly signal: AbortSignal;
}

export interface Page {
  readonly status: number;
  /** The first megabyte of it. */
  readonly body: string;
  readonly isWhole: boolean;
}

const maxBodyBytes = 1024 * 1024;

/**
 * Gets a page; redirects are not followed, since they may lead to a page for people that is always fine.
 *
 * @param wantsBody whether what the status promises is needed at all
 * @throws Failure when there was no answer, or none that is whole enough to be one
 */
export async function getPage(
  deps: Pick<ActivityDependencies, 'resolveCredential'>,
  wanted: PageRequest,
  wantsBody: (status: number) => boolean,
): Promise<Page> {
  const headers = await headersOf(deps, wanted);
  const ca = wanted.caFile === null ? undefined : await trustedIn(wanted.caFile);
  const deadline = AbortSignal.timeout(wanted.timeoutMs);
  const signal = AbortSignal.any([wanted.signal, deadline]);
  try {
    const response = await sent(wanted.url, { headers, ca, signal });
    const status = response.statusCode ?? 0;
    if (wantsBody(status)) {
      const { body, isWhole } = await bodyOf(response);
      return { status, body: withoutToken(body, headers), isWhole };
    }
    response.destroy();
    return { status, body: '', isWhole: false };
  } catch (error) {
    wanted.signal.throwIfAborted();
    const why = deadline.aborted ? `within ${wanted.timeoutMs} ms` : `(${wordsOf(error)})`;
    throw new Failure('host-unreachable', `${shownUrl(wanted.url)}: no answer ${why}`);
  }
}

/** Without what comes after the `?`. */
export const shownUrl = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

/** @throws Failure `bad-request` */
export function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Failure('bad-request', 'what the gate asks is no http or https address');
}

function sent(
  url: URL,
  { headers, ca, signal }: { headers: Headers; ca: string | undefined; signal: AbortSignal },
): Promise<IncomingMessage> {
  // A connection of its own: one that was kept may be dead, which would be taken for the server's silence.
  const options = { headers, signal, agent: false as const };
  return new Promise((resolve, reject) => {
    const asked =
      url.protocol === 'https:'
        ? requestTls(url, { ...options, ...(ca === undefined ? {} : { ca }) }, resolve)
        : requestPlain(url, options, resolve);
    asked.on('error', reject);
    asked.end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<Pick<Page, 'body' | 'isWhole'>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxBodyBytes) break;
  }
  const body = Buffer.concat(parts).subarray(0, maxBodyBytes).toString('utf8');
  return { body, isWhole: bytes <= maxBodyBytes };
}

type Headers = { readonly [name: string]: string } & { readonly authorization?: string };
const bearer = 'Bearer ';

/** A server that tells what it was sent must not bring the token into a report. */
const withoutToken = (body: string, { authorization }: Headers): string =>
  authorization === undefined ? body : body.replaceAll(authorization.slice(bearer.length), '***');

async function headersOf(
  { resolveCredential }: Pick<ActivityDependencies, 'resolveCredential'>,
  { url, credentialRef }: PageRequest,
): Promise<Headers> {
  const plain = { accept: '*/*', 'cache-control': 'no-cache', 'user-agent': 'hotfix-rollout' };
  if (credentialRef === null) return plain;
  if (url.protocol !== 'https:') {
    throw new Failure('unencrypted-refused', 'a token is not sent over plain http', {
      advice: 'use https, or leave out credentialRef',
    });
  }
  const credential = await resolveCredential(credentialRef);
  const token = 'password' in credential ? credential.password : undefined;
  // What a header cannot carry would be refused with the token in the message.
  if (token === undefined || !/^[\u0021-\u007e]+$/.test(token)) {
    throw new Failure('credential-malformed', `the credential ${credentialRef} holds no token`, {
      facts: { credentialRef },
      advice: 'make it JSON with a username and the token as password',
    });
  }
  return { ...plain, authorization: `${bearer}${token}` };
}

async function trustedIn(caFile: string): Promise<string> {
  try {
    return await readFile(caFile, 'utf8');
  } catch (error) {
    throw new Failure('certificate-invalid', `${caFile} cannot be read (${wordsOf(error)})`, {
      facts: { caFile },
      advice: 'put the PEM file there for the worker',
    });
  }
}

/** The code that Node gives says it all; its sentences may quote what was sent. */
function wordsOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : 'the connection failed';
}
