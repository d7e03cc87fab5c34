import { createApply } from '../../activities/apply';
import type { ApplyInput } from '../../contracts/steps';
import { limitSessions } from '../../remote/session-limits';
import { sampleHotfix } from '../remote/windows/sample-hotfix';
import { modelHost } from './model-host';
import { credential, dependenciesOn, preview, target, untilDone } from './run-step';

const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
const input: ApplyInput = {
  ...target,
  hotfix: sampleHotfix,
  staged: { folder, path: `${folder}\\Windows6.1-KB3004383-x64.msu` },
  attempt: 'a1',
};

describe('a step that waits for an installer', () => {
  it('lets others have its session meanwhile, and goes on when they are done', async () => {
    const host = modelHost({ installMs: 60_000 });
    const sessions = limitSessions(() => host.openSession(), { perWorker: 1, perSite: null });
    const deps = dependenciesOn(host, {
      openSession: sessions.open,
      isSessionWanted: sessions.isWanted,
    });
    const order: string[] = [];
    const applying = untilDone(createApply(deps), input).then(({ result }) =>
      order.push(result.how),
    );
    while (host.counts.installs === 0) await new Promise((resolve) => setImmediate(resolve));
    const [{ connection }] = preview.content.hosts as [(typeof preview.content.hosts)[number]];
    const other = await sessions.open(connection, credential);
    order.push('another was served');
    await other.close();
    await applying;
    expect(order).toEqual(['another was served', 'installed']);
    expect(sessions.figures()).toEqual({ taken: 0, waiting: 0, peak: 1 });
    expect(host.counts.installs).toBe(1);
  });
});
