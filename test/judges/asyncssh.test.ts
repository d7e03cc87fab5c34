import { describeSshJudge } from './ssh-judge-suite';

describeSshJudge({
  module: 'asyncssh',
  script: 'asyncssh_judge.py',
  // It cuts them itself, as POSIX does.
  seenExitCode: (code) => code & 0xff,
  stops: ['KILL', 'TERM', 'close'],
});
