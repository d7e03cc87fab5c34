/** Parts of a sealed message as [MS-WSMV] 2.2.9.1 puts them on the wire. */
export interface SealedParts {
  /** NTLM: the 16-byte signature. Kerberos: the RFC 4121 token up to the data, 60 bytes with AES. */
  readonly header: Buffer;
  /** As long as the message in the clear, whatever the cipher. */
  readonly data: Buffer;
}

export interface AuthenticationStep {
  /** To be sent to the host; null when it has all it needs. */
  readonly token: Buffer | null;
  /** No further token will be sent: the request that carries this one may carry a message as well. */
  readonly isLast: boolean;
}

/**
 * One login on one connection, and what seals its messages afterwards. Sequence numbers make it belong to its
 * connection: shared between two, it would be refused on both.
 */
export interface SecurityContext {
  readonly mechanism: 'ntlm' | 'kerberos';
  /**
   * The next token, given what the host answered to the last one; null for the first.
   *
   * @throws Failure `login-refused` and the like when no token can be made, or the host's is not to be believed
   */
  step(received: Buffer | null): Promise<AuthenticationStep>;
  /** Both sides have proved themselves; only then may `seal` and `unseal` be called, in the order of the wire. */
  isComplete(): boolean;
  seal(message: Buffer): SealedParts;
  /** @throws Failure `hostile-reply` when it was altered on its way or belongs to another place in the sequence */
  unseal(parts: SealedParts): Buffer;
  /** Frees what is held outside of JavaScript, and forgets keys. Safe to call twice. */
  dispose(): void;
}

/** A way to log in, chosen for a session; makes a context for every connection of it. */
export interface Mechanism {
  /** Scheme of the `Authorization` header. */
  readonly scheme: 'Negotiate' | 'Kerberos';
  /** Protocol of the sealed message: `application/HTTP-SPNEGO-session-encrypted` under `Negotiate`. */
  readonly protocol: string;
  createContext(surroundings: ContextSurroundings): SecurityContext;
  /** Frees what is held outside of JavaScript. Safe to call twice. */
  dispose?(): void;
}

export interface ContextSurroundings {
  /**
   * Application data of the channel bindings, `tls-server-end-point:` and the digest of the server's certificate
   * (RFC 5929, 4); null without TLS.
   */
  readonly channelBindings: Buffer | null;
}
