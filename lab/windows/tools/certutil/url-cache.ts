import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import { askServer } from '../../web/ask-server';
import { statusFailure, WebFailure } from '../../web/web-failure';
import { badParameter, VerbFailed, win32Failure } from './result';

/**
 * `-urlcache -split -f URL File` fetches into memory and writes the file at once; `-urlcache URL delete` empties the
 * cache of it. Any account may do so, with any server that answers.
 */
export async function urlCache(
  invocation: Invocation,
  [url, to, more]: readonly string[],
  isForced: boolean,
): Promise<void> {
  if (url === undefined || to === undefined || more !== undefined) throw badParameter();
  if (to.toLowerCase() === 'delete') return;
  if (!isForced || !/^https?:\/\//i.test(url) || !URL.canParse(url)) throw badParameter();
  const { host, context, stdout, workingDirectory } = invocation;
  const pieces: Buffer[] = [];
  const fetching = askServer(host, context.control, {
    url,
    method: 'GET',
    onHead: ({ status }) => {
      if (status !== 200) throw statusFailure(status);
    },
    onBytes: (bytes) => pieces.push(bytes),
  });
  await fetching.catch((error: unknown) => {
    throw error instanceof WebFailure ? verbFailureOf(error) : error;
  });
  const bytes = Buffer.concat(pieces);
  const path = resolvePath(to, workingDirectory);
  host.files.write(path, bytes);
  host.record('url-fetched', { url, path, bytes: bytes.length, tool: 'certutil' });
  stdout.line('****  Online  ****');
  stdout.line('  000000  ...');
  stdout.line(`  ${bytes.length.toString(16).padStart(6, '0')}`);
}

function verbFailureOf({ code, message }: WebFailure): VerbFailed {
  const isWin32 = (code & 0xffff0000) >>> 0 === 0x80070000;
  return isWin32
    ? win32Failure(message, code & 0xffff)
    : new VerbFailed(`${message}.`, code, String(code | 0));
}
