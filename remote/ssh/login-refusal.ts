import { Failure } from '../../contracts/failures';
import type { LoginAttempt } from './login-attempt';
import { doubtsAbout } from './user-certificate';

/** What happened in one login so far. */
export interface LoginStory {
  readonly username: string;
  readonly tried: LoginAttempt[];
  /** Methods that the server would still take; null until it has said so. */
  offered: readonly string[] | null;
  /** What was tried last is accepted, but not enough. */
  isPartial: boolean;
  /** Key with which the agent did not want to sign. */
  agentRefused: string | null;
  /** Question after the one that got the password. */
  askedAgain: string | null;
}

/** A person reads the list; an agent may hold any number of keys. */
const shownAttempts = 8;
const maxPromptLength = 80;

/** The same failure, with what was tried and what the server would have taken. */
export function explainRefusal(failure: Failure, story: LoginStory, nowMs: number): Failure {
  if (failure.code !== 'login-refused') return failure;
  if (story.agentRefused !== null)
    return again(
      'credential-missing',
      failure,
      [`the ssh-agent did not sign with ${story.agentRefused}`],
      {
        advice: 'unlock the agent, or let it sign without asking a person',
      },
    );
  const hints = hintsOf(story, nowMs);
  const advice = adviceOf(story);
  return again('login-refused', failure, [triedBy(story), ...offeredTo(story), ...hints], {
    ...(advice === null ? {} : { advice }),
    facts: {
      tried: listOf(story.tried.map(({ shown }) => shown)),
      offered: story.offered?.join(', ') ?? null,
    },
  });
}

function again(
  code: Failure['code'],
  failure: Failure,
  more: readonly string[],
  options: { readonly advice?: string; readonly facts?: Failure['facts'] },
): Failure {
  return new Failure(code, [failure.message, ...more].join('; '), {
    ...(options.advice === undefined ? {} : { advice: options.advice }),
    facts: { ...failure.facts, ...options.facts },
    cause: failure.cause,
  });
}

const triedBy = ({ username, tried }: LoginStory): string =>
  tried.length === 0
    ? `there was nothing to try for ${username}`
    : `tried for ${username}: ${listOf(tried.map(({ shown }) => shown))}`;

const offeredTo = ({ offered, isPartial }: LoginStory): readonly string[] => {
  if (offered === null) return [];
  if (isPartial) return [`that was accepted, but the server also wants ${offered.join(' or ')}`];
  return [`the server takes ${offered.length === 0 ? 'nothing' : offered.join(', ')}`];
};

function hintsOf({ tried, askedAgain, username }: LoginStory, nowMs: number): readonly string[] {
  const certificates = new Set(tried.map(({ certificate }) => certificate));
  const doubts = [...certificates].flatMap((certificate) =>
    certificate === undefined
      ? []
      : doubtsAbout(certificate, username, nowMs).map(
          (doubt) => `of the certificate "${certificate.keyId}": ${doubt}`,
        ),
  );
  return askedAgain === null
    ? doubts
    : [
        ...doubts,
        `after the password the server asked ${JSON.stringify(askedAgain.slice(0, maxPromptLength))}`,
      ];
}

function adviceOf({ tried, isPartial }: LoginStory): string | null {
  if (isPartial)
    return 'let the server take one method for this account (AuthenticationMethods of sshd_config)';
  if (tried.filter(({ login }) => login === 'agent').length > 1)
    return 'name the one key to use (key: SHA256:…); servers hang up after a few that they do not know (MaxAuthTries)';
  return null;
}

const listOf = (items: readonly string[]): string =>
  items.length <= shownAttempts
    ? items.join(', ')
    : `${items.slice(0, shownAttempts).join(', ')} and ${items.length - shownAttempts} more`;
