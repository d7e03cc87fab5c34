import type { AskedBy, ChannelFacts } from '../contracts/facts';

/** How a host was reached over WinRM, e.g. `ntlm, sealed` or `basic over TLSv1.3`. */
export function channelWords({ method, isSealed, tls }: ChannelFacts): string {
  if (tls !== null) return `${method} over ${tls.protocol}${tls.isLegacy ? ' (legacy)' : ''}`;
  return isSealed ? `${method}, sealed` : `${method} over plain http`;
}

/** What is not safe about it, as the end of a sentence that begins with the host; null when nothing is. */
export function channelWarning({ method, isSealed, tls }: ChannelFacts): string | null {
  if (tls?.isLegacy === true) {
    return `was reached over ${tls.protocol} (${tls.cipher}) with weak keys and digests allowed (tls: legacy): anybody on the way may have read and changed what was said; install TLS 1.2 (KB3080079 for 2008 R2) and remove tls: legacy from the fleet`;
  }
  if (tls === null && !isSealed) {
    return `was reached over plain http with ${method} (allowUnencrypted: true): anybody on the way may have read the password; use https, or auth: ntlm, which seals its messages`;
  }
  return null;
}

/** Which way a host was asked, as a sentence. */
export function askedWords({ by, events, channel }: AskedBy): string {
  const questions = by === 'shell' ? 'a shell' : 'WMI, because the host gives no shell';
  const way = channel === null ? 'SSH' : `WinRM (${channelWords(channel)})`;
  return `Asked over ${way}, by ${questions}; events by ${events}.`;
}
