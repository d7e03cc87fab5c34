import { createReboot } from '../../activities/reboot';
import { createWaitBack } from '../../activities/wait-back';
import type { BootIdentity } from '../../contracts/facts';
import type { WaitBackInput } from '../../contracts/steps';
import type { ModelHost } from './model-host';
import { modelHost } from './model-host';
import { dependenciesOn, target, untilDone } from './run-step';

const bootOf = (host: ModelHost): BootIdentity => ({
  recordId: host.bootRecordId,
  lastBootUpTime: new Date(host.bootTime).toISOString(),
});

const askOn = (host: ModelHost, expected: BootIdentity) =>
  untilDone(createReboot(dependenciesOn(host)), {
    ...target,
    expected,
    comment: 'CHG1 "KB3004383" 100%',
  });

const waitOn = (host: ModelHost, expected: BootIdentity, changes: Partial<WaitBackInput> = {}) =>
  untilDone(createWaitBack(dependenciesOn(host)), {
    ...target,
    expected,
    timeoutMs: 600_000,
    settleMs: 1,
    maxOwn: 2,
    ...changes,
  });

describe('reboot', () => {
  it('is asked for in the recorded boot', async () => {
    const host = modelHost();
    expect((await askOn(host, bootOf(host))).result.how).toBe('asked');
    expect(host.counts.shutdowns).toBe(1);
  });

  it('is not asked for in another boot', async () => {
    const host = modelHost();
    const { result } = await askOn(host, { recordId: 93, lastBootUpTime: '2015-04-01T00:00:00Z' });
    expect(result.how).toBe('already-rebooted');
    expect(host.counts.shutdowns).toBe(0);
  });

  it('takes a step of the clock for no reboot', async () => {
    const host = modelHost();
    const expected = bootOf(host);
    host.bootTime += 3_600_000;
    expect((await askOn(host, expected)).result.how).toBe('asked');
  });

  it('asks nothing of a host whose boot cannot be told', async () => {
    const host = modelHost({ bootRecordId: null });
    await expect(askOn(host, { recordId: 100, lastBootUpTime: null })).rejects.toMatchObject({
      code: 'unexpected-output',
    });
    expect(host.counts.shutdowns).toBe(0);
  });

  it.each(
    [1, 2].flatMap((at) =>
      (['before', 'after'] as const).flatMap((when) =>
        (['worker', 'connection'] as const).map((by) => ({ at, when, by })),
      ),
    ),
  )('happens once when the $by is lost $when command $at', async (cut) => {
    const host = modelHost({ cut });
    const expected = bootOf(host);
    await askOn(host, expected);
    expect((await waitOn(host, expected)).result).toMatchObject({ back: true, reboots: 1 });
    await askOn(host, expected);
    expect(host.counts.shutdowns).toBe(1);
  });
});

describe('waiting for a host to come back', () => {
  it('ends with the new boot, the down time and one reboot', async () => {
    const host = modelHost();
    const expected = bootOf(host);
    await askOn(host, expected);
    const { result } = await waitOn(host, expected);
    expect(result).toMatchObject({ back: true, reboots: 1, boot: { recordId: 107 } });
    if (result.back) expect(result.downMs).toBeGreaterThan(20_000);
  });

  it('waits out a second reboot that the host makes by itself', async () => {
    const host = modelHost();
    const expected = bootOf(host);
    await askOn(host, expected);
    const first = host.outages[0]?.to ?? 0;
    host.outages.push({ from: first + 1500, to: first + 30_000 });
    expect((await waitOn(host, expected)).result).toMatchObject({
      back: true,
      reboots: 2,
      boot: { recordId: 114 },
    });
  });

  it('gives up on a host that keeps rebooting', async () => {
    const host = modelHost();
    const expected = bootOf(host);
    await askOn(host, expected);
    let to = host.outages[0]?.to ?? 0;
    for (let count = 0; count < 4; count += 1) {
      host.outages.push({ from: to + 1500, to: to + 30_000 });
      to += 30_000;
    }
    expect((await waitOn(host, expected)).result).toMatchObject({
      back: false,
      code: 'keeps-rebooting',
    });
  });

  it('tells a host that never went from one that never came back', async () => {
    const stays = modelHost();
    expect((await waitOn(stays, bootOf(stays))).result).toMatchObject({
      back: false,
      code: 'never-went',
    });
    const gone = modelHost({ bootMs: 1e9 });
    const expected = bootOf(gone);
    await askOn(gone, expected);
    expect((await waitOn(gone, expected)).result).toMatchObject({
      back: false,
      code: 'never-came-back',
    });
  });

  it('counts one reboot although the worker died in between', async () => {
    for (let at = 3; at < 8; at += 1) {
      const host = modelHost({ cut: { at, when: 'after', by: 'worker' } });
      const expected = bootOf(host);
      await askOn(host, expected);
      expect((await waitOn(host, expected)).result).toMatchObject({ back: true, reboots: 1 });
    }
  });
});
