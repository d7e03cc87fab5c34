import { chooseLogin } from '../../../remote/ssh/login';

const password = { username: 'a', password: 'b' };
const key = { username: 'a', privateKey: 'k' };

describe('the way of logging in that is tried next', () => {
  it.each([
    {
      what: 'a password that was wrong',
      login: password,
      offered: ['publickey', 'password'],
      next: false,
    },
    {
      what: 'a password that is not taken, but asked for',
      login: password,
      offered: ['publickey', 'keyboard-interactive'],
      next: 'keyboard-interactive',
    },
    { what: 'no use for a password', login: password, offered: ['publickey'], next: false },
    {
      what: 'a key that is not known',
      login: key,
      offered: ['publickey', 'password'],
      next: false,
    },
  ] as const)('after $what is $next', ({ login, offered, next }) => {
    const choose = chooseLogin(login);
    expect(choose(null)).toBe('password' in login ? 'password' : 'publickey');
    expect(choose(offered)).toBe(next);
  });

  it('is none after a wrong answer to a question', () => {
    const choose = chooseLogin(password);
    choose(null);
    choose(['keyboard-interactive']);
    expect(choose(['keyboard-interactive'])).toBe(false);
  });
});
