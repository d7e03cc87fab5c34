import type { FailureCode } from '../../../contracts/failures';
import { listenByScript } from './scripted-listener';
import type { Exchange, ScriptedListener } from './scripted-listener';
import { failureOf, openQuick } from './scene';

let listener: ScriptedListener;

afterEach(() => listener.close());

async function listen(script: (exchange: Exchange) => void): Promise<void> {
  listener = await listenByScript(script);
}

/** Answers `kind` once (or always) in its own way, everything else as a healthy host. */
function onceAt(kind: Exchange['kind'], act: (exchange: Exchange) => void, times = 1) {
  let left = times;
  return (exchange: Exchange): void => {
    if (exchange.kind === kind && left-- > 0) act(exchange);
    else exchange.usual();
  };
}

const always = Infinity;

describe('a fault becomes a failure by its code alone', () => {
  test.each<{ at: Exchange['kind']; fault: number; code: FailureCode }>([
    { at: 'create', fault: 5, code: 'rights-missing' },
    { at: 'create', fault: 2147942405, code: 'rights-missing' },
    { at: 'create', fault: 2150859173, code: 'too-many-sessions' },
    { at: 'create', fault: 2150859174, code: 'too-many-sessions' },
    { at: 'create', fault: 2150858817, code: 'protocol-error' },
    { at: 'create', fault: 1115, code: 'connection-lost' },
    { at: 'create', fault: 2147943726, code: 'login-refused' },
    { at: 'command', fault: 14, code: 'too-many-sessions' },
    { at: 'command', fault: 5, code: 'rights-missing' },
    { at: 'command', fault: 2150859174, code: 'too-many-sessions' },
    { at: 'command', fault: 2150858843, code: 'connection-lost' },
    { at: 'receive', fault: 2150858843, code: 'connection-lost' },
    { at: 'receive', fault: 995, code: 'connection-lost' },
    { at: 'receive', fault: 2150859010, code: 'protocol-error' },
  ])('$fault at $at is $code', async ({ at, fault, code }) => {
    await listen(onceAt(at, (exchange) => exchange.fault(fault), always));
    const attempt = async (): Promise<void> => {
      const session = await openQuick(listener.port);
      try {
        await session.run('ver');
      } finally {
        await session.close();
      }
    };
    const failure = await failureOf(attempt());
    expect(failure).toMatchObject({ code, facts: { faultCode: fault, machine: 'HOST' } });
    expect(failure.message).toContain(`127.0.0.1:${listener.port}`);
  });
});

describe('what is tried again', () => {
  test.each([2150858843, 995, 2147943418])(
    'a command that a dead shell refused (%i) goes into a new shell, once',
    async (fault) => {
      await listen(onceAt('command', (exchange) => exchange.fault(fault)));
      const session = await openQuick(listener.port);
      await expect(session.run('ver')).resolves.toMatchObject({ exitCode: 0 });
      await session.close();
      expect(listener.seen.slice(0, 6)).toEqual([
        'create',
        'command',
        'delete',
        'create',
        'command',
        'receive',
      ]);
    },
  );

  test('a full quota of operations: the own shell is freed first, then one more attempt', async () => {
    await listen(onceAt('command', (exchange) => exchange.fault(2150859174)));
    const session = await openQuick(listener.port);
    await expect(session.run('ver')).resolves.toMatchObject({ exitCode: 0 });
    await session.close();
    expect(listener.seen.filter((kind) => kind === 'create')).toHaveLength(2);
  });

  test('the creation of a shell, while the quota is full', async () => {
    await listen(onceAt('create', (exchange) => exchange.fault(2150859173), 3));
    const session = await openQuick(listener.port);
    await expect(session.run('ver')).resolves.toMatchObject({ exitCode: 0 });
    await session.close();
    expect(listener.seen.filter((kind) => kind === 'create')).toHaveLength(4);
  });

  test('a command that may have been accepted is never sent twice', async () => {
    await listen(onceAt('command', (exchange) => exchange.raw.socket.destroy()));
    const session = await openQuick(listener.port);
    expect((await failureOf(session.run('ver'))).code).toBe('connection-lost');
    await session.close();
    expect(listener.seen.filter((kind) => kind === 'command')).toHaveLength(1);
    expect(listener.seen).toContain('delete');
  });

  test('Receive, as long as the host says that nothing happened yet', async () => {
    await listen(onceAt('receive', (exchange) => exchange.fault(2150858793), 3));
    const session = await openQuick(listener.port);
    await expect(session.run('ver')).resolves.toMatchObject({ exitCode: 0 });
    await session.close();
    // The first silence closes standard input, for a command that waits for it.
    expect(listener.seen.slice(1, 7)).toEqual([
      'command',
      'receive',
      'send',
      'receive',
      'receive',
      'receive',
    ]);
    expect(listener.requests[3]).toMatchObject({ kind: 'send', end: true, bytes: Buffer.alloc(0) });
  });

  test('but not beyond the deadline of the command', async () => {
    await listen(
      onceAt('receive', (exchange) => setTimeout(() => exchange.fault(2150858793), 100), always),
    );
    const session = await openQuick(listener.port);
    const result = await session.run('ver', { timeoutMs: 350 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null });
    // Ended and freed before the caller hears of it.
    expect(listener.seen.slice(-2)).toEqual(['signal', 'delete']);
    await session.close();
  });

  test('a busy input stream, after a pause', async () => {
    await listen(onceAt('send', (exchange) => exchange.fault(170), 3));
    const session = await openQuick(listener.port);
    const upload = session.upload({ bytes: Buffer.from('x'), sha256: '0'.repeat(64) }, 'C:\\x');
    await failureOf(upload);
    await session.close();
    const sends = listener.requests.filter((request) => request.kind === 'send');
    expect(sends).toHaveLength(4);
    expect(new Set(sends.map((send) => send.bytes.toString()))).toEqual(new Set(['eA==\r\n']));
  });

  test('a Send that timed out is not repeated: the host has it', async () => {
    await listen(onceAt('send', (exchange) => exchange.fault(2150858793)));
    const session = await openQuick(listener.port);
    await failureOf(session.upload({ bytes: Buffer.from('x'), sha256: '0'.repeat(64) }, 'C:\\x'));
    await session.close();
    expect(listener.seen.filter((kind) => kind === 'send')).toHaveLength(1);
  });
});

test('a shell is replaced after ten commands, and every command is terminated after its end', async () => {
  await listen((exchange) => exchange.usual());
  const session = await openQuick(listener.port);
  for (let run = 0; run < 11; run += 1) await session.run('ver');
  await session.close();
  const count = (kind: string): number => listener.seen.filter((seen) => seen === kind).length;
  expect([count('create'), count('signal'), count('delete')]).toEqual([2, 11, 2]);
  expect(listener.seen.lastIndexOf('create')).toBeGreaterThan(listener.seen.indexOf('delete'));
});

test('an answer to another request is not believed', async () => {
  await listen(
    onceAt('create', (exchange) =>
      exchange.answer(
        200,
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header><a:RelatesTo>uuid:other</a:RelatesTo></s:Header><s:Body/></s:Envelope>',
      ),
    ),
  );
  const failure = await failureOf(openQuick(listener.port));
  expect(failure.code).toBe('protocol-error');
  expect(failure.message).toContain('relates to another request');
});
