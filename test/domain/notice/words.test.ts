import fc from 'fast-check';
import { previewHash, rolloutId } from '../../../contracts/ids';
import type { NotifyInput } from '../../../contracts/notification';
import { noticeEvents, noticePlaceholders } from '../../../contracts/notification';
import { clean, escapeForSlack, fillTemplate, wordNotice } from '../../../domain/notice/words';

const base: NotifyInput = {
  rolloutId: rolloutId('CHG1-1'),
  previewHash: previewHash('a'.repeat(64)),
  change: 'CHG1',
  hotfixId: 'KB3004383',
  phase: 'held',
  at: '2026-03-01T22:00:00.000Z',
  noticeId: 'CHG1-1/3/chat',
  notice: { event: 'held', reason: { code: 'set-full', message: 'dag1 is full: 1 of 1 down' } },
  channel: { name: 'chat', events: [], template: null, kind: 'slack', urlRef: 'env:CHAT' },
};

const worded = (message: string, template: string | null = null) =>
  wordNotice({
    ...base,
    notice: { ...base.notice, reason: { code: 'x', message } },
    channel: { ...base.channel, template },
  });

const values = {
  change: 'CHG1',
  rollout: 'CHG1-1',
  event: 'held',
  message: 'full',
  phase: 'held',
  hotfix: 'KB3004383',
};

test('the words of the program say what, where and why', () => {
  expect(wordNotice(base)).toEqual({
    subject: '[CHG1] KB3004383: held',
    text: 'CHG1, KB3004383: held\ndag1 is full: 1 of 1 down\nRollout CHG1-1, held, 2026-03-01T22:00:00.000Z',
  });
});

test('a host that it is about is named', () => {
  const notice = { ...base.notice, event: 'mitigated', hostId: 'ex01' } as NotifyInput['notice'];
  const { subject, text } = wordNotice({ ...base, notice });
  expect(subject).toBe('[CHG1] KB3004383: mitigated only (ex01)');
  expect(text).toContain('mitigated only (ex01)');
});

test.each(noticeEvents)('%s has words of its own', (event) => {
  const { subject } = wordNotice({ ...base, notice: { ...base.notice, event } });
  expect(subject).toMatch(/^\[CHG1\] KB3004383: [a-z ]+$/);
});

test('a template has every placeholder filled, as often as it is named', () => {
  const template = noticePlaceholders.map((name) => `${name}={${name}}`).join(' ');
  expect(fillTemplate(`${template} {change}`, values)).toBe(
    'change=CHG1 rollout=CHG1-1 event=held message=full phase=held hotfix=KB3004383 CHG1',
  );
});

test('what is in braces and no placeholder stays as it is', () => {
  expect(fillTemplate('{} {other} {{change}} }{', values)).toBe('{} {other} {CHG1} }{');
});

/** Texts with all that could do harm in them: placeholders, `$&` of replacements, line ends, controls, marks of Slack. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('{change}', '{message}', '$&', "$'", '\r\n', '\n', '\u0000', '\u202E'),
      fc.constantFrom('<!channel>', '&lt;', '\u2028', '\u0085', 'Bcc: a@b.test', '\uD83D'),
      fc.string({ unit: 'binary', maxLength: 40 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

// oxlint-disable-next-line no-control-regex -- they are what must not be there
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e]/;

test('values are data: nothing in them is filled in', () => {
  fc.assert(
    fc.property(hostile, fc.string(), fc.string(), (message, before, after) => {
      fc.pre(!/[{}]/.test(before + after));
      const filled = fillTemplate(`${before}{message}${after}`, { ...values, message });
      expect(filled).toBe(before + message + after);
    }),
  );
});

test('a subject is one line of at most 200 characters, whatever is in the notice', () => {
  fc.assert(
    fc.property(hostile, hostile, (change, hotfixId) => {
      const { subject } = wordNotice({ ...base, change, hotfixId });
      expect(subject).not.toMatch(controls);
      expect(subject).not.toMatch(/[\r\n\t]/);
      expect(subject.length).toBeLessThanOrEqual(200);
      expect(subject).not.toMatch(/\p{Cs}/u);
    }),
  );
});

test('a text has at most 3000 characters and no control characters but line ends and tabs', () => {
  fc.assert(
    fc.property(
      hostile,
      fc.constantFrom(null, '{message}', '{message}\n{message}'),
      (message, template) => {
        const { text } = worded(message, template);
        expect(text).not.toMatch(controls);
        expect(text.length).toBeLessThanOrEqual(3000);
        expect(text).not.toMatch(/\p{Cs}/u);
      },
    ),
  );
});

test('a long text is cut between characters and says so', () => {
  for (const lead of ['', 'x']) {
    const { text } = worded(lead + '😀'.repeat(4000), '{message}');
    expect(text).toMatch(/😀…$/u);
    expect(text.length).toBeGreaterThan(2990);
  }
});

test('line ends of all kinds become one', () => {
  expect(clean('a\r\nb\rc\u2028d\ne')).toBe('a\nb\nc\nd\ne');
});

test('nothing calls or links anybody in Slack', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeForSlack(text);
      expect(escaped).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
      const unescaped = escaped
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&');
      expect(unescaped).toBe(text);
    }),
  );
});
