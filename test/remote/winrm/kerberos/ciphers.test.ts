import { randomBytes } from 'node:crypto';
import { createKerberosMechanism } from '../../../../remote/winrm/kerberos/mechanism';
import type { SecurityContext } from '../../../../remote/winrm/security-context';
import { judgeTest } from '../../../judges/judge';
import { enterEnvironment, hasRealm, startRealm } from '../../../peers/realm';
import type { Realm } from '../../../peers/realm';
import type { AcceptorLogin } from './acceptor';
import { handshake, startAcceptor } from './acceptor';

const isThere = hasRealm();
let realm: Realm;
let leave: () => void;

const service = 'HTTP/localhost';
const hugo = { username: 'hugo@KRBTEST.COM', password: 'geheim' };

/** Matchers walk a Buffer byte by byte, which takes seconds for these. */
const isSame = (one: Buffer | string, other: Buffer): boolean =>
  Buffer.isBuffer(one) && one.equals(other);

beforeAll(async () => {
  if (!isThere) return;
  realm = await startRealm({
    services: [service],
    users: [['hugo', hugo.password]],
    krb5Conf: { libdefaults: { allow_rc4: 'true' } },
  });
  leave = enterEnvironment(realm.environment);
});

afterAll(async () => {
  if (!isThere) return;
  leave();
  await realm.close();
});

describe('ciphers', () => {
  /** A ticket whose key is of a cipher, and a host that takes no other ones than these. */
  async function withCipher(
    cipher: string,
    ciphersOfHost: string,
    act: (context: SecurityContext, login: AcceptorLogin) => Promise<void>,
  ): Promise<void> {
    await realm.kadmin('change_password', '-e', `${cipher}:normal`, '-randkey', service);
    await realm.kadmin('ktadd', '-k', realm.keytab, '-norandkey', service);
    await realm.kadmin('setstr', service, 'session_enctypes', cipher);
    const ofHost = { libdefaults: { permitted_enctypes: ciphersOfHost } };
    const host = startAcceptor(await realm.variant('host', ofHost));
    try {
      const mechanism = await createKerberosMechanism({
        credential: hugo,
        servicePrincipal: service,
        host: 'localhost:5985',
        scheme: 'Negotiate',
      });
      const context = mechanism.createContext({ channelBindings: null });
      const login = await host.open('pyspnego', 'negotiate');
      const { accepted } = await handshake(context, login);
      expect(accepted).toMatchObject({ complete: true, refused: null });
      await act(context, login);
      context.dispose();
      mechanism.dispose();
    } finally {
      await host.close();
    }
  }

  for (const [cipher, ciphersOfHost, headerLength] of [
    ['aes128-cts-hmac-sha1-96', 'aes128-cts-hmac-sha1-96', 60],
    ['aes256-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96', 60],
    ['aes128-cts-hmac-sha256-128', 'aes128-cts-hmac-sha256-128', 64],
    ['aes256-cts-hmac-sha384-192', 'aes256-cts-hmac-sha384-192', 72],
    // The two agree on a better key for their messages (RFC 4537).
    ['rc4-hmac', 'aes256-cts-hmac-sha1-96 rc4-hmac', 60],
  ] as const) {
    const title = `${cipher} seals in the layout of Windows with a host of ${ciphersOfHost}`;
    judgeTest(title, isThere, async () => {
      await withCipher(cipher, ciphersOfHost, async (context, login) => {
        for (const length of [1, 15, 16, 17, 4000]) {
          const message = randomBytes(length);
          const parts = context.seal(message);
          expect([parts.header.length, parts.data.length]).toEqual([headerLength, length]);
          // oxlint-disable-next-line no-await-in-loop -- messages have an order
          expect(isSame(await login.unseal(parts), message)).toBe(true);
          // oxlint-disable-next-line no-await-in-loop -- as above
          expect(isSame(context.unseal(await login.seal(message)), message)).toBe(true);
        }
      });
    });
  }

  judgeTest('RC4 and nothing better logs in, and says that it does not seal', isThere, async () => {
    await withCipher('rc4-hmac', 'rc4-hmac', async (context) => {
      let thrown: unknown = null;
      try {
        context.seal(Buffer.from('message'));
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'kerberos-unavailable', facts: { reason: 'cipher' } });
      return Promise.resolve();
    });
  });
});
