import { MockActivityEnvironment } from '@temporalio/testing';
import { createWatch } from '../../activities/watch';
import { createActivities } from '../../activities';
import type { WatchInput, WatchResult } from '../../contracts/steps';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import type { Script } from '../remote/windows/scripted-session';
import { scriptedSession } from '../remote/windows/scripted-session';
import { hotfix, startScene } from './lab-scene';
import { modelHost } from './model-host';
import { dependenciesOn, quiet, target } from './run-step';

const event = (recordId: number, at: string): string =>
  `<Event xmlns='x'><System><EventID>2070</EventID><TimeCreated SystemTime='${at}'/><EventRecordID>${recordId}</EventRecordID></System><EventData><Data>store.exe</Data><Data>1</Data><Data>dc1</Data><Data>55</Data></EventData></Event>`;

const since = '2015-05-04T09:10:00.000Z';

function watchOn(script: Script, hotfixOfWatch = sampleHotfix): Promise<WatchResult> {
  const deps = dependenciesOn(modelHost(), {
    openSession: () => Promise.resolve(scriptedSession(script)),
  });
  const input: WatchInput = { ...target, hotfix: hotfixOfWatch, since };
  return new MockActivityEnvironment({}, { logger: quiet }).run(createWatch(deps), input);
}

describe('a look at a host that is only watched', () => {
  const answers = {
    clock: { text: 'LocalDateTime=20150504093000.000000+000\r\r\n' },
    oldest: { text: event(1, '2015-04-01T00:00:00Z') },
  };

  it('counts the symptoms and tells the first', async () => {
    const text = event(9, '2015-05-04T09:20:00Z') + event(8, '2015-05-04T09:15:00Z');
    expect(await watchOn({ answers: { ...answers, symptoms: { text } } })).toEqual({
      symptoms: 2,
      firstAt: '2015-05-04T09:15:00.000Z',
      hostTime: '2015-05-04T09:30:00.000Z',
    });
  });

  it('tells a quiet host', async () => {
    expect(await watchOn({ answers })).toMatchObject({ symptoms: 0, firstAt: null });
  });

  it('says why it cannot be told', async () => {
    const cleared = { ...answers, oldest: { text: '' } };
    expect(await watchOn({ answers: cleared })).toEqual({
      symptoms: null,
      firstAt: null,
      hostTime: '2015-05-04T09:30:00.000Z',
      why: expect.stringContaining('was cleared'),
    });
  });

  it('asks nothing for a hotfix without a symptom', async () => {
    const failure = new Error('nothing is asked');
    expect(await watchOn({ failure }, { ...sampleHotfix, symptom: null })).toEqual({
      symptoms: 0,
      firstAt: null,
      hostTime: null,
    });
  });

  it.each([
    { ldap: 'stall', before: true },
    { ldap: 'server-down', before: false },
  ] as const)('of the lab, where LDAP shows $ldap: symptoms $before', async ({ ldap, before }) => {
    const scene = await startScene('ssh', { windows: { ldap, ldapSinceMs: 3_600_000 } });
    try {
      const { watch } = createActivities(scene.deps);
      const look = (ageMs: number): Promise<WatchResult> =>
        new MockActivityEnvironment({}, { logger: quiet }).run(watch, {
          ...scene.target,
          hotfix,
          since: new Date(Date.now() - ageMs).toISOString(),
        });
      const hours = await look(2 * 3_600_000);
      expect((hours.symptoms ?? 0) > 0).toBe(before);
      expect(hours.firstAt !== null).toBe(before);
      // The host's clock runs on; nothing was logged in a time that has not come.
      expect((await look(-3_600_000)).why).toMatch(/set back/);
      // Further back than the log.
      expect((await look(90 * 86_400_000)).symptoms === null).toBe(!before);
    } finally {
      await scene.close();
    }
  });
});
