import type { KeyboardInteractiveAuthMethod, Prompt } from 'ssh2';
import type { PasswordCredential } from '../../contracts/fleet';
import type { LoginAttempt } from './login-attempt';

/** Attempts with a password: as such, and as the answer to a server that asks for it (RFC 4256). */
export function passwordAttempts(
  { username, password }: PasswordCredential,
  onAskedAgain: (prompt: string) => void,
): readonly LoginAttempt[] {
  return [
    {
      method: 'password',
      login: 'password',
      shown: 'password',
      start: { type: 'password', username, password },
    },
    {
      method: 'keyboard-interactive',
      login: 'keyboard-interactive',
      shown: 'keyboard-interactive',
      start: { type: 'keyboard-interactive', username, prompt: answerOnce(password, onAskedAgain) },
    },
  ];
}

/**
 * The first question that is not echoed gets the password. Later ones are about something else, such as a new password
 * in place of one that has expired, or the same once more: an empty answer ends them.
 */
function answerOnce(
  password: string,
  onAskedAgain: (prompt: string) => void,
): KeyboardInteractiveAuthMethod['prompt'] {
  let isGiven = false;
  const answerTo = ({ prompt, echo }: Prompt): string => {
    if (!isGiven && echo !== true) {
      isGiven = true;
      return password;
    }
    onAskedAgain(prompt);
    return '';
  };
  return (_name, _instructions, _language, prompts, finish) => finish(prompts.map(answerTo));
}
