import type { StageResult } from '../../../contracts/steps';
import { summaryOf } from '../../../domain/host/step-summary';

const staged: StageResult = {
  folder: 'C:\\x',
  path: 'C:\\x\\fix.msu',
  sha256: 'a'.repeat(64),
  how: 'uploaded',
  bytes: 2000,
  durationMs: 3000,
};

describe('the sentence about staging', () => {
  it.each<{ more: Partial<StageResult>; words: string }>([
    { more: {}, words: 'uploaded 2000 bytes to C:\\x\\fix.msu in 3 s' },
    { more: { way: 'sftp' }, words: 'uploaded 2000 bytes by SFTP to C:\\x\\fix.msu in 3 s' },
    {
      more: { way: 'commands', resumedFrom: 500 },
      words:
        'uploaded 2000 bytes through commands to C:\\x\\fix.msu in 3 s, 500 of them by an earlier try',
    },
    { more: { how: 'pulled' }, words: 'the host pulled 2000 bytes to C:\\x\\fix.msu in 3 s' },
  ])('tells which way the package came: $words', ({ more, words }) => {
    expect(summaryOf.stage({ ...staged, ...more })).toEqual({ ok: true, summary: words });
  });
});
