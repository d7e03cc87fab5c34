import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SealedParts, SecurityContext } from '../../../../remote/winrm/security-context';
import { startPython } from '../../../judges/judge';
import type { Environment } from '../../../peers/realm';

export type Library = 'pyspnego' | 'gssapi';
export type Protocol = 'kerberos' | 'negotiate';

export interface Accepted {
  readonly token: Buffer | null;
  readonly complete: boolean;
  readonly user: string | null;
  /** Why not; null when it was taken. */
  readonly refused: string | null;
}

export interface AcceptorLogin {
  accept(token: Buffer): Promise<Accepted>;
  unseal(parts: SealedParts): Promise<Buffer | string>;
  seal(message: Buffer): Promise<SealedParts>;
}

export interface Acceptor {
  open(library: Library, protocol: Protocol, bindings?: Buffer | null): Promise<AcceptorLogin>;
  close(): Promise<void>;
}

type Answer = { readonly [name: string]: string | boolean | null };

/** The host's end of logins, by libraries that we did not write; see acceptor_judge.py. */
export function startAcceptor(environment: Environment): Acceptor {
  const child = startPython(join(__dirname, 'acceptor_judge.py'), environment);
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  const ask = (question: object): Promise<Answer> => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error('the acceptor has ended');
      const said = JSON.parse(line.value) as Answer;
      if (said['error'] !== undefined) throw new Error(String(said['error']));
      return said;
    });
    last = answer.catch(() => null);
    return answer;
  };
  const bytes = (value: unknown): Buffer => Buffer.from(String(value), 'base64');
  const bytesOrNull = (value: unknown): Buffer | null =>
    typeof value === 'string' ? bytes(value) : null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    open: async (library, protocol, bindings = null) => {
      count += 1;
      const id = count;
      await ask({
        do: 'open',
        id,
        library,
        protocol,
        bindings: bindings?.toString('base64') ?? null,
      });
      return {
        accept: async (token) => {
          const said = await ask({ do: 'accept', id, token: token.toString('base64') });
          return {
            token: bytesOrNull(said['token']),
            complete: said['complete'] === true,
            user: text(said['user']),
            refused: text(said['refused']),
          };
        },
        unseal: async ({ header, data }) => {
          const question = { header: header.toString('base64'), data: data.toString('base64') };
          const said = await ask({ do: 'unseal', id, ...question });
          return text(said['unreadable']) ?? bytes(said['message']);
        },
        seal: async (message) => {
          const said = await ask({ do: 'seal', id, message: message.toString('base64') });
          return { header: bytes(said['header']), data: bytes(said['data']) };
        },
      };
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** Tokens back and forth until both ends are done, or one of them refuses. */
export async function handshake(
  context: SecurityContext,
  login: AcceptorLogin,
): Promise<{ readonly accepted: Accepted; readonly tokens: readonly Buffer[] }> {
  const tokens: Buffer[] = [];
  let { token } = await context.step(null);
  for (;;) {
    if (token === null) throw new Error('no token to send');
    tokens.push(token);
    const accepted = await login.accept(token);
    if (accepted.token === null) return { accepted, tokens };
    ({ token } = await context.step(accepted.token));
    if (accepted.complete || token === null) return { accepted, tokens };
  }
}
