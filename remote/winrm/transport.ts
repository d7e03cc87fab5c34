import type { PostOptions } from './http-connection';
import { contentType } from './wire/namespaces';

export interface TransportReply {
  readonly status: number;
  readonly contentType: string;
  /** Value of `Server`. */
  readonly server: string;
  /** The SOAP message in the clear, whatever the way here looked like. */
  readonly body: Buffer;
}

/** How the session logged in, for evidence and the doctor. */
export interface Login {
  readonly method: 'basic' | 'ntlm' | 'kerberos' | 'certificate';
  /** Messages are sealed by the login itself, not only by TLS. */
  readonly isSealed: boolean;
}

/**
 * Carries SOAP messages to one host as one user. Authentication lives behind it, and with NTLM or Kerberos sealing
 * ([MS-WSMV] 2.2.9.1) as well: what is above sees plain messages only.
 */
export interface Transport {
  /** @throws Failure `login-refused` or one of the connection; or the signal's reason. */
  post(message: Buffer, options: PostOptions): Promise<TransportReply>;
  /** What it logs in with; with `negotiate` what was agreed with the last connection. */
  readonly login: Login;
  close(): void;
}

export const userAgentHeaders = { 'user-agent': 'rollout' } as const;

export const messageHeaders = { 'content-type': contentType, ...userAgentHeaders } as const;
