import { BaseAgent } from 'ssh2';
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { signFlags } from './agent';
import type { SshAgent } from './agent';
import type { SignatureAlgorithm } from './signing-key';

interface OneKeyAgentOptions {
  readonly agent: SshAgent;
  /** As it is shown to the server. */
  readonly key: ParsedKey;
  readonly algorithm: SignatureAlgorithm;
  /** Called when the agent does not sign. */
  readonly onRefusal: () => void;
}

/** What ssh2 takes for an agent, with one key under one algorithm, so that it is known which of them was accepted. */
export class OneKeyAgent extends BaseAgent<ParsedKey> {
  private readonly ask: OneKeyAgentOptions;

  constructor(ask: OneKeyAgentOptions) {
    super();
    this.ask = ask;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, [this.ask.key]);
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback;
    // For the plain name of RSA ssh2 chooses anew, by what the server announces.
    const chosen = typeof options === 'function' ? undefined : options.hash;
    const digest = chosen ?? this.ask.algorithm.digest;
    const flags = digest === 'sha256' || digest === 'sha512' ? signFlags[digest] : 0;
    this.ask.agent.sign(this.ask.key.getPublicSSH(), data, flags).then(
      (signature) => done?.(undefined, signature),
      (error: Error) => {
        this.ask.onRefusal();
        done?.(error);
      },
    );
  }
}
