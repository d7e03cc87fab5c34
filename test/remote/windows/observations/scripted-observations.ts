import type { HostFacts } from '../../../../contracts/facts';
import type { Predicate } from '../../../../contracts/predicate';
import { probe } from '../../../../remote/windows/probe';
import { sampleHotfix } from '../sample-hotfix';
import type { Script, ScriptedAnswer, ScriptedSession } from '../scripted-session';
import { scriptedSession } from '../scripted-session';

export const hotfixThatAsks = (...of: readonly Predicate[]) => ({
  ...sampleHotfix,
  symptom: null,
  affected: { rule: { kind: 'all', of } as const, suspect: null },
  verification: { ...sampleHotfix.verification, files: [] },
});

export interface Asked {
  readonly observations: NonNullable<HostFacts['observations']>;
  readonly session: ScriptedSession;
}

/** Observations of a host that answers from a table; the definition asks for nothing else. */
export async function observationsOf(
  predicates: readonly Predicate[],
  script: { readonly [name: string]: ScriptedAnswer } | ((line: string) => Script),
): Promise<Asked> {
  const session = scriptedSession(typeof script === 'function' ? script : { answers: script });
  const facts = await probe(session, hotfixThatAsks(...predicates), () => 0);
  return { observations: facts.observations ?? {}, session };
}

/** As wmic prints into a pipe. */
export const wmic = (...instances: readonly { readonly [name: string]: string | number }[]) => ({
  text: instances
    .map((one) => {
      const lines = Object.entries(one).map(([name, value]) => `${name}=${value}\r\r\n`);
      return `\r\r\n\r\r\n${lines.join('')}\r\r\n`;
    })
    .join(''),
});
