import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFleet, loadPlan } from '../../clients/input';
import { projectDir } from '../../workers/config';

const example = join(projectDir(), 'examples', 'change-control');

/** The script of the example, as a person runs it; it compares every step with what had to come of it. */
const follow = (stateDir: string) =>
  new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    let output = '';
    const read = (text: string): void => void (output += text);
    const script = spawn(process.execPath, [join(example, 'run.mjs')], {
      env: { ...process.env, ROLLOUT_STATE_DIR: stateDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    script.stdout.setEncoding('utf8').on('data', read);
    script.stderr.setEncoding('utf8').on('data', read);
    script.once('error', reject).once('close', (code) => resolve({ code, output }));
  });

describe('the example of a controlled change', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'change-control-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes its whole way: asked for, refused, approved twice, cut by a window, ended in the next one', async () => {
    const { code, output } = await follow(folder);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^== all 27 checks held, in \d+ s/m) as unknown,
    });
    expect(output).not.toContain('NOT SO');
  }, 480_000);

  it('is a plan as people would write it, for a weekend, with a calendar of freezes', async () => {
    const { value: plan } = await loadPlan(join(example, 'plan.yaml'));
    expect(plan.calendar).toMatchObject({
      windows: [{ name: 'saturday' }, { name: 'sunday' }],
      blackouts: [{ name: 'freeze', kind: 'calendar', file: join(example, 'freeze.ics') }],
    });
    const { value: fleet } = await loadFleet(join(example, 'fleet.yaml'));
    expect(fleet.hosts.map(({ hostId }) => hostId)).toEqual([
      'hub01',
      'ex01',
      'ex02',
      'ex03',
      'cas01',
    ]);
  });
});
