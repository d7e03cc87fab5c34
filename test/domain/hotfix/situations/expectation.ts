import type { HostFacts } from '../../../../contracts/facts';
import type { Hotfix } from '../../../../contracts/hotfix';
import type { Verdict } from '../../../../contracts/outcome';
import { judge } from '../../../../domain/hotfix';
import type { Situation } from './situation';
import { factsFor, hotfixFor } from './table';

/** What is said of the situation, by another definition or of other facts where these are given. */
export function verdictOn(
  situation: Situation,
  hotfix?: Hotfix,
  seen: (facts: HostFacts) => HostFacts = (facts) => facts,
): Verdict {
  return judge(seen(factsFor(situation)), hotfixFor(situation, hotfix));
}

/** The parts of a verdict of which the situation expects something. */
export function expectedPart(situation: Situation, { state, reasons, currentlyStalling }: Verdict) {
  const { also, says, stalling } = situation;
  const codes = reasons.map(({ code }) => code);
  const words = reasons.map(({ message }) => message).join(' ');
  return {
    state,
    reason: codes[0],
    ...(also !== undefined && { also: codes.includes(also) ? also : codes }),
    ...(says !== undefined && { says: words.includes(says) ? says : words }),
    ...(stalling !== undefined && { stalling: currentlyStalling }),
  };
}

/** In the same form. */
export function expectation({ state, reason, also, says, stalling }: Situation) {
  return {
    state,
    reason,
    ...(also !== undefined && { also }),
    ...(says !== undefined && { says }),
    ...(stalling !== undefined && { stalling }),
  };
}
