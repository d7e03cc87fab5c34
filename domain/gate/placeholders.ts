import { Failure } from '../../contracts/failures';

/** What stands for `{host}` and `{address}`. */
export interface AskedHost {
  readonly host: string;
  readonly address: string;
}

/** Names in braces; what PromQL and PowerShell have between braces is more than a lower-case word. */
const placeholder = /\{([a-z][A-Za-z]*)\}/g;

/** No character of it means anything to cmd.exe, PowerShell, or within quotes of PromQL; a colon is in IPv6 addresses. */
const harmless = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;

/**
 * A command or a query with the host's names in it.
 *
 * @throws Failure `bad-request` for an unknown placeholder, one without a host, and a name that could mean something else
 */
export const fillText = (text: string, host: AskedHost | null): string =>
  text.replace(placeholder, (_whole, name: string) => {
    const value = valueOf(name, host);
    if (harmless.test(value)) return value;
    return refuse(`${JSON.stringify(value)} cannot be put into a command for {${name}}`);
  });

/**
 * An address with the host's names in it, percent-encoded; where a host belongs, an IPv6 address gets its brackets.
 *
 * @throws Failure `bad-request`
 */
export const fillUrl = (url: string, host: AskedHost | null): string => {
  const [authority = ''] = /^[a-z]+:\/\/[^/?#]*/i.exec(url) ?? [];
  const inAuthority = authority.replace(placeholder, (_whole, name: string) => {
    const value = valueOf(name, host);
    return value.includes(':') ? `[${value}]` : encodeURIComponent(value);
  });
  const rest = url
    .slice(authority.length)
    .replace(placeholder, (_whole, name: string) => encodeURIComponent(valueOf(name, host)));
  return inAuthority + rest;
};

function valueOf(name: string, host: AskedHost | null): string {
  if (name !== 'host' && name !== 'address') return refuse(`{${name}} is not known`);
  if (host === null) return refuse(`{${name}} stands for nothing before a wave`);
  return host[name];
}

function refuse(what: string): never {
  throw new Failure('bad-request', what, { advice: 'correct the gate in the plan' });
}
