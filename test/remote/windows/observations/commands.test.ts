import { Failure } from '../../../../contracts/failures';
import type { CommandPredicate } from '../../../../contracts/predicate';
import { observationKey } from '../../../../contracts/predicate';
import { probe } from '../../../../remote/windows/probe';
import type { Script } from '../scripted-session';
import { scriptedSession } from '../scripted-session';
import { hotfixThatAsks, observationsOf, wmic } from './scripted-observations';

const command = (text: string, timeoutMs = 30_000): CommandPredicate => ({
  kind: 'command',
  command: text,
  timeoutMs,
  yes: [0],
  no: [1],
});
const icacls = command('icacls %windir%\\system32\\config\\sam | find "(RX)"');

/** The check itself is answered, and a command as given. */
const answering =
  (commands: { readonly [line: string]: Script }) =>
  (line: string): Script =>
    commands[line] ?? { answers: { 'free-space': wmic({ FreeSpace: '1' }) } };

describe('a command of a definition', () => {
  it('runs as it is written, by itself and with its own time, after the check', async () => {
    const other = command('exit 3', 5000);
    const { session, observations } = await observationsOf(
      [icacls, other],
      answering({ [icacls.command]: { exitCode: 1 }, [other.command]: { exitCode: 3 } }),
    );
    expect(session.lines.slice(1)).toEqual([icacls.command, other.command]);
    expect(session.lines[0]).not.toContain('icacls');
    expect(session.options.slice(1).map(({ timeoutMs }) => timeoutMs)).toEqual([30_000, 5000]);
    expect(observations[observationKey(icacls)]).toEqual({
      known: true,
      value: { kind: 'command', exitCode: 1, outputTail: '' },
    });
    expect(observations[observationKey(other)]).toMatchObject({ value: { exitCode: 3 } });
  });

  it('tells the end of what it printed, without what a terminal would obey', async () => {
    const raw = Buffer.from(`${'x'.repeat(600)}\r\nlast \u001b[31mline\u0007\r\n`);
    const { observations } = await observationsOf(
      [icacls],
      answering({ [icacls.command]: { raw, stderr: Buffer.from('and an error\r\n') } }),
    );
    const answer = observations[observationKey(icacls)];
    const tail = answer?.known && answer.value.kind === 'command' ? answer.value.outputTail : '';
    expect(tail).toHaveLength(500);
    expect(tail.endsWith('xxx\nlast  [31mline \n\nand an error')).toBe(true);
  });

  it.each<{ name: string; script: Script }>([
    { name: 'does not end in time', script: { timedOut: true } },
    {
      name: 'is not taken in time',
      script: { failure: new Failure('command-timeout', 'no answer') },
    },
    { name: 'is killed', script: { failure: new Failure('command-killed', 'killed') } },
  ])('that $name is unknown and costs no other answer', async ({ script }) => {
    const after = command('ver');
    const session = scriptedSession(answering({ [icacls.command]: script }));
    const facts = await probe(session, hotfixThatAsks(icacls, after), () => 0);
    expect(facts.observations?.[observationKey(icacls)]).toMatchObject({ known: false });
    expect(facts.observations?.[observationKey(after)]).toMatchObject({ known: true });
    expect(facts.freeBytes).toEqual({ known: true, value: 1 });
  });

  it('that loses the connection fails the probe, which is then tried again', async () => {
    const failure = new Failure('connection-lost', 'gone');
    await expect(
      observationsOf([icacls], answering({ [icacls.command]: { failure } })),
    ).rejects.toBe(failure);
  });

  it('gets what is left of the time, and is not run when nothing is', async () => {
    let now = 0;
    const first = command('first', 60_000);
    const second = command('second', 60_000);
    const third = command('third', 60_000);
    const session = scriptedSession((line) => {
      if (line === 'second') now = 49_500;
      return answering({})(line);
    });
    const question = hotfixThatAsks(first, second, third);
    const facts = await probe(session, question, () => now, { until: 50_000 });
    expect(session.lines.slice(1)).toEqual(['first', 'second']);
    expect(session.options.at(1)?.timeoutMs).toBe(50_000);
    expect(facts.observations?.[observationKey(third)]).toEqual({
      known: false,
      why: 'no time was left for the command',
    });
  });
});
