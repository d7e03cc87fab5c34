import { inspect } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createNotify } from '../../activities/notify';
import { Failure } from '../../contracts/failures';
import type { Credential } from '../../contracts/fleet';
import { hostId, previewHash, rolloutId } from '../../contracts/ids';
import type { NoticeChannel, NotifyInput } from '../../contracts/notification';
import { noticeEvents } from '../../contracts/notification';
import type { Preview } from '../../contracts/preview';
import { findSecret } from '../secrets/find-secret';
import { quiet } from './run-step';

export type ChannelOf<K extends NoticeChannel['kind']> = Extract<NoticeChannel, { kind: K }>;

const common = { name: 'night-shift', events: noticeEvents, template: null };

export const webhookTo = (
  url: string,
  changes: Partial<ChannelOf<'webhook'>> = {},
): NoticeChannel => ({
  ...common,
  kind: 'webhook',
  url,
  secretRef: null,
  caFile: null,
  ...changes,
});

export const slackAt = (urlRef: string): NoticeChannel => ({ ...common, kind: 'slack', urlRef });

export const mailTo = (port: number, changes: Partial<ChannelOf<'smtp'>> = {}): NoticeChannel => ({
  ...common,
  kind: 'smtp',
  server: '127.0.0.1',
  port,
  security: 'starttls',
  credentialRef: null,
  caFile: null,
  from: 'rollout@contoso.test',
  to: ['ops@contoso.test'],
  ...changes,
});

export const noticeTo = (
  channel: NoticeChannel,
  changes: Partial<NotifyInput> = {},
): NotifyInput => ({
  rolloutId: rolloutId('CHG1-1'),
  previewHash: previewHash('a'.repeat(64)),
  change: 'CHG1',
  hotfixId: 'KB3004383',
  phase: 'held',
  at: '2026-03-01T22:00:00.000Z',
  noticeId: 'CHG1-1/3/night-shift',
  notice: {
    event: 'held',
    reason: { code: 'set-full', message: 'dag1 is full: 1 of 1 down', facts: { set: 'dag1' } },
    hostId: hostId('ex01'),
  },
  channel,
  ...changes,
});

export const now = Date.parse('2026-03-01T22:00:05.250Z');

interface World {
  readonly credentials?: { readonly [ref: string]: Credential };
  /** Of the preview. @default the one that is told */
  readonly channels?: readonly NoticeChannel[];
  readonly timeoutMs?: number;
  readonly environment?: MockActivityEnvironment;
  /** Filled with the references that were resolved. */
  readonly resolved?: string[];
}

/** Runs the activity as a worker does. */
export async function tell(
  input: NotifyInput,
  {
    credentials = {},
    channels = [input.channel],
    timeoutMs = 10_000,
    environment = new MockActivityEnvironment({}, { logger: quiet }),
    resolved = [],
  }: World = {},
): Promise<void> {
  const notify = createNotify(
    {
      previews: {
        read: (hash) =>
          Promise.resolve({ hash, content: { notify: channels } } as unknown as Preview),
      },
      resolveCredential: (ref) => {
        resolved.push(ref);
        const found = credentials[ref];
        return found === undefined
          ? Promise.reject(new Failure('credential-missing', `${ref} is not set`))
          : Promise.resolve(found);
      },
      now: () => now,
    },
    timeoutMs,
  );
  await environment.run(notify, input);
}

/** What telling fails with. No secret of the world is in it, however it is written: that goes for every failure. */
export async function failureOf(input: NotifyInput, world: World = {}): Promise<Failure> {
  const error: unknown = await tell(input, world).then(
    () => new Error('it was told'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  const seen = Buffer.from(inspect(error, { depth: 10, showHidden: true }));
  for (const credential of Object.values(world.credentials ?? {})) {
    const secret = 'password' in credential ? credential.password : '';
    if (secret.length >= 8) expect(findSecret(seen, secret)).toBeNull();
  }
  return error;
}

export const secretOf = (password: string): Credential => ({ username: 'rollout', password });
