import { parseAccount } from '../../../../remote/winrm/auth/account';

test.each([
  ['Administrator', { name: 'Administrator', domain: '', realm: null }],
  ['CONTOSO\\hotfix', { name: 'hotfix', domain: 'CONTOSO', realm: null }],
  ['.\\hotfix', { name: 'hotfix', domain: '', realm: null }],
  ['hotfix@contoso.test', { name: 'hotfix@contoso.test', domain: '', realm: 'contoso.test' }],
  ['CONTOSO\\a@b', { name: 'a@b', domain: 'CONTOSO', realm: null }],
  ['Jürgen Müller', { name: 'Jürgen Müller', domain: '', realm: null }],
  ['@odd', { name: '@odd', domain: '', realm: null }],
  ['odd@', { name: 'odd@', domain: '', realm: null }],
])('%s is taken apart as Windows does', (username, account) => {
  expect(parseAccount(username)).toEqual(account);
});
