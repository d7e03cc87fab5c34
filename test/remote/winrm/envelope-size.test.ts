import { Failure } from '../../../contracts/failures';
import { startLab } from '../../../lab';
import { createTransport } from '../../../remote/winrm/auth/create-transport';
import { createConnectionPool } from '../../../remote/winrm/connection-pool';
import { createDialer } from '../../../remote/winrm/dial';
import { learnEnvelopeSize } from '../../../remote/winrm/envelope-size';
import { loadTrust } from '../../../remote/winrm/trust';
import type { TransportReply } from '../../../remote/winrm/transport';
import { parseEnvelope } from '../../../remote/winrm/wire/envelope';
import { buildFault } from '../../../remote/winrm/wire/server-responses';
import { createWsMan } from '../../../remote/winrm/wsman';
import type { WsMan } from '../../../remote/winrm/wsman';
import { connectionTo, quickTuning } from './scene';

const target = { host: 'ex01:5985', url: 'http://ex01:5985/wsman' };
const idle = new AbortController().signal;

/** The answer as `winrm get winrm/config` shows it, with what matters in it. */
const configOf = (relatesTo: string, size: string): Buffer =>
  Buffer.from(
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">' +
      '<s:Header><a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</a:Action>' +
      `<a:MessageID>uuid:1</a:MessageID><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>` +
      '<cfg:Config xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config" xml:lang="en-US">' +
      `<cfg:MaxEnvelopeSizekb>${size}</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>` +
      '<cfg:MaxBatchItems>32000</cfg:MaxBatchItems></cfg:Config></s:Body></s:Envelope>',
  );

interface Asked {
  readonly action: string | null;
  readonly resourceUri: string | null;
}

function hostThat(answers: (relatesTo: string) => TransportReply): {
  readonly wsman: WsMan;
  readonly asked: Asked[];
} {
  const asked: Asked[] = [];
  const transport = {
    post: (message: Buffer) => {
      const { action, resourceUri, messageId } = parseEnvelope(message);
      asked.push({ action, resourceUri });
      return Promise.resolve(answers(messageId ?? ''));
    },
    close: () => undefined,
    login: { method: 'basic', isSealed: false } as const,
  };
  const wsman = createWsMan(transport, target, quickTuning);
  return { wsman, asked };
}

const reply = (body: Buffer, status = 200): TransportReply => ({
  status,
  contentType: 'application/soap+xml',
  server: '',
  body,
});

test.each([
  { told: '150', bytes: 153_600 },
  { told: '500', bytes: 512_000 },
  { told: '32', bytes: 32_768 },
  // More is possible, but nothing is gained by it.
  { told: '8192', bytes: 1_048_576 },
])('a host that tells $told KB is sent no more than $bytes bytes', async ({ told, bytes }) => {
  const { wsman, asked } = hostThat((id) => reply(configOf(id, told)));
  await learnEnvelopeSize(wsman, idle);
  expect(wsman.maxEnvelope.bytes()).toBe(bytes);
  expect(asked).toEqual([
    {
      action: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
      resourceUri: 'http://schemas.microsoft.com/wbem/wsman/1/config',
    },
  ]);
});

test('it is asked once, and not at all when the fleet says it', async () => {
  const { wsman, asked } = hostThat((id) => reply(configOf(id, '500')));
  await learnEnvelopeSize(wsman, idle);
  await learnEnvelopeSize(wsman, idle);
  expect(asked).toHaveLength(1);
  const told = hostThat((id) => reply(configOf(id, '500')));
  told.wsman.maxEnvelope.learn(204_800);
  await learnEnvelopeSize(told.wsman, idle);
  expect([told.wsman.maxEnvelope.bytes(), told.asked.length]).toEqual([204_800, 0]);
});

const fault = (code: number) => (relatesTo: string) =>
  reply(
    buildFault(
      { messageId: 'uuid:2', relatesTo },
      {
        code,
        machine: 'EX01',
        message: 'Zugriff verweigert',
        role: 'Sender',
        subcode: 'AccessDenied',
      },
    ),
    500,
  );

test.each([
  { what: 'refuses it to the account', answer: fault(5) },
  { what: 'does not know the resource', answer: fault(2150858752) },
  { what: 'tells no number', answer: (id: string) => reply(configOf(id, 'viel')) },
  { what: 'tells nothing', answer: (id: string) => reply(configOf(id, '')) },
  { what: 'answers no message', answer: () => reply(Buffer.from('no'), 500) },
])('a host that $what keeps 150 KB, and is not asked again', async ({ answer }) => {
  const { wsman, asked } = hostThat(answer);
  await learnEnvelopeSize(wsman, idle);
  await learnEnvelopeSize(wsman, idle);
  expect([wsman.maxEnvelope.bytes(), asked.length]).toEqual([153_600, 1]);
});

test('a connection that is lost meanwhile is an error as always', async () => {
  const { wsman } = hostThat(() => {
    throw new Failure('connection-lost', 'cut');
  });
  await expect(learnEnvelopeSize(wsman, idle)).rejects.toMatchObject({ code: 'connection-lost' });
});

test.each([
  { edition: '2008r2-sp1', bytes: 153_600 },
  { edition: '2012r2', bytes: 512_000 },
] as const)('an emulated $edition tells how much it takes', async ({ edition, bytes }) => {
  const transport = { kind: 'winrm', scheme: 'http' } as const;
  const credential = { username: 'Administrator', password: 'asked how much' };
  const lab = await startLab({
    hosts: [{ id: 'ex01', transport, credential, windows: { edition } }],
  });
  const connection = connectionTo(lab.endpoint('ex01').port, { auth: 'ntlm' });
  const dialer = createDialer({
    connection,
    target,
    trust: await loadTrust(connection),
    connectTimeoutMs: 5_000,
  });
  const pool = createConnectionPool(dialer, target, quickTuning);
  const wsman = createWsMan(
    await createTransport({ connection, credential, pool, target }),
    target,
    quickTuning,
  );
  try {
    await learnEnvelopeSize(wsman, idle);
    expect(wsman.maxEnvelope.bytes()).toBe(bytes);
  } finally {
    wsman.close();
    await lab.close();
  }
});
