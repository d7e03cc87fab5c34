import { createProcessControl } from '../../../../lab/windows/process/process-control';
import { ping } from '../../../../lab/windows/tools/ping';
import { createToolHost, runTool } from './run-tool';

describe('ping', () => {
  it.each([
    { tail: '-n 6 127.0.0.1', sleptMs: 5000, replies: 6 },
    { tail: '127.0.0.1 /N 1', sleptMs: 0, replies: 1 },
    { tail: 'LOCALHOST', sleptMs: 3000, replies: 4 },
    { tail: '-4 -n 2 ex01.contoso.test', sleptMs: 1000, replies: 2 },
    { tail: '-n 3 -w 10 dc2', sleptMs: 2000, replies: 3 },
  ])('takes $sleptMs ms of host time for ping $tail', async ({ tail, sleptMs, replies }) => {
    const tool = createToolHost();
    const run = await runTool(ping, tool, tail);
    expect(run.code).toBe(0);
    expect(run.stdout.match(/^Reply from /gm)).toHaveLength(replies);
    expect(run.stdout).toContain(
      `Packets: Sent = ${replies}, Received = ${replies}, Lost = 0 (0% loss),`,
    );
    expect(tool.sleptMs()).toBe(sleptMs);
  });

  it('prints what it prints on Windows', async () => {
    const { stdout } = await runTool(ping, createToolHost(), '-n 1 127.0.0.1');
    expect(stdout).toBe(
      [
        '',
        'Pinging 127.0.0.1 with 32 bytes of data:',
        'Reply from 127.0.0.1: bytes=32 time<1ms TTL=128',
        '',
        'Ping statistics for 127.0.0.1:',
        '    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),',
        'Approximate round trip times in milli-seconds:',
        '    Minimum = 0ms, Maximum = 0ms, Average = 0ms',
        '',
      ].join('\r\n'),
    );
  });

  it('waits out the time-out of an address that does not answer', async () => {
    const tool = createToolHost();
    const run = await runTool(ping, tool, '-n 2 -w 500 192.0.2.1');
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('Request timed out.\r\nRequest timed out.\r\n');
    expect(run.stdout).toContain('Lost = 2 (100% loss),');
    expect(tool.sleptMs()).toBe(2000);
  });

  it.each([
    {
      tail: 'nowhere.invalid',
      text: 'Ping request could not find host nowhere.invalid. Please check the name and try again.',
    },
    { tail: '', text: 'IP address must be specified.' },
    {
      tail: '-n 0 127.0.0.1',
      text: 'Bad value for option -n, valid range is from 1 to 4294967295.',
    },
    { tail: '-n x 127.0.0.1', text: 'Bad value for option -n' },
    { tail: '127.0.0.1 -n', text: 'Value must be supplied for option -n.' },
    { tail: '-z 127.0.0.1', text: 'Bad option -z.' },
    { tail: '300.0.0.1', text: 'could not find host 300.0.0.1' },
  ])('ends with 1 for ping $tail', async ({ tail, text }) => {
    const tool = createToolHost();
    const run = await runTool(ping, tool, tail);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(text);
    expect(tool.sleptMs()).toBe(0);
  });

  it('goes on with -t until it is ended', async () => {
    const control = createProcessControl();
    let replies = 0;
    const onOutput = (text: string): void => {
      if (text.startsWith('Reply')) replies += 1;
      if (replies === 10) control.kill();
    };
    const run = await runTool(ping, createToolHost(), '-t 127.0.0.1', { control, onOutput });
    expect(run.code).toBe(1);
    expect(replies).toBe(10);
  });
});
