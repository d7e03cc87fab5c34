import { MockActivityEnvironment } from '@temporalio/testing';
import { createAssess } from '../../activities/assess';
import { createCheck } from '../../activities/check';
import type { Hotfix } from '../../contracts/hotfix';
import { sampleHotfix, sampleSymptom } from '../remote/windows/sample-hotfix';
import type { ScriptedSession } from '../remote/windows/scripted-session';
import { scriptedSession } from '../remote/windows/scripted-session';
import { modelHost } from './model-host';
import { dependenciesOn, quiet, target } from './run-step';

/** The sample as releases before 0.6 put it into a task. */
function earlierDefinition(): Hotfix {
  const { symptom: _symptom, applicability, verification, ...same } = sampleHotfix;
  const { event, ...pattern } = sampleSymptom;
  return {
    ...same,
    applicability: { os: applicability.os },
    affected: {
      kind: 'event-burst',
      ...pattern,
      symptom: {
        eventId: event.eventId,
        codeField: event.code?.field,
        code: event.code?.value,
        otherProblems: event.code?.otherProblems,
        serverField: event.serverField,
        processField: event.process?.nameField,
        pidField: event.process?.pidField,
      },
    },
    verification: { files: verification.files, settleMs: verification.settleMs },
  } as unknown as Hotfix;
}

async function run(
  create: typeof createCheck | typeof createAssess,
  hotfix: Hotfix,
  startToCloseTimeoutMs = 180_000,
): Promise<ScriptedSession> {
  const session = scriptedSession({});
  const deps = dependenciesOn(modelHost(), { openSession: () => Promise.resolve(session) });
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs }, { logger: quiet });
  const activity = create(deps) as (input: object) => Promise<unknown>;
  await environment.run(activity, { ...target, hosts: [target.hostId], hotfix });
  return session;
}

const markers = /#[0-9a-f]{16}/g;

describe.each([
  { name: 'a check', create: createCheck },
  { name: 'an assessment', create: createAssess },
])('$name', ({ create }) => {
  it('asks the same for a definition of an earlier release', async () => {
    const [now] = (await run(create, sampleHotfix)).lines;
    const [earlier] = (await run(create, earlierDefinition())).lines;
    expect(earlier?.replace(markers, '#')).toBe(now?.replace(markers, '#'));
  });

  it.each([
    { given: 180_000, limit: 120_000 },
    { given: 60_000, limit: 45_000 },
    { given: 2000, limit: 5000 },
  ])(
    'of $given ms has commands of the definition end in time: $limit ms',
    async ({ given, limit }) => {
      const command = {
        kind: 'command',
        command: 'ver',
        timeoutMs: 120_000,
        yes: [0],
        no: [1],
      } as const;
      const hotfix = { ...sampleHotfix, affected: { rule: command, suspect: null } };
      const { lines, options } = await run(create, hotfix, given);
      expect(lines.at(-1)).toBe('ver');
      expect(options.at(-1)?.timeoutMs).toBe(limit);
    },
  );
});
