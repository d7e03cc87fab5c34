import type { Failure } from '../../../contracts/failures';
import { symptomAfter, symptomsSince } from '../../../remote/windows/symptom-look';
import { sampleSymptom } from './sample-hotfix';
import type { ScriptedAnswer } from './scripted-session';
import { scriptedSession } from './scripted-session';

const event = (recordId: number, at: string, code: string | null, eventId = 2070): string =>
  `<Event xmlns='x'><System><Provider Name='MSExchange ADAccess'/><EventID>${eventId}</EventID><TimeCreated SystemTime='${at}.000000000Z'/><EventRecordID>${recordId}</EventRecordID></System><EventData><Data>store.exe</Data><Data>1</Data><Data>dc1</Data>${code === null ? '' : `<Data>${code}</Data>`}<Data>several\r\nlines (of) text</Data></EventData></Event>\r\n`;

const since = '2015-05-04T09:10:11.789Z';
const clock = (text: string): ScriptedAnswer => ({ text: `\r\r\nLocalDateTime=${text}\r\r\n` });
const quiet: { readonly [name: string]: ScriptedAnswer } = {
  clock: clock('20150504113000.500000+120'),
  oldest: { text: event(1, '2015-04-01T00:00:00', null, 1) },
  symptoms: { text: '' },
};
const look = (answers: { readonly [name: string]: ScriptedAnswer }, pattern = sampleSymptom) =>
  symptomsSince(scriptedSession({ answers: { ...quiet, ...answers } }), pattern, since);

describe('symptoms since a time', () => {
  it('are none in a log that reaches back to it', async () => {
    expect(await look({})).toEqual({
      symptoms: { known: true, value: [] },
      hostTime: '2015-05-04T09:30:00.500Z',
    });
  });

  it('are asked for from the whole second on, because old hosts log no parts of one', async () => {
    const session = scriptedSession({ answers: quiet });
    await symptomsSince(session, sampleSymptom, since);
    expect(session.lines).toHaveLength(1);
    expect(session.lines[0]).toContain(
      `"/q:*[System[Provider[@Name='MSExchange ADAccess'] and (EventID=2070) and TimeCreated[@SystemTime >= '2015-05-04T09:10:11.000Z']]]"`,
    );
  });

  it('are those with the code of this problem, however it is written', async () => {
    const { symptoms } = await look({
      symptoms: {
        text:
          event(9, '2015-05-04T09:20:00', '0x55') +
          event(8, '2015-05-04T09:19:00', '51') +
          event(7, '2015-05-04T09:18:00', '55') +
          event(6, '2015-05-04T09:17:00', null),
      },
    });
    expect(symptoms).toMatchObject({ known: true, value: [{ recordId: 9 }, { recordId: 7 }] });
  });

  it('are all events of a symptom that has no code', async () => {
    const pattern = { ...sampleSymptom, event: { ...sampleSymptom.event, code: null } };
    const text = event(9, '2015-05-04T09:20:00', null) + event(8, '2015-05-04T09:19:00', '51');
    expect(await look({ symptoms: { text } }, pattern)).toMatchObject({
      symptoms: { value: [{ recordId: 9 }, { recordId: 8 }] },
    });
  });

  it.each<{ name: string; answers: { readonly [name: string]: ScriptedAnswer }; why: RegExp }>([
    { name: 'the log is empty', answers: { oldest: { text: '' } }, why: /is empty/ },
    {
      name: 'the log begins later',
      answers: { oldest: { text: event(1, '2015-05-04T09:10:12', null, 1) } },
      why: /goes back to 2015-05-04T09:10:12/,
    },
    {
      name: 'the log cannot be read',
      answers: { symptoms: { text: 'Access is denied.\r\n', succeeded: false } },
      why: /Access is denied/,
    },
    {
      name: 'its oldest record cannot be read',
      answers: { oldest: { text: 'Access is denied.\r\n', succeeded: false } },
      why: /Access is denied/,
    },
    {
      name: 'the answer is cut',
      answers: { symptoms: { text: event(8, '2015-05-04T09:19:00', '51').slice(0, -20) } },
      why: /not well-formed/,
    },
    {
      name: 'the clock was set back',
      answers: { clock: clock('20150504091000.000000+120') },
      why: /set back to 2015-05-04T07:10/,
    },
    {
      name: 'other codes may hide them',
      answers: { symptoms: { text: event(8, '2015-05-04T09:19:00', '51').repeat(500) } },
      why: /more events/,
    },
  ])('are unknown when $name and none is seen', async ({ answers, why }) => {
    expect((await look(answers)).symptoms).toEqual({
      known: false,
      why: expect.stringMatching(why),
    });
  });

  it('that are seen count, whatever else cannot be told', async () => {
    const seen = event(9, '2015-05-04T09:20:00', '55');
    const { symptoms, hostTime } = await look({
      clock: { text: 'Invalid class\r\n', succeeded: false },
      oldest: { text: '' },
      symptoms: { text: `${seen}<Event><System>` },
    });
    expect(symptoms).toMatchObject({ known: true, value: [{ recordId: 9 }] });
    expect(hostTime).toBeNull();
  });

  it('cannot be asked for since what is no time', async () => {
    const asked = symptomsSince(scriptedSession({}), sampleSymptom, 'yesterday');
    await expect(asked).rejects.toMatchObject({ code: 'bad-request' } satisfies Partial<Failure>);
  });

  it('of a host that says nothing at all is a failure', async () => {
    const silent = scriptedSession({ raw: Buffer.alloc(0), timedOut: true });
    await expect(symptomsSince(silent, sampleSymptom, since)).rejects.toMatchObject({
      code: 'command-timeout',
    });
  });
});

describe('the symptom after a record', () => {
  const after = (symptoms: ScriptedAnswer) =>
    symptomAfter(scriptedSession({ answers: { symptoms } }), sampleSymptom, 700);

  it.each<{ name: string; answer: ScriptedAnswer; seen: boolean | null }>([
    { name: 'one of it', answer: { text: event(701, '2015-05-04T09:20:00', '55') }, seen: true },
    {
      name: 'another code',
      answer: { text: event(701, '2015-05-04T09:20:00', '51') },
      seen: false,
    },
    { name: 'nothing', answer: { text: '' }, seen: false },
    { name: 'an error', answer: { text: 'x', succeeded: false }, seen: null },
  ])('is $seen for $name', async ({ answer, seen }) => {
    expect(await after(answer)).toBe(seen);
  });
});
