import {
  createProcessControl,
  type ProcessControl,
} from '../../../../lab/windows/process/process-control';
import { taskkill } from '../../../../lab/windows/tools/taskkill';
import { createToolHost, runTool, type ToolHost } from './run-tool';

interface Started {
  readonly tool: ToolHost;
  readonly pids: readonly [number, number];
  readonly controls: readonly [ProcessControl, ProcessControl];
}

function withTwo(): Started {
  const tool = createToolHost();
  const controls = [createProcessControl(), createProcessControl()] as const;
  const start = (image: string, control: ProcessControl): number =>
    tool.host.processes.add(image, image, 'system', control).pid;
  return { tool, controls, pids: [start('dism.exe', controls[0]), start('cmd.exe', controls[1])] };
}

const killed = ({ controls }: Started): boolean[] => controls.map(({ isKilled }) => isKilled);

describe('taskkill', () => {
  it.each([
    { switches: '/f', text: 'The process with PID # has been terminated.' },
    { switches: '', text: 'Sent termination signal to the process with PID #.' },
    { switches: '/T /F', text: 'The process with PID # has been terminated.' },
  ])('ends a process by its id $switches', async ({ switches, text }) => {
    const started = withTwo();
    const [pid] = started.pids;
    const run = await runTool(taskkill, started.tool, `${switches} /pid ${pid}`);
    expect(run).toEqual({
      code: 0,
      stdout: `SUCCESS: ${text.replace('#', String(pid))}\r\n`,
      stderr: '',
    });
    expect(killed(started)).toEqual([true, false]);
  });

  it.each(['/im CMD.EXE /f', '/F /IM "cmd*"', '/f /fi "imagename eq cmd.exe"'])(
    'ends a process by its name: %s',
    async (tail) => {
      const started = withTwo();
      const run = await runTool(taskkill, started.tool, tail);
      expect(run.stdout).toBe(
        `SUCCESS: The process "cmd.exe" with PID ${started.pids[1]} has been terminated.\r\n`,
      );
      expect(killed(started)).toEqual([false, true]);
    },
  );

  it('ends several', async () => {
    const started = withTwo();
    const [first, second] = started.pids;
    const run = await runTool(taskkill, started.tool, `/pid ${first} /pid ${second} /f`);
    expect(run.code).toBe(0);
    expect(killed(started)).toEqual([true, true]);
  });

  it.each([
    { tail: '/pid 9999', text: 'ERROR: The process "9999" not found.', code: 128 },
    { tail: '/f /im gone.exe', text: 'ERROR: The process "gone.exe" not found.', code: 128 },
    { tail: '/pid 4 /f', text: 'ERROR: The process with PID 4 could not be terminated.', code: 1 },
    {
      tail: '/im svchost.exe /f',
      text: 'ERROR: The process "svchost.exe" with PID 700 could not be terminated.',
      code: 1,
    },
    {
      tail: '/im spoolsv.exe',
      text: 'This process can only be terminated forcefully (with /F option).',
      code: 1,
    },
    { tail: '', text: 'Neither /FI nor /PID nor /IM were specified.', code: 1 },
    { tail: '/f', text: 'Neither /FI nor /PID nor /IM were specified.', code: 1 },
    { tail: '/pid', text: "Value expected for '/pid'.", code: 1 },
    { tail: '/pid 4 /im x.exe', text: 'cannot be specified together', code: 1 },
    { tail: '/fi "x is y"', text: 'The search filter cannot be recognized.', code: 1 },
    { tail: '9999', text: "Invalid argument/option - '9999'.", code: 1 },
  ])('ends with $code for taskkill $tail', async ({ tail, text, code }) => {
    const started = withTwo();
    const run = await runTool(taskkill, started.tool, tail);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(text);
    expect(killed(started)).toEqual([false, false]);
  });

  it('says so when no process passes the filter', async () => {
    const run = await runTool(taskkill, withTwo().tool, '/fi "imagename eq gone.exe"');
    expect(run).toEqual({
      code: 0,
      stdout: 'INFO: No tasks running with the specified criteria.\r\n',
      stderr: '',
    });
  });
});
