import type { HostFacts } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import type { HostAssessment } from '../../contracts/steps';

/** What a verdict rests on, in one line for a table; empty for a host that could not be asked. */
export function evidenceLine(assessment: HostAssessment | undefined): string {
  if (assessment?.reached !== true) return '';
  const { facts, verdict } = assessment;
  return [
    verdict.currentlyStalling ? 'stalling right now' : '',
    ...(verdict.corroboration ?? [])
      .filter(({ answer }) => answer === 'yes')
      .map(({ question }) => question),
    eventWords(facts),
    valueWords(facts.package, ({ state }) => `package ${state}`),
    fileWords(facts),
    valueWords(facts.os, ({ version, servicePack }) =>
      servicePack === 0 ? version : `${version} SP${String(servicePack)}`,
    ),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function eventWords({ events }: HostFacts): string {
  return valueWords(events, ({ symptoms, oldestRecordAt }) => {
    const reach = oldestRecordAt === null ? '' : `, log back to ${oldestRecordAt.slice(0, 10)}`;
    return `${String(symptoms.length)} deciding events${reach}`;
  });
}

function fileWords({ fileVersions }: HostFacts): string {
  return valueWords(fileVersions, (versions) =>
    Object.entries(versions)
      .map(([path, version]) => `${path.split('\\').at(-1) ?? path} ${version ?? 'missing'}`)
      .join(', '),
  );
}

const valueWords = <T>(answer: Answer<T>, words: (value: T) => string): string =>
  answer.known ? words(answer.value) : '';
