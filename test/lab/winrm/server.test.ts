import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer, WinRmServerOptions } from '../../../lab/winrm/server';
import type { WindowsOptions } from '../../../lab/types';
import { parseEnvelope } from '../../../remote/winrm/wire/envelope';
import { parseFault } from '../../../remote/winrm/wire/fault';
import * as requests from '../../../remote/winrm/wire/shell-requests';
import * as readers from '../../../remote/winrm/wire/shell-responses';
import { account, createFakeMachine } from './fake-machine';
import type { FakeMachine } from './fake-machine';

let machine: FakeMachine;
let server: WinRmServer;

async function serve(
  windows: WindowsOptions = {},
  options: Partial<WinRmServerOptions> = {},
): Promise<void> {
  machine = createFakeMachine(
    {
      end: ({ line, exit }) => exit(Number(line.slice(4))),
      hang: () => undefined,
      'code page': ({ options: { codePage }, out, exit }) => {
        out(String(codePage));
        exit(0);
      },
    },
    windows,
  );
  server = await serveWinRm(machine, { scheme: 'http', ...options });
}

afterEach(() => server.close());

const header = (operationTimeoutMs = 5000) => ({
  to: 'http://host/wsman',
  messageId: 'uuid:1',
  operationTimeoutMs,
  maxEnvelopeBytes: 153_600,
});
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const authorization = basic(`${account.username}:${account.password}`);

interface Reply {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Buffer;
}

function post(
  body: Buffer,
  headers: { [name: string]: string } = {},
  path = '/wsman',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port: server.port,
      host: '127.0.0.1',
      method: 'POST',
      path,
      agent: false,
      headers: { 'content-type': 'application/soap+xml', authorization, ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.end(body);
  });
}

const bodyOf = (reply: Reply) => parseEnvelope(reply.body).body;
const faultOf = (reply: Reply) => parseFault(bodyOf(reply))?.code;

async function createShell(codePage = 65001): Promise<string> {
  const reply = await post(requests.buildCreate(header(), { codePage, idleTimeoutMs: 60_000 }));
  return readers.parseCreateResponse(bodyOf(reply));
}

async function start(shellId: string, line: string): Promise<string> {
  const reply = await post(requests.buildCommand(header(), shellId, line));
  return readers.parseCommandResponse(bodyOf(reply));
}

async function receive(shellId: string, commandId: string, timeoutMs?: number): Promise<Reply> {
  return post(requests.buildReceive(header(timeoutMs), shellId, commandId));
}

function canConnect(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('the door', () => {
  test.each([
    { name: 'no login', headers: { authorization: '' } },
    { name: 'a wrong password', headers: { authorization: basic(`${account.username}:wrong`) } },
    { name: 'another scheme', headers: { authorization: 'Negotiate TlRMTVNTUAAB' } },
    { name: 'a login without colon', headers: { authorization: basic('nobody') } },
  ])('asks for what it takes on $name', async ({ headers }) => {
    await serve();
    const reply = await post(requests.buildIdentify(), headers);
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Negotiate, Basic realm="WSMAN"');
    expect(reply.body).toHaveLength(0);
  });

  test('refuses the right password while the fault says so', async () => {
    await serve();
    machine.faults = { refuseLogin: true };
    expect((await post(requests.buildIdentify())).status).toBe(401);
    machine.faults = {};
    expect((await post(requests.buildIdentify())).status).toBe(200);
  });

  test.each([
    { edition: '2008r2-sp1', version: 'OS: 6.1.7601 SP: 1.0 Stack: 2.0' },
    { edition: '2008r2-rtm', version: 'OS: 6.1.7600 SP: 0.0 Stack: 2.0' },
    { edition: '2012r2', version: 'OS: 6.3.9600 SP: 0.0 Stack: 3.0' },
  ] as const)('says what it is: $edition', async ({ edition, version }) => {
    await serve({ edition });
    const reply = await post(requests.buildIdentify());
    expect(readers.parseIdentifyResponse(bodyOf(reply)).productVersion).toBe(version);
  });

  test('knows one path, in any case', async () => {
    await serve();
    expect((await post(requests.buildIdentify(), {}, '/')).status).toBe(404);
    expect((await post(requests.buildIdentify(), {}, '/WSMan')).status).toBe(200);
  });

  test('takes SOAP of at most 150 KB, and no XML that is not well', async () => {
    await serve();
    expect((await post(requests.buildIdentify(), { 'content-type': 'text/plain' })).status).toBe(
      415,
    );
    expect((await post(Buffer.alloc(153_601, ' '))).status).toBe(413);
    const reply = await post(Buffer.from('<s:Envelope'));
    expect([reply.status, faultOf(reply)]).toEqual([500, 2150858817]);
  });
});

describe('a shell', () => {
  test('has the code page that was asked for', async () => {
    await serve();
    const shellId = await createShell(850);
    const commandId = await start(shellId, 'code page');
    const received = readers.parseReceiveResponse(
      bodyOf(await receive(shellId, commandId)),
      commandId,
    );
    expect(received.output).toEqual([{ stream: 'stdout', bytes: Buffer.from('850') }]);
  });

  test.each([
    { edition: '2008r2-sp1', described: false },
    { edition: '2012r2', described: true },
  ] as const)('is described by its edition: $edition', async ({ edition, described }) => {
    await serve({ edition });
    const reply = await post(
      requests.buildCreate(header(), { codePage: 437, idleTimeoutMs: 1000 }),
    );
    expect(/<rsp:Shell[ >]/.test(reply.body.toString())).toBe(described);
  });

  test('that nobody made does not exist', async () => {
    await serve();
    for (const message of [
      requests.buildCommand(header(), 'nope', 'end 0'),
      requests.buildReceive(header(), 'nope', 'nope'),
      requests.buildDelete(header(), 'nope'),
    ]) {
      const reply = await post(message);
      expect([reply.status, faultOf(reply)]).toEqual([500, 2150858843]);
    }
  });

  test('of another resource does not exist either', async () => {
    await serve();
    const message = requests
      .buildCreate(header(), { codePage: 437, idleTimeoutMs: 1 })
      .toString()
      .replaceAll('shell/cmd', 'shell/other');
    expect(faultOf(await post(Buffer.from(message)))).toBe(2150858811);
  });

  test('number six is refused on 2008 R2, until one is deleted', async () => {
    await serve();
    const shells = [];
    for (let count = 0; count < 5; count += 1) shells.push(await createShell());
    const create = requests.buildCreate(header(), { codePage: 437, idleTimeoutMs: 1000 });
    expect(faultOf(await post(create))).toBe(2150859173);
    await post(requests.buildDelete(header(), shells[0] ?? ''));
    expect((await post(create)).status).toBe(200);
  });

  test('that is idle goes away by itself, with what runs in it', async () => {
    await serve({}, { limits: { shellIdleMs: 300 } });
    const shellId = await createShell();
    await start(shellId, 'hang');
    while (server.openShells() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(machine.running.size).toBe(0);
  });
});

describe('a command', () => {
  test('number sixteen is refused on 2008 R2 although the others have ended and were terminated', async () => {
    await serve();
    const shellId = await createShell();
    for (let count = 0; count < 15; count += 1) {
      const commandId = await start(shellId, 'end 0');
      await receive(shellId, commandId);
      await post(requests.buildTerminate(header(), shellId, commandId));
    }
    const next = requests.buildCommand(header(), shellId, 'end 0');
    expect(faultOf(await post(next))).toBe(2150859174);
  });

  test('number sixteen is nothing special on 2012 R2', async () => {
    await serve({ edition: '2012r2' });
    const shellId = await createShell();
    for (let count = 0; count < 16; count += 1) await start(shellId, 'end 0');
    expect(machine.started).toHaveLength(16);
  });

  test('ends with a negative number for an HRESULT, as xs:int has it', async () => {
    await serve();
    const shellId = await createShell();
    const reply = await receive(shellId, await start(shellId, 'end 2148468766'));
    expect(reply.body.toString()).toContain('<rsp:ExitCode>-2146498530</rsp:ExitCode>');
  });

  test('that says nothing is answered with a time-out, when the operation timeout has passed', async () => {
    await serve();
    const shellId = await createShell();
    const startedAt = performance.now();
    const reply = await receive(shellId, await start(shellId, 'hang'), 60);
    expect([reply.status, faultOf(reply)]).toEqual([500, 2150858793]);
    expect(performance.now() - startedAt).toBeGreaterThan(50);
  });

  test('that is terminated dies, and who waits for it hears that it was ended', async () => {
    await serve();
    const shellId = await createShell();
    const commandId = await start(shellId, 'hang');
    const waiting = receive(shellId, commandId);
    await post(requests.buildTerminate(header(), shellId, commandId));
    expect(faultOf(await waiting)).toBe(995);
    expect(machine.running.size).toBe(0);
  });

  test('that has ended takes no input', async () => {
    await serve();
    const shellId = await createShell();
    const commandId = await start(shellId, 'end 0');
    await receive(shellId, commandId);
    const send = requests.buildSend(header(), { shellId, commandId }, Buffer.from('x'), false);
    expect(faultOf(await post(send))).toBe(995);
  });

  test('keeps its output for the next who asks when the first one hung up', async () => {
    await serve();
    let print: () => void = () => undefined;
    machine = createFakeMachine({
      later: ({ out, exit }) => {
        print = () => {
          out('late');
          exit(0);
        };
      },
    });
    await server.close();
    server = await serveWinRm(machine, { scheme: 'http' });
    const shellId = await createShell();
    const commandId = await start(shellId, 'later');
    const request = httpRequest({
      port: server.port,
      method: 'POST',
      path: '/wsman',
      agent: false,
      headers: { 'content-type': 'application/soap+xml', authorization },
    });
    request.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      request.end(requests.buildReceive(header(), shellId, commandId), resolve);
    });
    request.destroy();
    // An exchange of its own, behind which the listener has noticed that the first connection is gone.
    await receive(shellId, commandId, 50);
    print();
    const { body } = await receive(shellId, commandId);
    expect(body.toString()).toContain(Buffer.from('late').toString('base64'));
  });
});

describe('faults of the lab', () => {
  test('the n-th reply is cut, counted from when the fault was set, and only that one', async () => {
    await serve();
    await post(requests.buildIdentify());
    machine.faults = { cutReply: 2 };
    expect((await post(requests.buildIdentify())).status).toBe(200);
    await expect(post(requests.buildIdentify())).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect((await post(requests.buildIdentify())).status).toBe(200);
  });

  test('unreachable: always keeps the port closed, and it opens when the fault is lifted', async () => {
    machine = createFakeMachine();
    machine.faults = { unreachable: 'always' };
    server = await serveWinRm(machine, { scheme: 'http' });
    expect(server.port).toBeGreaterThan(0);
    expect(await canConnect()).toBe(false);
    machine.faults = {};
    server.faultsChanged();
    while (!(await canConnect())) await new Promise(setImmediate);
    machine.faults = { unreachable: 'always' };
    server.faultsChanged();
    expect(await canConnect()).toBe(false);
  });

  test('unreachable: after-first-session closes the port once the first shell was deleted', async () => {
    await serve();
    machine.faults = { unreachable: 'after-first-session' };
    const shellId = await createShell();
    expect((await post(requests.buildDelete(header(), shellId))).status).toBe(200);
    expect(await canConnect()).toBe(false);
  });
});

describe('the power of the machine', () => {
  test('off closes the port and cuts what runs; on opens the same port, without the old shells', async () => {
    await serve();
    const { port } = server;
    const shellId = await createShell();
    const commandId = await start(shellId, 'hang');
    const waiting = receive(shellId, commandId).then(
      () => 'answered',
      () => 'cut',
    );
    await receive(shellId, commandId, 20);
    machine.switchPower('off');
    expect(await waiting).toBe('cut');
    expect(await canConnect()).toBe(false);
    expect(server.openShells()).toBe(0);
    machine.switchPower('on');
    while (!(await canConnect())) await new Promise(setImmediate);
    expect(server.port).toBe(port);
    expect(faultOf(await receive(shellId, commandId))).toBe(2150858843);
  });

  test('may go off and on within one turn', async () => {
    await serve();
    machine.switchPower('off');
    machine.switchPower('on');
    machine.switchPower('off');
    machine.switchPower('on');
    while (!(await canConnect())) await new Promise(setImmediate);
    expect((await post(requests.buildIdentify())).status).toBe(200);
  });

  test('that is off from the start leaves the port closed', async () => {
    machine = createFakeMachine();
    machine.switchPower('off');
    server = await serveWinRm(machine, { scheme: 'http' });
    expect(await canConnect()).toBe(false);
  });
});

test('https needs a certificate', async () => {
  await serve();
  await expect(serveWinRm(machine, { scheme: 'https' })).rejects.toThrow('needs tls');
});

test('a port that is taken is refused', async () => {
  await serve();
  await expect(serveWinRm(machine, { scheme: 'http', port: server.port })).rejects.toThrow(
    'EADDRINUSE',
  );
});
