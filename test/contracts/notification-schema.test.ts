import type { NoticeChannel } from '../../contracts/notification';
import { noticeChannels, noticeEvents } from '../../contracts/notification';
import { noticeChannelField, notifyList } from '../../contracts/notification.schema';
import { fieldName, parseWith } from '../../contracts/parsed.schema';
import { parseNotifyInput } from '../../contracts/requests.schema';

const read = (raw: unknown): NoticeChannel[] => {
  const parsed = parseWith(notifyList, raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};

const problemsOf = (
  raw: unknown,
  schema: Parameters<typeof parseWith>[0] = notifyList,
): string[] => {
  const parsed = parseWith(schema, raw);
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ path, message, advice }) => `${fieldName(path)} ${message}; ${advice}`,
      );
};

const webhook = { webhook: 'https://change.contoso.test/rollout?room=1' };
const slack = { slack: 'env:CHAT' };
const smtp = {
  smtp: { server: 'mail.contoso.test' },
  from: 'rollout@contoso.test',
  to: ['ops@contoso.test'],
};

test('a webhook needs its address only', () => {
  expect(read([webhook])).toEqual([
    {
      name: 'webhook-1',
      events: noticeEvents,
      template: null,
      kind: 'webhook',
      url: 'https://change.contoso.test/rollout?room=1',
      secretRef: null,
      caFile: null,
    },
  ]);
});

test('an address like that of Slack is a secret and only named', () => {
  expect(
    read([{ ...slack, events: ['done', 'held', 'done'], template: '{change}: {message}' }]),
  ).toEqual([
    {
      name: 'slack-1',
      events: ['held', 'done'],
      template: '{change}: {message}',
      kind: 'slack',
      urlRef: 'env:CHAT',
    },
  ]);
});

test('mail goes by STARTTLS unless the plan says otherwise', () => {
  expect(read([smtp])).toEqual([
    {
      name: 'smtp-1',
      events: noticeEvents,
      template: null,
      kind: 'smtp',
      server: 'mail.contoso.test',
      port: 587,
      security: 'starttls',
      credentialRef: null,
      caFile: null,
      from: 'rollout@contoso.test',
      to: ['ops@contoso.test'],
    },
  ]);
});

test.each([
  { given: {}, security: 'starttls', port: 587 },
  { given: { security: 'tls' }, security: 'tls', port: 465 },
  { given: { security: 'none' }, security: 'none', port: 25 },
  { given: { port: 465 }, security: 'tls', port: 465 },
  { given: { port: 2525 }, security: 'starttls', port: 2525 },
  { given: { port: 25, security: 'starttls' }, security: 'starttls', port: 25 },
])('mail with $given goes to port $port with $security', ({ given, ...expected }) => {
  expect(read([{ ...smtp, smtp: { ...smtp.smtp, ...given } }])[0]).toMatchObject(expected);
});

test('channels without a name are counted by kind', () => {
  const names = read([webhook, slack, webhook, { ...webhook, name: 'pager' }, smtp]).map(
    ({ name }) => name,
  );
  expect(names).toEqual(['webhook-1', 'slack-1', 'webhook-2', 'pager', 'smtp-1']);
});

test.each([
  'http://localhost:8080/hook',
  'http://127.0.0.1/hook',
  'http://127.1/hook',
  'http://[::1]:9/hook',
])('plain http may go to the machine itself: %s', (url) => {
  expect(problemsOf([{ webhook: url }])).toEqual([]);
});

test('plain http may go elsewhere when it is signed', () => {
  const signed = { webhook: 'http://relay.contoso.test/hook', secretRef: 'env:HOOK' };
  expect(problemsOf([signed])).toEqual([]);
});

test.each([
  { wrong: {}, says: /^\[0\] leads nowhere; write one of webhook:, slack: or smtp:$/ },
  { wrong: { ...webhook, ...slack }, says: /^\[0\] is both webhook and slack; write one of/ },
  {
    wrong: { webhook: 'change.contoso.test' },
    says: /^\[0\]\.webhook is no address of a web server/,
  },
  { wrong: { webhook: 'ftp://x.test/' }, says: /^\[0\]\.webhook is no address of a web server/ },
  {
    wrong: { webhook: 'http://x.test/' },
    says: /^\[0\]\.webhook is plain http without a signature/,
  },
  { wrong: { webhook: 'http://127.0.0.1.x.test/' }, says: /webhook is plain http/ },
  { wrong: { webhook: 'http://localhost.x.test/' }, says: /webhook is plain http/ },
  { wrong: { webhook: 'https://x.test/#a' }, says: /^\[0\]\.webhook has a fragment/ },
  {
    wrong: { webhook: 'http://127.0.0.1/', caFile: 'ca.pem' },
    says: /^\[0\]\.caFile is for https/,
  },
  { wrong: { slack: 'https://hooks.x.test/abc' }, says: /^\[0\]\.slack is no reference/ },
  { wrong: { ...slack, secretRef: 'env:X' }, says: /^\[0\]\.secretRef belongs to webhook/ },
  { wrong: { ...webhook, to: ['a@b'] }, says: /^\[0\]\.to belongs to smtp/ },
  { wrong: { ...smtp, caFile: 'ca.pem' }, says: /^\[0\]\.caFile belongs to webhook/ },
  { wrong: { smtp: smtp.smtp, to: smtp.to }, says: /^\[0\]\.from is missing/ },
  { wrong: { smtp: smtp.smtp, from: smtp.from }, says: /^\[0\]\.to is missing/ },
  { wrong: { ...smtp, from: 'Ops <a@b.test>' }, says: /^\[0\]\.from is .*without a display name/ },
  { wrong: { ...smtp, to: ['a@b.test\r\nBcc: c@d.test'] }, says: /^\[0\]\.to\[0\] is / },
  { wrong: { ...smtp, to: ['a@b.test, c@d.test'] }, says: /^\[0\]\.to\[0\] is / },
  { wrong: { ...smtp, to: [] }, says: /^\[0\]\.to is too short/ },
  {
    wrong: {
      ...smtp,
      smtp: { server: 'mail.x.test', security: 'none', credentialRef: 'env:MAIL' },
    },
    says: /^\[0\]\.smtp\.credentialRef would send the password readable/,
  },
  {
    wrong: { ...smtp, smtp: { server: 'mail.x.test', security: 'none', caFile: 'x' } },
    says: /smtp\.caFile is for TLS/,
  },
  { wrong: { ...smtp, smtp: { server: 'smtps://x' } }, says: /^\[0\]\.smtp\.server is / },
  {
    wrong: { ...smtp, smtp: { server: 'x', password: 'y' } },
    says: /^\[0\]\.smtp\.password .*credentialRef/,
  },
  { wrong: { ...webhook, events: [] }, says: /^\[0\]\.events is too short/ },
  {
    wrong: { ...webhook, events: ['finished'] },
    says: /^\[0\]\.events\[0\] is "finished"; use one of: approval-needed/,
  },
  {
    wrong: { ...webhook, template: '{chnage} is done' },
    says: /^\[0\]\.template has {chnage}.*did you mean {change}\?$/,
  },
  {
    wrong: { ...webhook, template: '{ change }' },
    says: /^\[0\]\.template has { change }.*did you mean {change}\?$/,
  },
  {
    wrong: { ...webhook, template: 'a {password} b' },
    says: /use some of: {change}, {rollout}, {event}/,
  },
  {
    wrong: { ...webhook, template: 'a\u0000b' },
    says: /^\[0\]\.template is .*without control characters/,
  },
  { wrong: { ...webhook, name: 'a b' }, says: /^\[0\]\.name is "a b"/ },
  { wrong: { url: 'https://x.test' }, says: /^\[0\]\.url .*write webhook:/ },
])('what cannot be meant is refused: $wrong', ({ wrong, says }) => {
  expect(problemsOf([wrong])).toContainEqual(expect.stringMatching(says));
});

test('a password in an address is refused and not shown', () => {
  const problems = problemsOf([{ webhook: 'https://me:hunter2hunter2@x.test/' }]);
  expect(problems).toEqual([
    '[0].webhook has a user name or password in it; sign the notices instead (secretRef:)',
  ]);
});

test('two channels never have one name', () => {
  expect(problemsOf([webhook, { ...slack, name: 'webhook-1' }])).toEqual([
    '[1] has the name of another, webhook-1; rename one',
  ]);
});

test('a plan has a bounded number of channels', () => {
  expect(problemsOf(Array.from({ length: noticeChannels }, () => webhook))).toEqual([]);
  expect(problemsOf(Array.from({ length: noticeChannels + 1 }, () => webhook))).toHaveLength(1);
});

describe('a channel as it crosses a process boundary', () => {
  const channels = read([
    { ...webhook, secretRef: 'env:HOOK', template: 'x {message}' },
    slack,
    { ...smtp, events: ['held'] },
  ]);

  it.each(channels)('$kind is taken as it is', (channel) => {
    expect(parseWith(noticeChannelField, channel)).toEqual({ ok: true, value: channel });
  });

  it.each(channels.flatMap((channel) => Object.keys(channel).map((field) => ({ channel, field }))))(
    '$channel.kind without $field is refused: nothing has a default here',
    ({ channel, field }) => {
      expect(problemsOf({ ...channel, [field]: undefined }, noticeChannelField)).not.toEqual([]);
    },
  );

  it.each([
    { of: 0, change: { url: 'http://x.test/', secretRef: null } },
    { of: 0, change: { url: 'https://a:b@x.test/' } },
    { of: 0, change: { template: '{secret}' } },
    { of: 1, change: { urlRef: 'https://x.test/' } },
    { of: 1, change: { url: 'https://x.test/' } },
    { of: 2, change: { security: 'none', credentialRef: 'env:MAIL' } },
    { of: 2, change: { from: 'a@b.test\nBcc: x@y.test' } },
  ])('what people may not write is refused there, too: $change', ({ of, change }) => {
    expect(problemsOf({ ...channels[of], ...change }, noticeChannelField)).not.toEqual([]);
  });
});

describe('a notice as it is asked of a worker', () => {
  const input = {
    rolloutId: 'r1',
    previewHash: 'a'.repeat(64),
    change: 'CHG1',
    hotfixId: 'KB3004383',
    phase: 'held',
    at: '2026-03-01T22:00:00.000Z',
    noticeId: 'r1/3/webhook-1',
    notice: {
      event: 'held',
      reason: { code: 'set-full', message: 'full', facts: { set: 'dag1' } },
    },
    channel: read([webhook])[0],
  };

  it('is taken as it is', () => {
    expect(parseNotifyInput(input)).toEqual({ ok: true, value: input });
  });

  it.each([
    { noticeId: 'a\r\nX-Evil: 1' },
    { noticeId: '' },
    { at: 'yesterday' },
    { phase: 'held\r\n' },
    { notice: { ...input.notice, event: 'finished' } },
    { notice: { ...input.notice, hostId: 'a b' } },
    { channel: { ...input.channel, kind: 'pigeon' } },
    { more: 1 },
  ])('is refused with %j', (change) => {
    expect(parseNotifyInput({ ...input, ...change }).ok).toBe(false);
  });
});
