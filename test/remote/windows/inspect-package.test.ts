import { inspectCabinets } from '../../../remote/windows/inspect-package';
import { maxCommandLine } from '../../../remote/windows/composite';
import { scriptedSession } from './scripted-session';

const cabinets = (count: number, length = 20): string[] =>
  Array.from(
    { length: count },
    (_, index) => `C:\\Windows\\hotfix-rollout\\${'x'.repeat(length)}-${index}.cab`,
  );
const info = (index: number): string =>
  `Package Identity : Package_${index}~x~amd64~~1.0\r\nApplicable : Yes\r\nState : Not Present\r\n`;
const answersFor = (line: string) => {
  const names = [...line.matchAll(/\.info-(\d+)\.1/g)].map(([, index]) => Number(index));
  return {
    answers: Object.fromEntries(names.map((index) => [`info-${index}`, { text: info(index) }])),
  };
};

describe('asking servicing about cabinets', () => {
  it('takes one round trip for those of a package', async () => {
    const session = scriptedSession(answersFor);
    const found = await inspectCabinets(session, cabinets(8));
    expect(session.lines).toHaveLength(1);
    expect(found).toHaveLength(8);
  });

  it.each([20, 100, 200])(
    'never makes a line that cmd.exe cuts, with names of %d',
    async (length) => {
      const session = scriptedSession(answersFor);
      const found = await inspectCabinets(session, cabinets(50, length));
      expect(Math.max(...session.lines.map((line) => line.length))).toBeLessThan(
        maxCommandLine - 190,
      );
      expect(found?.map(({ identity }) => identity)).toEqual(
        cabinets(50).map((_, index) => `Package_${index}~x~amd64~~1.0`),
      );
    },
  );

  it('tells nothing while servicing is busy', async () => {
    const text = 'Error: 0x800f0902\r\n\r\nThe servicing infrastructure is busy.\r\n';
    const session = scriptedSession({ answers: { 'info-0': { text, succeeded: false } } });
    expect(await inspectCabinets(session, cabinets(2))).toBeNull();
  });

  it.each([
    { name: 'dism failed', answer: { text: `${info(0)}Error: 5\r\n`, succeeded: false } },
    { name: 'not applicable', answer: { text: 'Error: 0x800f081e\r\n', succeeded: false } },
    { name: 'nothing was said', answer: { text: '' } },
  ])('is no result when $name', async ({ answer }) => {
    const session = scriptedSession({ answers: { 'info-0': answer } });
    await expect(inspectCabinets(session, cabinets(1))).rejects.toMatchObject({
      code: 'unexpected-output',
    });
  });

  it('is tried again when the host did not answer in time', async () => {
    const session = scriptedSession({ timedOut: true, raw: Buffer.alloc(0) });
    await expect(inspectCabinets(session, cabinets(1))).rejects.toMatchObject({
      code: 'command-timeout',
      retryable: true,
    });
  });
});
