import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../../../lab/types';
import type { PlayedRollout } from '../../../clients/demo/play-rollout';
import { rollout } from '../cli/run-in-process';

/** The main job, as `npm start` does it. */
describe('the demo', () => {
  let folder: string;
  let env: { [name: string]: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollout-demo-'));
    env = { ROLLOUT_STATE_DIR: folder };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('ends every host as scripted, installs and reboots each changed host once, and writes reports', async () => {
    const { code, stdout, stderr } = await rollout(['demo', '--json'], { env });
    expect(stderr).toBe('');
    const { wrong, rollouts } = JSON.parse(stdout) as {
      wrong: string[];
      rollouts: PlayedRollout[];
    };
    expect(wrong).toEqual([]);
    expect(code).toBe(0);

    const ledger = await readLedger(join(folder, 'demo', 'ledger.jsonl'));
    for (const { status } of rollouts) {
      for (const host of status.hosts.filter(({ outcome }) => outcome === 'fixed')) {
        const count = (effect: LedgerEntry['effect']): number =>
          ledger.filter((entry) => entry.host === host.hostId && entry.effect === effect).length;
        expect([host.hostId, count('install-started'), count('booted')]).toEqual([
          host.hostId,
          1,
          1,
        ]);
      }
    }
    const untouched = ['not-affected', 'not-applicable', 'already-fixed', 'skipped', 'not-started'];
    const changed = new Set(
      ledger.filter(({ effect }) => effect === 'install-started').map(({ host }) => host),
    );
    for (const host of rollouts.flatMap(({ status }) => status.hosts)) {
      if (untouched.includes(host.outcome ?? '')) expect(changed.has(host.hostId)).toBe(false);
    }
    const files = rollouts.flatMap((played) => played.files);
    expect(files).toHaveLength(6);
    await Promise.all(files.map((file) => access(file)));
  }, 480_000);

  it('ends with 130 within five seconds of Ctrl-C', async () => {
    const ctrlC = new AbortController();
    let pressedAt = 0;
    const running = rollout(['demo'], { env, signal: ctrlC.signal }, (text) => {
      if (pressedAt > 0 || !/ (applying|rebooting)/.test(text)) return;
      pressedAt = Date.now();
      ctrlC.abort(new DOMException('interrupted', 'AbortError'));
    });
    const { code } = await running;
    expect(code).toBe(130);
    expect(pressedAt).toBeGreaterThan(0);
    expect(Date.now() - pressedAt).toBeLessThan(5000);
  }, 240_000);
});

async function readLedger(file: string): Promise<LedgerEntry[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}
