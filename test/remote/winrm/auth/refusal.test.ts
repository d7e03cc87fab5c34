import { loginRefused } from '../../../../remote/winrm/auth/refusal';
import type { Attempt } from '../../../../remote/winrm/auth/refusal';

const target = { host: 'ex01:5986', url: 'https://ex01:5986/wsman' };
const now = Date.parse('2026-03-01T12:00:00Z');
const refused = (
  attempt: Partial<Attempt>,
  challenges = 'Negotiate, Basic realm="WSMAN"',
  date = 'Sun, 01 Mar 2026 12:00:01 GMT',
) =>
  loginRefused(
    { status: 401, contentType: '', challenges, date, server: '', body: Buffer.alloc(0) },
    {
      auth: 'ntlm',
      username: 'CONTOSO\\hotfix',
      isTls: true,
      schemes: ['Negotiate'],
      withoutKerberos: null,
      ...attempt,
    },
    target,
    now,
  );

test('a wrong password cannot be told from wrong channel bindings: both are named over https', () => {
  const failure = refused({});
  expect(failure).toMatchObject({ code: 'login-refused', facts: { reason: 'refused' } });
  expect(failure.message).toContain('refused the login of CONTOSO\\hotfix (ntlm)');
  expect(failure.advice).toMatch(/password.*CbtHardeningLevel/);
  expect(refused({ isTls: false }).advice).not.toContain('Cbt');
});

test('a local account is told about its filtered token, the built-in one is not', () => {
  expect(refused({ username: 'deploy' }).advice).toContain('LocalAccountTokenFilterPolicy');
  expect(refused({ username: '.\\deploy' }).advice).toContain('LocalAccountTokenFilterPolicy');
  expect(refused({ username: 'Administrator' }).advice).not.toContain('TokenFilter');
  expect(refused({}).advice).not.toContain('TokenFilter');
});

test('a clock that differs is named with by how much', () => {
  const behind = refused({}, undefined, 'Sun, 01 Mar 2026 11:50:00 GMT');
  expect(behind.facts['clockSkewMs']).toBe(-600_000);
  expect(behind.advice).toContain('differs by -600 s');
  expect(refused({}).advice).not.toContain('clock');
  expect(refused({}, undefined, 'nonsense').facts['clockSkewMs']).toBeNull();
});

test.each<[string, Partial<Attempt>, string, RegExp]>([
  [
    'Basic that is switched off',
    { auth: 'basic', schemes: ['Basic'] },
    'Negotiate',
    /allow Basic .* or use auth: ntlm/,
  ],
  [
    'Basic over http where nothing unencrypted is taken',
    { auth: 'basic', schemes: ['Basic'], isTls: false },
    'Negotiate, Kerberos',
    /AllowUnencrypted is false/,
  ],
  ['Negotiate that is switched off', {}, 'Basic realm="WSMAN"', /allow Negotiate/],
])('%s is a method that is not offered', (_, attempt, challenges, advice) => {
  const failure = refused(attempt, challenges);
  expect(failure.facts['reason']).toBe('method-not-offered');
  expect(failure.message).toMatch(/does not offer .* \(it offers /);
  expect(failure.advice).toMatch(advice);
});

test('why Kerberos was not used is part of the refusal', () => {
  const failure = refused({
    auth: 'negotiate',
    withoutKerberos: 'the host is named by its address',
  });
  expect(failure.message).toContain('NTLM was used because the host is named by its address');
});
