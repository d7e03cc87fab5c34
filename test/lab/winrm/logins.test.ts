import { X509Certificate, createHash } from 'node:crypto';
import { generate } from 'selfsigned';
import { labCertificates } from '../../../lab/winrm/certificates';
import type { LabCertificates } from '../../../lab/winrm/certificates';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer, WinRmServerOptions } from '../../../lab/winrm/server';
import { parseEnvelope } from '../../../remote/winrm/wire/envelope';
import { parseFault } from '../../../remote/winrm/wire/fault';
import { createNtlmInitiator } from '../../../remote/winrm/wire/ntlm/initiator';
import type { NtlmSecurity } from '../../../remote/winrm/wire/ntlm/security';
import { decodeSealed, encodeSealed } from '../../../remote/winrm/wire/sealed-message';
import * as requests from '../../../remote/winrm/wire/shell-requests';
import { parseIdentifyResponse } from '../../../remote/winrm/wire/shell-responses';
import { account, createFakeMachine } from './fake-machine';
import type { FakeMachine } from './fake-machine';
import { openTalk } from './talk';
import type { Reply, Talk } from './talk';

let machine: FakeMachine;
let server: WinRmServer;
let certificates: LabCertificates;
const talks: Talk[] = [];

beforeAll(async () => {
  certificates = await labCertificates();
});

afterEach(async () => {
  for (const talk of talks.splice(0)) talk.close();
  await server.close();
});

const sealedOnly = { scheme: 'http', auth: ['negotiate'], allowUnencrypted: false } as const;

async function serve(options: WinRmServerOptions, certificate?: string): Promise<void> {
  machine = createFakeMachine({}, {}, certificate);
  const tls = options.scheme === 'https' ? { tls: certificates } : {};
  server = await serveWinRm(machine, { ...tls, ...options });
}

function open(tls: Parameters<typeof openTalk>[1] = null): Talk {
  const talk = openTalk(server.port, tls);
  talks.push(talk);
  return talk;
}

const trusting = () => ({ ca: certificates.caPem });
const empty = Buffer.alloc(0);
const identify = requests.buildIdentify();
const create = requests.buildCreate(
  { to: 'x', messageId: 'uuid:1', operationTimeoutMs: 5000, maxEnvelopeBytes: 153_600 },
  { codePage: 437, idleTimeoutMs: 60_000 },
);

const basic = (pair: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
});
const rightBasic = basic(`${account.username}:${account.password}`);

const initiator = (
  login: { username?: string; domain?: string; password?: string } = {},
  channelBindings: Buffer | null = null,
) =>
  createNtlmInitiator({
    login: { username: 'operator', domain: 'FLEET', password: account.password, ...login },
    channelBindings,
    servicePrincipal: 'HTTP/host',
  });

const tokenIn = (reply: Reply): Buffer => {
  const [, base64 = ''] = /^Negotiate (\S+)$/.exec(reply.headers['www-authenticate'] ?? '') ?? [];
  return Buffer.from(base64, 'base64');
};
const carrying = (token: Buffer): { authorization: string } => ({
  authorization: `Negotiate ${token.toString('base64')}`,
});

async function logIn(
  talk: Talk,
  client = initiator(),
  message: Buffer = empty,
): Promise<{ reply: Reply; security: NtlmSecurity }> {
  const challenge = await talk.post(empty, carrying(client.negotiate()));
  expect(challenge.status).toBe(401);
  const { token, security } = client.authenticate(tokenIn(challenge));
  return { reply: await talk.post(message, carrying(token)), security };
}

const protocol = 'application/HTTP-SPNEGO-session-encrypted';

function seal(security: NtlmSecurity, message: Buffer) {
  const sealed = encodeSealed(protocol, {
    ...security.seal(message),
    plainLength: message.length,
  });
  return [sealed.body, { 'content-type': sealed.contentType }] as const;
}

function unseal(security: NtlmSecurity, reply: Reply): Buffer {
  const { header, data } = decodeSealed(reply.headers['content-type'] ?? '', reply.body);
  return security.unseal(header, data);
}

const faultIn = (body: Buffer) => parseFault(parseEnvelope(body).body)?.code;

describe('a login with NTLM', () => {
  it('is one for the connection: what follows on it needs no Authorization, and is sealed', async () => {
    await serve(sealedOnly);
    const talk = open();
    const { reply, security } = await logIn(talk);
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
    for (let count = 0; count < 20; count += 1) {
      const answer = await talk.post(...seal(security, identify));
      expect(answer.status).toBe(200);
      expect(answer.localPort).toBe(reply.localPort);
      expect(unseal(security, answer).toString()).toContain('OS: 6.1.7601 SP: 1.0 Stack: 2.0');
    }
    expect(machine.logins).toHaveLength(1);
    expect(machine.logins[0]).toMatchObject({ username: 'operator', domain: 'FLEET' });
  });

  it('is none for another connection', async () => {
    await serve(sealedOnly);
    const { security } = await logIn(open());
    const answer = await open().post(...seal(security, identify));
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Negotiate']);
  });

  it('seals a fault like every other answer', async () => {
    await serve(sealedOnly);
    const talk = open();
    const { security } = await logIn(talk);
    const answer = await talk.post(...seal(security, Buffer.from('<nonsense/>')));
    expect(answer.status).toBe(500);
    expect(faultIn(unseal(security, answer))).toBe(2150858817);
  });

  it('answers a message in the clear with a bare 500 unless AllowUnencrypted is set', async () => {
    await serve(sealedOnly);
    const talk = open();
    await logIn(talk);
    const answer = await talk.post(identify);
    expect([answer.status, answer.body.length]).toEqual([500, 0]);
    await server.close();
    await serve({ ...sealedOnly, allowUnencrypted: true });
    const other = open();
    await logIn(other);
    expect((await other.post(identify)).body.toString()).toContain('OS: 6.1.7601');
  });

  it('takes the message that goes with the last token over https', async () => {
    await serve({ scheme: 'https', auth: ['negotiate'], allowUnencrypted: false });
    const { reply } = await logIn(open(trusting()), initiator(), identify);
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toContain('OS: 6.1.7601');
  });

  it('answers an altered message with 400 and nothing after it', async () => {
    await serve(sealedOnly);
    const talk = open();
    const { security } = await logIn(talk);
    const [body, headers] = seal(security, create);
    body[body.length - 40] = (body[body.length - 40] ?? 0) ^ 1;
    expect((await talk.post(body, headers)).status).toBe(400);
    expect((await talk.post(...seal(security, create))).status).toBe(400);
    expect(server.openShells()).toBe(0);
  });

  it('measures the message and not what sealing adds to it', async () => {
    await serve(sealedOnly);
    const talk = open();
    const { security } = await logIn(talk);
    const padded = (bytes: number) => Buffer.concat([identify], bytes).fill(' ', identify.length);
    expect((await talk.post(...seal(security, padded(153_600)))).status).toBe(200);
    expect((await talk.post(...seal(security, padded(153_601)))).status).toBe(413);
  });

  it('can be made anew on the same connection', async () => {
    await serve(sealedOnly);
    const talk = open();
    await logIn(talk);
    const { security } = await logIn(talk);
    expect((await talk.post(...seal(security, identify))).status).toBe(200);
  });

  it('is forgotten when the connection was idle for long', async () => {
    await serve({ ...sealedOnly, limits: { idleConnectionMs: 20 } });
    const talk = open();
    const { reply, security } = await logIn(talk);
    let answer = reply;
    while (answer.localPort === reply.localPort) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      answer = await talk.post(...seal(security, identify));
    }
    expect(answer.status).toBe(401);
  });

  it.each([
    { what: 'a wrong password', login: { password: 'wrong' } },
    { what: 'an unknown name', login: { username: 'nobody' } },
  ])('is refused for $what, and what is offered is said again', async ({ login }) => {
    await serve({ scheme: 'http' });
    const { reply } = await logIn(open(), initiator(login));
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([
      401,
      'Negotiate, Basic realm="WSMAN"',
    ]);
  });

  it('is refused for damaged tokens, and for a last token before the first', async () => {
    await serve(sealedOnly);
    const talk = open();
    const client = initiator();
    const challenge = await talk.post(empty, carrying(client.negotiate()));
    const { token } = client.authenticate(tokenIn(challenge));
    expect((await open().post(empty, carrying(token))).status).toBe(401);
    for (const damaged of [token.subarray(0, 40), token.subarray(0, 9), Buffer.from('x')]) {
      expect((await open().post(empty, carrying(damaged))).status).toBe(401);
    }
    expect(machine.logins).toEqual([]);
  });

  it('ends with the fault that refuses logins, and the next one is refused', async () => {
    await serve(sealedOnly);
    const talk = open();
    const { security } = await logIn(talk);
    machine.faults = { refuseLogin: true };
    expect((await talk.post(...seal(security, identify))).status).toBe(401);
    expect((await logIn(talk)).reply.status).toBe(401);
  });
});

describe('channel bindings', () => {
  const bindingsOf = (pem: string): Buffer => {
    const digest = createHash('sha256').update(new X509Certificate(pem).raw).digest();
    return Buffer.concat([Buffer.from('tls-server-end-point:'), digest]);
  };
  const other = Buffer.from(`tls-server-end-point:${'x'.repeat(32)}`);

  it.each([
    { level: 'none', right: 200, missing: 200, wrong: 200 },
    { level: 'relaxed', right: 200, missing: 200, wrong: 401 },
    { level: 'strict', right: 200, missing: 401, wrong: 401 },
  ] as const)('are looked at as the level says: $level', async ({ level, ...expected }) => {
    await serve({ scheme: 'https', auth: ['negotiate'], channelBindings: level });
    const given = { right: bindingsOf(certificates.cert), missing: null, wrong: other };
    const seen: { [name: string]: number } = {};
    for (const [name, bindings] of Object.entries(given)) {
      const { reply } = await logIn(open(trusting()), initiator({}, bindings), identify);
      seen[name] = reply.status;
    }
    expect(seen).toEqual(expected);
  });
});

describe('SPNEGO around NTLM', () => {
  const der = (tag: number, ...parts: Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    const length =
      content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
    return Buffer.concat([Buffer.from([tag, ...length]), content]);
  };
  const oids = {
    spnego: Buffer.from('06062b0601050502', 'hex'),
    ntlm: Buffer.from('060a2b06010401823702020a', 'hex'),
    kerberos: Buffer.from('06092a864886f712010202', 'hex'),
  };
  const listOf = (...names: (keyof typeof oids)[]) => der(0x30, ...names.map((name) => oids[name]));
  const init = (list: Buffer, token: Buffer) =>
    der(0x60, oids.spnego, der(0xa0, der(0x30, der(0xa0, list), der(0xa2, der(0x04, token)))));
  const response = (token: Buffer, mic?: Buffer) =>
    der(
      0xa1,
      der(
        0x30,
        der(0xa2, der(0x04, token)),
        ...(mic === undefined ? [] : [der(0xa3, der(0x04, mic))]),
      ),
    );
  /** The NTLM token in an answer. */
  const inner = (answer: Buffer): Buffer =>
    answer.subarray(answer.indexOf('NTLMSSP\0', 0, 'latin1'));
  const states = { complete: 0, incomplete: 1, requestMic: 3 };
  const stateOf = (answer: Buffer): number => {
    const at = answer.indexOf(Buffer.from('a0030a01', 'hex'));
    return answer[at + 4] ?? -1;
  };

  it('is taken with its MICs, after which the key streams begin anew', async () => {
    await serve(sealedOnly);
    const talk = open();
    const client = initiator();
    const list = listOf('ntlm');
    const first = tokenIn(await talk.post(empty, carrying(init(list, client.negotiate()))));
    expect(stateOf(first)).toBe(states.incomplete);
    expect(first.includes(oids.ntlm)).toBe(true);
    const { token, security } = client.authenticate(inner(first));
    const mic = security.signMechList(list);
    const last = await talk.post(empty, carrying(response(token, mic)));
    expect(last.status).toBe(200);
    const answer = tokenIn(last);
    expect(stateOf(answer)).toBe(states.complete);
    security.verifyMechList(list, answer.subarray(-16));
    const sealed = await talk.post(...seal(security, identify));
    expect(unseal(security, sealed).toString()).toContain('OS: 6.1.7601');
  });

  it('asks for the MIC when another mechanism was wanted, and demands it', async () => {
    await serve(sealedOnly);
    const list = listOf('kerberos', 'ntlm');
    const attempt = async (withMic: boolean) => {
      const talk = open();
      const client = initiator();
      const asked = await talk.post(empty, carrying(init(list, Buffer.from('an AP-REQ'))));
      expect(stateOf(tokenIn(asked))).toBe(states.requestMic);
      const challenge = await talk.post(empty, carrying(response(client.negotiate())));
      const { token, security } = client.authenticate(inner(tokenIn(challenge)));
      const mic = withMic ? security.signMechList(list) : undefined;
      return talk.post(empty, carrying(response(token, mic)));
    };
    expect((await attempt(true)).status).toBe(200);
    expect((await attempt(false)).status).toBe(401);
  });

  it('refuses a MIC over another list, which somebody in between has shortened', async () => {
    await serve(sealedOnly);
    const talk = open();
    const client = initiator();
    const first = await talk.post(empty, carrying(init(listOf('ntlm'), client.negotiate())));
    const { token, security } = client.authenticate(inner(tokenIn(first)));
    const mic = security.signMechList(listOf('kerberos', 'ntlm'));
    expect((await talk.post(empty, carrying(response(token, mic)))).status).toBe(401);
  });

  it('is refused without NTLM among its mechanisms, and when it is cut off anywhere', async () => {
    await serve(sealedOnly);
    const only = init(listOf('kerberos'), Buffer.from('an AP-REQ'));
    expect((await open().post(empty, carrying(only))).headers['www-authenticate']).toBe(
      'Negotiate',
    );
    const talk = open();
    const whole = init(listOf('ntlm'), initiator().negotiate());
    for (let length = 1; length < whole.length; length += 1) {
      const answer = await talk.post(empty, carrying(whole.subarray(0, length)));
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Negotiate']);
    }
    expect(machine.logins).toEqual([]);
  });
});

describe('what a listener offers', () => {
  it.each([
    {
      what: 'Basic over plain http where nothing may be unencrypted',
      options: { scheme: 'http', allowUnencrypted: false },
      offered: 'Negotiate',
      status: 401,
    },
    {
      what: 'Basic where it is switched off',
      options: { scheme: 'http', auth: ['negotiate'] },
      offered: 'Negotiate',
      status: 401,
    },
    {
      what: 'Negotiate where it is switched off',
      options: { scheme: 'http', auth: ['basic'] },
      offered: 'Basic realm="WSMAN"',
      status: 200,
    },
  ] as const)('does not include $what', async ({ options, offered, status }) => {
    await serve(options);
    expect((await open().post(identify)).headers['www-authenticate']).toBe(offered);
    expect((await open().post(identify, rightBasic)).status).toBe(status);
    const negotiate = await open().post(empty, carrying(initiator().negotiate()));
    expect(tokenIn(negotiate).length > 0).toBe(offered !== 'Basic realm="WSMAN"');
  });

  it('includes Basic over https whatever AllowUnencrypted says', async () => {
    await serve({ scheme: 'https', auth: ['basic'], allowUnencrypted: false });
    expect((await open(trusting()).post(identify, rightBasic)).status).toBe(200);
  });

  it('refuses a sealed message of a login that cannot seal', async () => {
    await serve({ scheme: 'http' });
    const { security } = await logIn(open());
    const [body, headers] = seal(security, identify);
    expect((await open().post(body, { ...headers, ...rightBasic })).status).toBe(400);
  });
});

describe('a login with a client certificate', () => {
  const mutual = {
    authorization: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual',
  };
  const made = async (name: string) => {
    const attributes = [{ name: 'commonName', value: name }];
    const { cert, private: key } = await generate(attributes, {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
    });
    return { cert, key };
  };
  const https = { scheme: 'https', auth: ['certificate'] } as const;

  it('is the account that it is mapped to, once for the connection, over TLS 1.2', async () => {
    const client = await made('operator');
    await serve(https, client.cert);
    const talk = open({ ...trusting(), ...client });
    for (let count = 0; count < 3; count += 1) {
      expect((await talk.post(identify, mutual)).body.toString()).toContain('OS: 6.1.7601');
    }
    expect(machine.logins).toEqual([
      {
        username: account.username,
        certificateFingerprint: new X509Certificate(client.cert).fingerprint256
          .replaceAll(':', '')
          .toLowerCase(),
      },
    ]);
    const tooNew = open({ ...trusting(), ...client, minVersion: 'TLSv1.3' });
    await expect(tooNew.post(identify, mutual)).rejects.toThrow(/protocol version/);
  });

  it('is refused for another certificate, for none, and where it is not offered', async () => {
    const client = await made('operator');
    const stranger = await made('operator');
    await serve(https, client.cert);
    for (const shown of [stranger, {}]) {
      expect((await open({ ...trusting(), ...shown }).post(identify, mutual)).status).toBe(401);
    }
    expect((await open({ ...trusting(), ...client }).post(identify)).status).toBe(401);
    await server.close();
    await serve({ scheme: 'https' }, client.cert);
    const answer = await open({ ...trusting(), ...client }).post(identify, mutual);
    expect(answer.status).toBe(401);
  });

  it('is refused when its issuer is not one of those that are believed', async () => {
    const client = await made('operator');
    const stranger = await made('issuer');
    await serve({ ...https, clientCertificates: stranger.cert }, client.cert);
    const shown = { ...trusting(), ...client };
    expect((await open(shown).post(identify, mutual)).status).toBe(401);
    expect(machine.logins).toEqual([]);
    await server.close();
    await serve({ ...https, clientCertificates: client.cert }, client.cert);
    expect((await open(shown).post(identify, mutual)).status).toBe(200);
  });
});

describe('Identify without a login', () => {
  it.each([
    { what: 'by its header', headers: { wsmanidentify: 'unauthenticated' }, path: '/wsman' },
    { what: 'by its path', headers: {}, path: '/wsman-anon/identify' },
  ])('is answered without the version of the system, asked for $what', async (asked) => {
    await serve(sealedOnly);
    const { headers, path } = asked;
    const answer = await open().post(identify, { ...headers }, path);
    const { productVersion } = parseIdentifyResponse(parseEnvelope(answer.body).body);
    expect([answer.status, productVersion]).toEqual([200, 'OS: 0.0.0 SP: 0.0 Stack: 2.0']);
    const more = await open().post(create, { ...headers }, path);
    expect([more.status, server.openShells(), machine.logins]).toEqual([401, 0, []]);
  });
});

describe('policies of the host', () => {
  const post = (body: Buffer) => open().post(body, rightBasic);

  it('deny everything but Identify to a filtered token', async () => {
    await serve({ scheme: 'http' });
    machine.faults = { tokenFiltered: true };
    expect((await post(identify)).status).toBe(200);
    const answer = await post(create);
    expect([answer.status, faultIn(answer.body)]).toEqual([500, 5]);
    expect(parseEnvelope(answer.body).relatesTo).toBe('uuid:1');
    expect(faultIn((await post(Buffer.from('<s:Envelope'))).body)).toBe(2150858817);
  });

  it('may refuse shells, and nothing else', async () => {
    await serve({ scheme: 'http' });
    const shell = await post(create);
    machine.faults = { shellsRefused: true };
    expect(faultIn((await post(create)).body)).toBe(2150859180);
    const [, shellId = ''] = /Name="ShellId">([^<]+)</.exec(shell.body.toString()) ?? [];
    const header = { to: 'x', messageId: 'uuid:2', operationTimeoutMs: 1, maxEnvelopeBytes: 1 };
    expect((await post(requests.buildDelete(header, shellId))).status).toBe(200);
  });
});

describe('delayed start of the service', () => {
  it('answers 503 after a boot until the service runs, faster by the time scale', async () => {
    await serve({ scheme: 'http', timeScale: 1000 });
    machine.faults = { winRmDelayMs: 120_000 };
    // It was up when the lab started.
    expect((await open().post(identify, rightBasic)).status).toBe(200);
    machine.switchPower('off');
    machine.switchPower('on');
    const statuses = new Set<number>();
    const knock = (): Promise<number> =>
      open()
        .post(identify, rightBasic)
        .then(
          ({ status }) => status,
          () => 0,
        );
    const bootedAt = performance.now();
    let status = await knock();
    while (status !== 200) {
      statuses.add(status);
      status = await knock();
    }
    expect(statuses.has(503)).toBe(true);
    expect(statuses.has(401)).toBe(false);
    expect(performance.now() - bootedAt).toBeGreaterThan(100);
  });
});

describe('the TLS of an unpatched 2008 R2', () => {
  const legacyClient = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

  it('is TLS 1.0 and nothing newer, with bindings of SHA-256 in place of SHA-1', async () => {
    const legacy = await labCertificates({ kind: 'legacy' });
    await serve({
      scheme: 'https',
      auth: ['negotiate'],
      channelBindings: 'strict',
      tls: { ...legacy, isLegacy: true },
    });
    await expect(open({ ca: legacy.caPem }).post(identify)).rejects.toThrow(/protocol version/);
    const digest = createHash('sha256').update(new X509Certificate(legacy.cert).raw).digest();
    const bindings = Buffer.concat([Buffer.from('tls-server-end-point:'), digest]);
    const talk = open({ ca: legacy.caPem, ...legacyClient });
    const { reply } = await logIn(talk, initiator({}, bindings), identify);
    expect(reply.body.toString()).toContain('OS: 6.1.7601');
  });
});
