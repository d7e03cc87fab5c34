import { createHmac } from 'node:crypto';
import { WireReader } from './wire-reader';

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) that can be used. */
export interface KnownKey {
  readonly marker: 'revoked' | 'cert-authority' | null;
  /** Field of names: patterns, or one hash. */
  readonly names: string;
  /** Key in wire form. */
  readonly key: Buffer;
  /** e.g. `ssh-ed25519` */
  readonly kind: string;
  readonly file: string;
  readonly line: number;
}

/** A line that is neither empty nor a comment, and cannot be used. */
export interface BrokenLine {
  /** Null when not even that can be told. */
  readonly names: string | null;
  readonly file: string;
  readonly line: number;
}

export interface KnownHosts {
  readonly keys: readonly KnownKey[];
  /** As OpenSSH does, such lines are passed over; they are named when a host is not found. */
  readonly broken: readonly BrokenLine[];
}

export function parseKnownHosts(text: string, file: string): KnownHosts {
  const keys: KnownKey[] = [];
  const broken: BrokenLine[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) continue;
    const at = { file, line: index + 1 };
    const parsed = parseLine(line);
    if ('key' in parsed) keys.push({ ...parsed, ...at });
    else broken.push({ ...parsed, ...at });
  }
  return { keys, broken };
}

type ParsedLine = Omit<KnownKey, 'file' | 'line'> | Pick<BrokenLine, 'names'>;

function parseLine(line: string): ParsedLine {
  const fields = line.split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? (fields.shift() ?? '').slice(1) : null;
  if (marker !== null && marker !== 'revoked' && marker !== 'cert-authority')
    return { names: null };
  const [names, kind, base64] = fields;
  if (names === undefined || kind === undefined || base64 === undefined)
    return { names: names ?? null };
  const key = Buffer.from(base64, 'base64');
  return kindOf(key) === kind ? { marker, names, kind, key } : { names };
}

/** Null when it is no key: every kind is a row of strings, of which the first names the kind (RFC 4253 section 6.6). */
function kindOf(key: Buffer): string | null {
  try {
    const reader = new WireReader(key);
    const kind = reader.text();
    if (reader.isAtEnd) return null;
    while (!reader.isAtEnd) reader.string();
    return kind;
  } catch {
    return null;
  }
}

/** The name under which OpenSSH looks a host up: the port is part of it when it is not the usual one. */
export const lookupName = (address: string, port: number): string =>
  port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;

/** Whether a field of names stands for a host. */
export function matchesName(names: string, host: string): boolean {
  if (names.startsWith('|')) return matchesHash(names, host);
  const patterns = names.split(',');
  // One negated pattern that matches outdoes all the others of its line (sshd(8)).
  return (
    !patterns.some(
      (pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), host),
    ) && patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, host))
  );
}

/** `|1|salt|digest`, both in base64: HMAC-SHA1 of the name with the salt as the key (hostfile.c, host_hash). */
function matchesHash(names: string, host: string): boolean {
  const match = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(names);
  if (match === null) return false;
  const salt = Buffer.from(match[1] ?? '', 'base64');
  return createHmac('sha1', salt).update(host).digest('base64') === match[2];
}

/**
 * `*` for any characters, `?` for one (match.c, match_pattern). Two marks and no recursion: a line of many stars must
 * not take for ever.
 */
function matchesPattern(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let position = 0; position < host.length;) {
    if (
      at < wanted.length &&
      (wanted[at] === '?' || wanted[at] === host[position]) &&
      wanted[at] !== '*'
    ) {
      at += 1;
      position += 1;
    } else if (wanted[at] === '*') {
      star = at;
      at += 1;
      resumeAt = position;
    } else if (star >= 0) {
      at = star + 1;
      resumeAt += 1;
      position = resumeAt;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}
