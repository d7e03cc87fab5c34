/** A user name as Windows takes it apart. */
export interface Account {
  readonly name: string;
  /** NetBIOS or DNS name before the backslash; empty for a local account, or when the realm is in the name. */
  readonly domain: string;
  /** Behind the @; null without one. */
  readonly realm: string | null;
}

/**
 * `DOMAIN\name`, `.\name`, `name@realm` or `name`. A user principal name stays whole and goes without domain: that is
 * how Windows sends it ([MS-NLMP] 2.2.1.3, UserName).
 */
export function parseAccount(username: string): Account {
  const [, domain, name] = /^([^\\]*)\\(.*)$/s.exec(username) ?? [];
  if (domain !== undefined && name !== undefined) {
    return { name, domain: domain === '.' ? '' : domain, realm: null };
  }
  const at = username.lastIndexOf('@');
  const realm = at > 0 ? username.slice(at + 1) : '';
  return { name: username, domain: '', realm: realm === '' ? null : realm };
}
