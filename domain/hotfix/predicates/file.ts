import type { HostFacts } from '../../../contracts/facts';
import type { FilePredicate } from '../../../contracts/predicate';
import { compareVersions } from '../compare-versions';
import { type Answered, judgeObserved, unsure, yesOrNo } from './answered';

export function fileWords({ path, test }: FilePredicate): string {
  if ('is' in test) return `${path} ${test.is === 'present' ? 'is there' : 'is not there'}`;
  return 'atLeast' in test
    ? `${path} is version ${test.atLeast} or newer`
    : `${path} is older than ${test.below}`;
}

export function judgeFile(predicate: FilePredicate, facts: HostFacts): Answered {
  const { path, test } = predicate;
  const words = fileWords(predicate);
  return judgeObserved({ predicate, words }, facts, ({ version }) => {
    // A file that is not there is neither old nor new.
    if (version === null) {
      const isAbsence = 'is' in test && test.is === 'absent';
      return yesOrNo(isAbsence, 'file-absent', `${path} is not there.`);
    }
    const seen = { version };
    if ('is' in test) {
      return yesOrNo(test.is === 'present', 'file-present', `${path} is there.`, seen);
    }
    const order = compareVersions(version, 'atLeast' in test ? test.atLeast : test.below);
    if (order === null) {
      const why = version === '' ? 'the file has no version' : `its version reads "${version}"`;
      return unsure('file-version-unreadable', words, why, seen);
    }
    const isYes = 'atLeast' in test ? order >= 0 : order < 0;
    return yesOrNo(isYes, 'file-version', `${path} is version ${version}.`, seen);
  });
}
