import type { FallbackResult } from '../../../contracts/steps';
import { judgeFallback } from '../../../domain/hotfix';

const at = '2015-05-04T09:00:00.000Z';
const result: FallbackResult = {
  services: [{ name: 'DNS', processBefore: 1, processAfter: 2 }],
  appPools: [],
  symptomSince: false,
  done: [
    { at, what: 'set TcpReceivePacketSize to 65280' },
    { at, what: 'stopped DNS' },
  ],
  problems: [],
  durationMs: 1,
};
const codesOf = ({ reasons }: ReturnType<typeof judgeFallback>) => reasons.map(({ code }) => code);

describe('whether a fallback helped', () => {
  it('tells what was done in which order, helped or not', () => {
    for (const problems of [[], ['DNS did not start']]) {
      const { ok, reasons } = judgeFallback({ ...result, problems });
      expect(ok).toBe(problems.length === 0);
      expect(reasons.at(-1)?.message).toBe(
        'Done in this order: 1. set TcpReceivePacketSize to 65280; 2. stopped DNS.',
      );
    }
  });

  it('says nothing of processes when none had to be new', () => {
    const judged = judgeFallback({ ...result, services: [] });
    expect(codesOf(judged)).toEqual(['fallback-done', 'symptom-gone', 'fallback-order']);
  });

  it('claims to have watched for no symptom where there is none', () => {
    const judged = judgeFallback(result, { symptom: null });
    expect(codesOf(judged)).toEqual(['restarted', 'no-symptom', 'fallback-order']);
  });

  it.each([true, null])(
    'is a failure when the symptom came back or is not known to be gone (%p)',
    (symptomSince) => {
      expect(judgeFallback({ ...result, symptomSince }).ok).toBe(false);
    },
  );

  it('reads what earlier releases recorded', () => {
    const { done: _, ...earlier } = result;
    expect(codesOf(judgeFallback(earlier))).toEqual(['restarted', 'symptom-gone']);
  });

  it('cuts an order that nobody would read', () => {
    const done = Array.from({ length: 60 }, () => ({ at, what: 'x'.repeat(400) }));
    const { reasons } = judgeFallback({ ...result, done });
    expect(reasons.at(-1)?.message.length).toBeLessThan(1600);
  });
});
