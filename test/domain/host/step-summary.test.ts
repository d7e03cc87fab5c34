import type {
  InspectedPackage,
  RemoveResult,
  StageResult,
  WatchResult,
} from '../../../contracts/steps';
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

describe('the sentence about what servicing says', () => {
  const one: InspectedPackage = {
    cabinet: 'C:\\x\\a.cab',
    identity: 'A~x~amd64~~1.0',
    applicable: true,
    state: 'absent',
    restart: 'required',
  };
  it('names every package, in the order of their installation', () => {
    const packages = [
      one,
      { ...one, identity: 'B~x~amd64~~1.0', applicable: false, state: 'superseded', restart: null },
      { ...one, identity: 'C~x~amd64~~1.0', applicable: null, restart: 'no' },
    ] as const;
    expect(summaryOf.inspect({ packages, durationMs: 1 })).toEqual({
      ok: true,
      summary:
        'A~x~amd64~~1.0 applies, absent, restart: required; B~x~amd64~~1.0 does not apply, superseded; ' +
        'C~x~amd64~~1.0 does not say whether it applies, absent, restart: no',
    });
  });
});

describe('the sentence about a removal', () => {
  const removed: RemoveResult = {
    how: 'removed',
    exitCode: 3010,
    package: { state: 'uninstall-pending', identity: 'A' },
    task: 't',
    logTail: '',
    durationMs: 2000,
  };
  it.each<{ more: Partial<RemoveResult>; words: string }>([
    { more: {}, words: 'the removal ran, exit code 3010, package uninstall-pending, 2 s' },
    {
      more: { how: 'found-absent', exitCode: null, package: { state: 'absent', identity: null } },
      words: 'the package was not installed, package absent, 2 s',
    },
  ])('tells what was found: $words', ({ more, words }) => {
    expect(summaryOf.remove({ ...removed, ...more }).summary).toBe(words);
  });
});

describe('the sentence about watching', () => {
  const since = '2015-05-04T09:00:00.000Z';
  const hostTime = '2015-05-04T09:20:00.000Z';
  it.each<{ result: WatchResult; ok: boolean; words: string }>([
    {
      result: { symptoms: 0, firstAt: null, hostTime },
      ok: true,
      words: `quiet since ${since} until ${hostTime}`,
    },
    {
      result: { symptoms: 1, firstAt: since, hostTime },
      ok: false,
      words: `the symptom was logged once, first at ${since}`,
    },
    {
      result: { symptoms: 3, firstAt: null, hostTime: null },
      ok: false,
      words: 'the symptom was logged 3 times',
    },
    {
      result: { symptoms: null, firstAt: null, hostTime: null, why: 'the log was cleared' },
      ok: false,
      words: 'whether the symptom was logged could not be told: the log was cleared',
    },
  ])('tells $words', ({ result, ok, words }) => {
    expect(summaryOf.watch(result, since)).toEqual({ ok, summary: words });
  });

  it('tells as much as is known without the time from which on it counts', () => {
    expect(summaryOf.watch({ symptoms: 0, firstAt: null, hostTime }).summary).toBe(
      `quiet until ${hostTime}`,
    );
  });
});
