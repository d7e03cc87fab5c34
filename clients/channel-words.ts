import type { AskedBy, ChannelFacts, SshChannelFacts } from '../contracts/facts';

/** How a host was reached, e.g. `ntlm, sealed`, `basic over TLSv1.3` or `publickey over ssh`. */
export function channelWords(channel: ChannelFacts): string {
  if ('kind' in channel) return sshWords(channel);
  const { method, isSealed, tls } = channel;
  if (tls !== null) return `${method} over ${tls.protocol}${tls.isLegacy ? ' (legacy)' : ''}`;
  return isSealed ? `${method}, sealed` : `${method} over plain http`;
}

function sshWords({ login, cipher, isLegacy, via, shell }: SshChannelFacts): string {
  const way = via.length === 0 ? '' : ` via ${via.join(', ')}`;
  const taker = shell === null || shell.kind === 'cmd' ? '' : `, shell ${shell.kind}`;
  return `${login} over ssh${way} (${cipher}${isLegacy ? ', legacy' : ''})${taker}`;
}

/** What is not safe about it, as the end of a sentence that begins with the host; null when nothing is. */
export function channelWarning(channel: ChannelFacts): string | null {
  if ('kind' in channel) return sshWarning(channel);
  const { method, isSealed, tls } = channel;
  if (tls?.isLegacy === true) {
    return `was reached over ${tls.protocol} (${tls.cipher}) with weak keys and digests allowed (tls: legacy): anybody on the way may have read and changed what was said; install TLS 1.2 (KB3080079 for 2008 R2) and remove tls: legacy from the fleet`;
  }
  if (tls === null && !isSealed) {
    return `was reached over plain http with ${method} (allowUnencrypted: true): anybody on the way may have read the password; use https, or auth: ntlm, which seals its messages`;
  }
  return null;
}

function sshWarning({ cipher, keyExchange, hostKey, isLegacy }: SshChannelFacts): string | null {
  if (!isLegacy) return null;
  return `was reached over ssh with weak algorithms allowed (algorithms: legacy; ${keyExchange}, ${cipher}, ${hostKey}): who is on the way may read along; renew its SSH server and remove algorithms: legacy from the fleet`;
}

/** Which way a host was asked, as a sentence. */
export function askedWords({ by, events, channel }: AskedBy): string {
  const questions = by === 'shell' ? 'a shell' : 'WMI, because the host gives no shell';
  const transport = channel === null || 'kind' in channel ? 'SSH' : 'WinRM';
  const way = channel === null ? transport : `${transport} (${channelWords(channel)})`;
  return `Asked over ${way}, by ${questions}; events by ${events}.`;
}
