/** What a 401 offers: scheme in lower case, and the token behind it when there is one. */
export interface Challenge {
  readonly scheme: string;
  readonly token: Buffer | null;
}

/**
 * Challenges of `WWW-Authenticate`, several headers joined by commas (RFC 9110, 11.6.1). Parameters such as
 * `realm="WSMAN"` are passed over; a token68 is decoded.
 */
export function parseChallenges(header: string): Challenge[] {
  // A comma inside of quotes belongs to a parameter.
  const pieces = header.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
  return pieces.flatMap((piece) => {
    const [, scheme = '', rest = ''] = /^([^\s=",]+)(?:\s+([^\s].*))?$/s.exec(piece.trim()) ?? [];
    if (scheme === '') return [];
    const isToken = /^[A-Za-z0-9+/._~-]+={0,2}$/.test(rest);
    return [{ scheme: scheme.toLowerCase(), token: isToken ? Buffer.from(rest, 'base64') : null }];
  });
}

export const tokenOf = (header: string, scheme: string): Buffer | null =>
  parseChallenges(header).find((one) => one.scheme === scheme.toLowerCase())?.token ?? null;

export const offers = (header: string, scheme: string): boolean =>
  parseChallenges(header).some((one) => one.scheme === scheme.toLowerCase());
