import { Failure } from '../../../contracts/failures';
import type { WinRmConnection } from '../../../contracts/fleet';
import { openTunedWinRm } from '../../../remote/winrm/client';
import type { OpenOptions } from '../../../remote/winrm/client';
import { defaultTuning } from '../../../remote/winrm/config';
import type { WinRmTuning } from '../../../remote/winrm/config';
import type { Session } from '../../../remote/session';
import { account } from '../../lab/winrm/fake-machine';

export function connectionTo(port: number, more: Partial<WinRmConnection> = {}): WinRmConnection {
  return {
    kind: 'winrm',
    address: '127.0.0.1',
    port,
    scheme: 'http',
    auth: 'basic',
    credentialRef: 'env:FLEET',
    allowUnencrypted: true,
    ...more,
  };
}

/** Times that let a test meet each of them. */
export const quickTuning: WinRmTuning = {
  ...defaultTuning,
  operationTimeoutMs: 1000,
  firstReceiveMs: 500,
  readSlackMs: 300,
  cleanupMs: 500,
  eventPullMs: 500,
  quotaPauseMs: 20,
  busyPauseMs: 20,
};

export function openQuick(
  port: number,
  options: OpenOptions = {},
  tuning: Partial<WinRmTuning> = {},
): Promise<Session> {
  return openTunedWinRm(connectionTo(port), account, options, { ...quickTuning, ...tuning });
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}
