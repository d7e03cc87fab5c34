import { describeSshJudge } from './ssh-judge-suite';

describeSshJudge({
  module: 'paramiko',
  script: 'paramiko_judge.py',
  // All 32 bits, unsigned as they come (RFC 4254 section 6.10).
  seenExitCode: (code) => code >>> 0,
  stops: ['close'],
});
