import { stripVTControlCharacters } from 'node:util';
import { colorsFor } from '../../../clients/cli/colors';
import { openLiveView } from '../../../clients/progress/live';
import { progressLines } from '../../../clients/progress/plain';
import { clip, renderProgress } from '../../../clients/progress/render';
import { openScreen } from '../../../clients/progress/screen';
import type { ProgressView } from '../../../clients/progress/view';
import type { HostProgress } from '../../../contracts/rollout';
import { aHost, aStatus, doneHost } from '../status-samples';

const now = Date.parse('2026-05-01T20:02:03.000Z');
const plain = colorsFor({ isTTY: false, env: {} });
const colourful = colorsFor({ isTTY: true, env: {} });
const canvas = { width: 120, height: 40, now, colors: plain };

const rebooting: HostProgress = {
  phase: 'rebooting',
  since: '2026-05-01T20:01:50.000Z',
  summary: 'waiting for the host to come back',
};
const view = (
  status: Parameters<typeof aStatus>[0],
  inFlight: { [host: string]: HostProgress } = {},
): ProgressView => ({ status: aStatus(status), inFlight: new Map(Object.entries(inFlight)) });

describe('a frame of the live view', () => {
  it('tells change, wave, phase of each host, budget left and elapsed time', () => {
    const lines = renderProgress(
      view(
        {
          hosts: [
            doneHost('ex01', 'fixed'),
            aHost('ex02', { standing: 'running', startedAt: '2026-05-01T20:01:00.000Z' }),
          ],
          budget: { ...aStatus().budget, errors: 1 },
        },
        { ex02: rebooting },
      ),
      canvas,
    ).join('\n');
    expect(lines).toContain('CHG0031337 · KB3004383');
    expect(lines).toContain('elapsed 2:03');
    expect(lines).toContain('wave 1');
    expect(lines).toContain('1 of 3 errors used, 2 left; stops at the 4th failure');
    expect(lines).toContain('1 of 2 hosts done');
    expect(lines).toMatch(/ex01 .*fixed .*1:05/);
    expect(lines).toMatch(/ex02 .*rebooting .*1:03 .*waiting for the host to come back/);
  });

  it.each(['mitigate', 'rollback'] as const)('tells a %s from the hotfix itself', (action) => {
    const status = { action, hosts: [aHost('ex01')] };
    expect(renderProgress(view(status), canvas)[0]).toContain(`· ${action} KB3004383`);
    const [first, second] = progressLines(null, view(status), now);
    expect(first).toMatch(action === 'mitigate' ? /hotfix stays owed/ : /hotfix is removed/);
    expect(second).toContain('progressing: wave 1 is under way');
    expect(progressLines(view(status), view(status), now)).toEqual([]);
  });

  it('shows what a host said on one line, and never lets the terminal obey it', () => {
    const said = { code: 'x', message: 'gone\u001b[2J\nchg1 done: all well' };
    const status = { hosts: [doneHost('ex01', 'failed', { reason: said })] };
    const shown = 'gone␛[2J chg1 done: all well';
    expect(
      renderProgress(view(status), canvas).filter((line) => line.includes(shown)),
    ).toHaveLength(1);
    const logged = progressLines(null, view(status), now);
    expect(logged.filter((line) => line.includes(shown))).toHaveLength(1);
  });

  it('leaves to reports what a fallback did step by step', () => {
    const why = {
      code: 'x',
      message: `Restarted. Done in this order: ${'1. stopped it; '.repeat(99)}`,
    };
    const status = { hosts: [doneHost('ex01', 'mitigated', { reason: why })] };
    const [line = ''] = progressLines(null, view(status), now).filter((one) =>
      one.includes('ex01'),
    );
    expect(line).toMatch(/ex01 mitigated: Restarted\. Done in this order: 1\..*…$/);
    expect(line.length).toBeLessThan(350);
  });

  it.each([20, 40, 79])('has no line wider than a terminal of %i columns', (width) => {
    const lines = renderProgress(
      view({
        hosts: [doneHost('ex01', 'fixed', { reason: { code: 'x', message: 'y'.repeat(300) } })],
      }),
      { ...canvas, width, colors: colourful },
    );
    const widths = lines.map((line) => stripVTControlCharacters(line).length);
    expect(Math.max(...widths)).toBe(width);
  });

  it('fits the height: hosts in flight first, the others counted', () => {
    const hosts = [
      ...Array.from({ length: 50 }, (_, index) => doneHost(`done${String(index)}`, 'fixed')),
      aHost('busy', { standing: 'running' }),
    ];
    const lines = renderProgress(view({ hosts }), { ...canvas, height: 15 });
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.join('\n')).toContain('busy');
    expect(lines.join('\n')).toMatch(/and 4\d hosts more/);
  });

  it('closes what it colours when a line is cut', () => {
    const cut = clip(`${colourful.red('abcdef')} ${colourful.green('ghi')}`, 4);
    expect(stripVTControlCharacters(cut)).toBe('abc…');
    expect(cut).toContain('\u001b[39m');
  });
});

describe('plain progress', () => {
  const before = view(
    { hosts: [aHost('ex01', { standing: 'running' }), aHost('ex02')] },
    { ex01: { ...rebooting, phase: 'applying', summary: 'installing' } },
  );

  it('says nothing when nothing changed', () => {
    expect(progressLines(before, before, now)).toEqual([]);
  });

  it('says one line per change of phase or outcome', () => {
    const after = view(
      {
        hosts: [aHost('ex01', { standing: 'running' }), doneHost('ex02', 'skipped')],
        budget: { ...aStatus().budget, errors: 1 },
      },
      { ex01: rebooting },
    );
    expect(progressLines(before, after, now)).toEqual([
      '[2:03] chg1 budget: 1 error so far; stops at the 4th failure',
      '[2:03] chg1 ex01 rebooting: waiting for the host to come back',
      '[2:03] chg1 ex02 skipped: ex02 ended skipped',
    ]);
  });

  it('begins with phase, wave and all that is not just queued', () => {
    const lines = progressLines(null, before, now);
    expect(lines).toEqual([
      '[2:03] chg1 progressing: wave 1 is under way',
      '[2:03] chg1 wave 1, 2 hosts to be changed',
      '[2:03] chg1 ex01 applying: installing',
    ]);
  });
});

describe('the screen', () => {
  const recorder = () => {
    const written: string[] = [];
    return { written, write: (text: string) => written.push(text) };
  };

  it('draws over the last frame, line by line, without clearing the screen', () => {
    const terminal = recorder();
    const screen = openScreen(terminal);
    screen.draw(['one', 'two']);
    screen.draw(['three']);
    screen.close();
    expect(terminal.written[2]).toContain('\u001b[2A');
    expect(terminal.written.join('')).not.toContain('\u001b[2J');
  });

  it('hides the cursor and gives it back once, however often it is closed', () => {
    const terminal = recorder();
    const screen = openScreen(terminal);
    screen.close();
    screen.close();
    expect(terminal.written).toEqual(['\u001b[?25l', '\u001b[?25h']);
  });

  it('gives the cursor back when the process ends another way', () => {
    const terminal = recorder();
    const listeners = process.listeners('exit');
    const screen = openScreen(terminal);
    const [onExit] = process.listeners('exit').filter((each) => !listeners.includes(each));
    expect(onExit).toBeDefined();
    onExit?.(0);
    expect(terminal.written.at(-1)).toBe('\u001b[?25h');
    screen.close();
    expect(process.listeners('exit')).toEqual(listeners);
  });
});

describe('the live view', () => {
  it.each([
    { where: 'no terminal', isTTY: false, env: {} },
    { where: 'CI', isTTY: true, env: { CI: 'true' } },
  ])('writes plain lines where there is $where', ({ isTTY, env }) => {
    const written: string[] = [];
    const live = openLiveView(
      {
        stdout: { write: (text: string) => written.push(text) },
        stderr: { write: () => undefined },
        env,
        isTTY,
        signal: new AbortController().signal,
      },
      () => now,
    );
    live.show(view({ hosts: [doneHost('ex01', 'fixed')] }));
    live.close();
    expect(written.join('')).toContain('ex01 fixed: ex01 ended fixed\n');
    expect(written.join('')).not.toContain('\u001b');
  });
});
