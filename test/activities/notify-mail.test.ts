import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labCertificates } from '../../lab/winrm/certificates';
import type { NotifyInput } from '../../contracts/notification';
import type { KeyAndCertificate, MailServer } from './notice-receivers';
import { closedPort, startMailServer, startTcp } from './notice-receivers';
import { failureOf, mailTo, noticeTo, secretOf, tell } from './notify-scene';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

let folder: string;
let caFile: string;
let otherCa: string;
let pair: KeyAndCertificate;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notify-mail-'));
  const [own, other] = await Promise.all([labCertificates(), labCertificates()]);
  [caFile, otherCa] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
  writeFileSync(caFile, own.caPem);
  writeFileSync(otherCa, other.caPem);
  pair = { key: own.key, cert: own.cert };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Options = Parameters<typeof startMailServer>[0];

async function mailServer(options: Options = {}): Promise<MailServer> {
  const server = await startMailServer({ ...pair, ...options });
  closing.push(server.close);
  return server;
}

const open: Options = { authOptional: true };
const login = { credentialRef: 'env:MAIL' };
const knowing = (password = 'correct-horse-7') => ({
  credentials: { 'env:MAIL': secretOf(password) },
});

const headerOf = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)\r$`, 'm').exec(raw)?.[1];
const bodyOf = (raw: string): string => raw.slice(raw.indexOf('\r\n\r\n') + 4);

describe('mail', () => {
  it('is handed in over STARTTLS, with a login', async () => {
    const server = await mailServer();
    await tell(noticeTo(mailTo(server.port, { caFile, ...login })), knowing());
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      from: 'rollout@contoso.test',
      to: ['ops@contoso.test'],
      user: 'rollout',
      secure: true,
    });
    const raw = mail?.raw ?? '';
    expect(headerOf(raw, 'Subject')).toBe('[CHG1] KB3004383: held (ex01)');
    expect(headerOf(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(headerOf(raw, 'X-Rollout-Notice')).toBe('CHG1-1/3/night-shift');
    expect(headerOf(raw, 'Date')).toBe('Sun, 01 Mar 2026 22:00:00 +0000');
    expect(bodyOf(raw)).toContain('dag1 is full: 1 of 1 down');
  });

  it('is handed in over TLS from the first byte', async () => {
    const server = await mailServer({ ...open, secure: true });
    await tell(noticeTo(mailTo(server.port, { security: 'tls', caFile })));
    expect(server.mails).toMatchObject([{ secure: true }]);
  });

  it('is handed in readable only where the plan says so', async () => {
    const server = await mailServer(open);
    await tell(noticeTo(mailTo(server.port, { security: 'none' })));
    expect(server.mails).toMatchObject([{ secure: false, user: null }]);
  });

  it('carries the same id in every try, and another one in every other notice', async () => {
    const server = await mailServer(open);
    const channel = mailTo(server.port, { security: 'none' });
    await tell(noticeTo(channel));
    await tell(noticeTo(channel));
    await tell(noticeTo(channel, { noticeId: 'CHG1-1/4/night-shift' }));
    await tell(noticeTo({ ...channel, name: 'day-shift' }));
    const ids = server.mails.map(({ raw }) => headerOf(raw, 'Message-ID'));
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}\.rollout@contoso\.test>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it('has no header and no command that its text brought along', async () => {
    const server = await mailServer(open);
    const message =
      'down\r\n.\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<boss@x.test>\r\n.hidden\r\nBcc: c@x.test';
    const notice: NotifyInput['notice'] = { event: 'held', reason: { code: 'x', message } };
    await tell(noticeTo(mailTo(server.port, { security: 'none' }), { notice, change: 'CHG1' }));
    expect(server.mails).toHaveLength(1);
    const raw = server.mails[0]?.raw ?? '';
    expect(server.mails[0]?.to).toEqual(['ops@contoso.test']);
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).not.toMatch(/^Bcc|boss|evil/m);
    // Quoted-printable may fold lines and write signs as numbers; the words are all there.
    expect(bodyOf(raw).split('\r\n')).toEqual(expect.arrayContaining(['.', '.hidden']));
  });
});

describe('mail is not handed in, for good,', () => {
  const refused = { code: 'notice-refused', retryable: false };

  it('when STARTTLS is demanded and not offered', async () => {
    const server = await mailServer({ ...open, disabledCommands: ['STARTTLS'] });
    const failure = await failureOf(noticeTo(mailTo(server.port, { caFile })));
    expect(failure).toMatchObject({ ...refused, facts: { error: 'ETLS' } });
    expect(failure.advice).toContain('STARTTLS');
    expect(server.mails).toEqual([]);
  });

  it('when somebody on the way hides that STARTTLS is offered, and the password stays unsaid', async () => {
    const said: string[] = [];
    const { port, close } = await startTcp((socket) => {
      socket.write('220 mail\r\n');
      socket.on('data', (data: Buffer) => {
        said.push(data.toString());
        const isHello = data.toString().startsWith('EHLO');
        socket.write(isHello ? '250-mail\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n');
      });
    });
    closing.push(close);
    expect(await failureOf(noticeTo(mailTo(port, { caFile, ...login })), knowing())).toMatchObject(
      refused,
    );
    expect(said.join('')).toMatch(/^EHLO [^\r]+\r\nSTARTTLS\r\n/);
    expect(said.join('')).not.toMatch(/AUTH|MAIL/);
  });

  it.each(['starttls', 'tls'] as const)(
    'when the certificate is of another issuer (%s)',
    async (security) => {
      const server = await mailServer({ ...open, secure: security === 'tls' });
      const failure = await failureOf(noticeTo(mailTo(server.port, { security, caFile: otherCa })));
      expect(failure).toMatchObject(refused);
      expect(failure.message).toContain('the certificate of the server is not trusted');
      expect(server.mails).toEqual([]);
    },
  );

  it('when the login is wrong, and what the server says of it is not repeated', async () => {
    const server = await mailServer();
    const channel = mailTo(server.port, { caFile, ...login });
    const failure = await failureOf(noticeTo(channel), knowing('wrong-horse-71'));
    expect(failure).toMatchObject({ ...refused, facts: { reply: '535', error: 'EAUTH' } });
    expect(failure.advice).toContain('credentialRef');
    expect(server.mails).toEqual([]);
  });

  it('when a login is needed and the plan names none', async () => {
    const server = await mailServer();
    const failure = await failureOf(noticeTo(mailTo(server.port, { caFile })));
    expect(failure).toMatchObject({ ...refused, facts: { reply: '530', step: 'MAIL FROM' } });
  });

  it.each([
    { step: 'RCPT TO', options: { onRcptTo: refusing(550) } },
    { step: 'MAIL FROM', options: { onMailFrom: refusing(553) } },
  ])('when $step is refused', async ({ step, options }) => {
    const server = await mailServer({ ...open, ...options });
    const failure = await failureOf(noticeTo(mailTo(server.port, { security: 'none' })));
    expect(failure).toMatchObject({ ...refused, facts: { step } });
  });

  it('when one of its readers is refused: the others have it, and are not told again', async () => {
    const server = await mailServer({
      ...open,
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('gone') ? answer(550) : null),
    });
    const to = ['ops@contoso.test', 'gone@contoso.test'];
    const failure = await failureOf(noticeTo(mailTo(server.port, { security: 'none', to })));
    expect(failure).toMatchObject({ ...refused, facts: { refused: 1, of: 2 } });
    expect(failure.message).toContain('gone@contoso.test');
    expect(server.mails).toMatchObject([{ to: ['ops@contoso.test'] }]);
  });
});

describe('mail is tried again later', () => {
  const lost = { code: 'notice-undelivered', retryable: true };

  it('when nothing listens', async () => {
    const failure = await failureOf(noticeTo(mailTo(await closedPort())));
    expect(failure).toMatchObject({ ...lost, facts: { error: 'ECONNREFUSED' } });
  });

  it.each([
    { what: 'never greets', text: '' },
    { what: 'greets without an end', text: '220-x\r\n' },
  ])('when the server $what', async ({ text }) => {
    const { port, close } = await startTcp((socket) => void socket.write(text));
    closing.push(close);
    const failure = await failureOf(noticeTo(mailTo(port)), { timeoutMs: 150 });
    expect(failure).toMatchObject({ ...lost, facts: { error: 'timeout' } });
  });

  it('when a reply has no end', async () => {
    const { port, close } = await startTcp(
      (socket) => void socket.write(`220-${'x'.repeat(99_999)}`),
    );
    closing.push(close);
    expect(await failureOf(noticeTo(mailTo(port)))).toMatchObject({
      ...lost,
      facts: { error: 'EPROTOCOL' },
    });
  });

  it('when the server hangs up', async () => {
    const { port, close } = await startTcp((socket) => void socket.end('220 mail\r\n'));
    closing.push(close);
    expect(await failureOf(noticeTo(mailTo(port)))).toMatchObject(lost);
  });

  it.each([421, 450, 451, 452])('when the server answers %i', async (code) => {
    const server = await mailServer({ ...open, onMailFrom: refusing(code) });
    const failure = await failureOf(noticeTo(mailTo(server.port, { security: 'none' })));
    expect(failure).toMatchObject({ ...lost, facts: { step: 'MAIL FROM' } });
    expect(failure.message).toContain(`the server answered ${code}`);
  });
});

const answer = (responseCode: number): Error =>
  Object.assign(new Error('because'), { responseCode });

function refusing(responseCode: number): NonNullable<Options['onRcptTo']> {
  return (_address, _session, done) => done(answer(responseCode));
}
