import type { Failure } from '../../../contracts/failures';
import type { WinRmConnection } from '../../../contracts/fleet';
import { defaultTuning } from '../../../remote/winrm/config';
import { createDialer } from '../../../remote/winrm/dial';
import type { Dialed, DialerOptions } from '../../../remote/winrm/dial';
import type { Target } from '../../../remote/winrm/errors';
import { createHttpConnection } from '../../../remote/winrm/http-connection';
import { loadTrust } from '../../../remote/winrm/trust';
import type { TlsServer } from '../../peers/tls-server';
import { connectionTo, failureOf } from './scene';

export interface Dialing {
  readonly target: Target;
  readonly dial: () => Promise<Dialed>;
  readonly refused: () => Promise<Failure>;
}

/** Dials as a session does, with trust and all, over https unless told otherwise. */
export function dialing(
  port: number,
  more: Partial<WinRmConnection> = {},
  { connectTimeoutMs = 10_000, ...rest }: Partial<DialerOptions> = {},
): Dialing {
  const connection = connectionTo(port, { scheme: 'https', ...more });
  const host = `${connection.address}:${port}`;
  const target = { host, url: `${connection.scheme}://${host}/wsman` };
  const dial = async (): Promise<Dialed> => {
    const trust = await loadTrust(connection);
    return createDialer({ connection, target, trust, connectTimeoutMs, ...rest }).dial();
  };
  return { target, dial, refused: () => failureOf(dial()) };
}

export interface ExchangeOptions {
  /** What the server does between request and answer. */
  readonly meanwhile?: (server: TlsServer) => Promise<void>;
}

/** One request and its answer over a dialed connection; gives back the body of the answer. */
export async function exchangeOver(
  dialed: Dialed,
  target: Target,
  server: TlsServer,
  { meanwhile }: ExchangeOptions = {},
): Promise<string> {
  const connection = createHttpConnection(dialed, target, '/wsman', defaultTuning);
  const options = { timeoutMs: 10_000 };
  try {
    const reply = connection.post(Buffer.from('question'), {}, options);
    // Read below; without a handler a refusal in the meantime would count as unhandled.
    reply.catch(() => undefined);
    await Promise.race([server.until(/question/), reply]);
    await Promise.race([meanwhile?.(server), reply.then(() => undefined)]);
    server.tell('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nanswer');
    return (await reply).body.toString();
  } finally {
    connection.close();
  }
}
