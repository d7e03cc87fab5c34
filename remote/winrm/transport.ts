import type { PostOptions } from './http-exchange';

export interface TransportReply {
  readonly status: number;
  readonly contentType: string;
  /** The SOAP message in the clear, whatever the way here looked like. */
  readonly body: Buffer;
}

/**
 * Carries SOAP messages to one host as one user. Authentication lives behind it, and with NTLM or Kerberos sealing
 * ([MS-WSMV] 2.2.9.1) as well: what is above sees plain messages only.
 */
export interface Transport {
  /** @throws Failure `login-refused` or one of the connection; or the signal's reason. */
  post(message: Buffer, options: PostOptions): Promise<TransportReply>;
  close(): void;
}
