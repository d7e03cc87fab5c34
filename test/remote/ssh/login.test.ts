import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import type { AuthenticationType, KeyboardInteractiveAuthMethod, ParsedKey } from 'ssh2';
import type { Failure } from '../../../contracts/failures';
import { agentAt } from '../../../remote/ssh/agent';
import { chooseAttempt, requireSshCredential } from '../../../remote/ssh/login';
import { keyAttempts } from '../../../remote/ssh/login-attempt';
import { passwordAttempts } from '../../../remote/ssh/password-attempt';
import { algorithmsOf, keyUnder } from '../../../remote/ssh/signing-key';
import { ed25519KeyPair } from '../../key-pair';

const where = { host: 'host:22' };
const password = () => passwordAttempts({ username: 'a', password: 'b' }, () => undefined);
const key = () =>
  keyAttempts({ username: 'a', privateKey: ed25519KeyPair().private }, where, false);

describe('the way of logging in that is tried next', () => {
  it.each([
    {
      what: 'a password that was wrong',
      attempts: password,
      offered: ['publickey', 'password'],
      next: null,
    },
    {
      what: 'a password that was wrong, where it could be asked for too',
      attempts: password,
      offered: ['password', 'keyboard-interactive'],
      next: null,
    },
    {
      what: 'a password that is not taken, but asked for',
      attempts: password,
      offered: ['publickey', 'keyboard-interactive'],
      next: 'keyboard-interactive',
    },
    { what: 'no use for a password', attempts: password, offered: ['publickey'], next: null },
    {
      what: 'a key that is not known',
      attempts: key,
      offered: ['publickey', 'password'],
      next: null,
    },
  ] satisfies {
    what: string;
    attempts: unknown;
    offered: AuthenticationType[];
    next: AuthenticationType | null;
  }[])('after $what is $next', ({ attempts, offered, next }) => {
    const choose = chooseAttempt(attempts());
    expect(choose(null)?.method).toBe(attempts === password ? 'password' : 'publickey');
    expect(choose(offered)?.method ?? null).toBe(next);
  });

  it('is none after a wrong answer to a question', () => {
    const choose = chooseAttempt(password());
    choose(null);
    choose(['keyboard-interactive']);
    expect(choose(['keyboard-interactive'])).toBeNull();
  });
});

describe('a server that asks for a password', () => {
  it('gets it once, and for what is not echoed', () => {
    const asked: string[] = [];
    const attempts = passwordAttempts({ username: 'a', password: 'b' }, (prompt) =>
      asked.push(prompt),
    );
    const question = attempts.at(-1)?.start as KeyboardInteractiveAuthMethod | undefined;
    const given: string[][] = [];
    const ask = (...prompts: { prompt: string; echo: boolean }[]) =>
      question?.prompt('', '', '', prompts, (answers) => given.push(answers));
    ask({ prompt: 'Name: ', echo: true }, { prompt: 'Password: ', echo: false });
    ask({ prompt: 'New password: ', echo: false });
    ask();
    expect(given).toEqual([['', 'b'], [''], []]);
    expect(asked).toEqual(['Name: ', 'New password: ']);
  });
});

describe('an RSA key', () => {
  const rsa = utils.parseKey(utils.generateKeyPairSync('rsa', { bits: 2048 }).private) as ParsedKey;

  it.each([
    { isLegacy: false, names: ['rsa-sha2-512', 'rsa-sha2-256'] },
    { isLegacy: true, names: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] },
  ])('signs with $names', ({ isLegacy, names }) => {
    const algorithms = algorithmsOf('ssh-rsa', isLegacy);
    expect(algorithms.map(({ name }) => name)).toEqual(names);
    for (const algorithm of algorithms) {
      const shown = keyUnder(rsa, algorithm);
      expect(shown.type).toBe(algorithm.name);
      expect(shown.getPublicSSH()).toEqual(rsa.getPublicSSH());
      const data = Buffer.from('data');
      expect(rsa.verify(data, shown.sign(data), algorithm.digest)).toBe(true);
    }
  });
});

describe('a credential', () => {
  it.each([
    { username: 'a', ticketCache: 'default' },
    { certificate: 'PEM', privateKey: 'PEM' },
  ])('that SSH does not take is malformed', (credential) => {
    expect(() => requireSshCredential(credential, 'host')).toThrow(
      expect.objectContaining({ code: 'credential-malformed' }),
    );
  });
});

describe('what answers in place of an ssh-agent', () => {
  let folder: string;
  let server: Server;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-'));
  });
  afterEach(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    { what: 'an answer without end', answer: 'ffffffff', says: 'what answers is no agent' },
    { what: 'another message', answer: '0000000105', says: 'it refused to list its keys' },
    {
      what: 'more keys than it sends',
      answer: '000000050cffffffff',
      says: 'a field is longer than what it stands in',
    },
    { what: 'half an answer', answer: '0000ff', says: 'it hung up' },
  ])('with $what is told from an agent', async ({ answer, says }) => {
    const path = join(folder, 'socket');
    server = createServer((socket) => {
      socket.once('data', () => socket.end(Buffer.from(answer, 'hex')));
    });
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    const failure = await agentAt(path, where)
      .identities()
      .catch((error: Failure) => error);
    expect(failure).toMatchObject({ code: 'credential-missing' });
    expect((failure as Failure).message).toContain(says);
  });
});
