import { Context } from '@temporalio/activity';
import { canonicalJson } from '../contracts/canonical-json';
import { Failure } from '../contracts/failures';
import type { NotifyInput } from '../contracts/notification';
import { valueOf } from '../contracts/parsed.schema';
import { parseNotifyInput } from '../contracts/requests.schema';
import { wordNotice } from '../domain/notice/words';
import type { ActivityDependencies } from './dependencies';
import type { Delivery } from './notify-delivery';
import { sendMail } from './notify-mail';
import { postToSlack, postToWebhook } from './notify-web';

type Dependencies = Pick<ActivityDependencies, 'previews' | 'resolveCredential' | 'now'>;

/** For everything together. Workflows allow a minute, so that the failure of ours is the one that is heard. */
const defaultTimeoutMs = 30_000;

/**
 * Tells one channel of one notice. It may be told twice: when the answer is lost, nobody knows whether the receiver has
 * it. Each try therefore carries the same id, by which a receiver knows a repetition.
 */
export const createNotify =
  (deps: Dependencies, timeoutMs: number = defaultTimeoutMs) =>
  async (raw: NotifyInput): Promise<void> => {
    const input = valueOf(parseNotifyInput(raw), 'the notice');
    await admitChannel(deps, input);
    const context = Context.current();
    const { cancellationSignal } = context;
    const delivery: Delivery = {
      resolveCredential: deps.resolveCredential,
      sentAt: deps.now(),
      timeoutMs,
      signal: AbortSignal.any([cancellationSignal, AbortSignal.timeout(timeoutMs)]),
    };
    try {
      await deliver(input, delivery);
    } catch (error) {
      // What a cut delivery rejects with says nothing: the cancellation itself does.
      if (cancellationSignal.aborted) await context.cancelled;
      throw error;
    }
  };

function deliver(input: NotifyInput, delivery: Delivery): Promise<void> {
  const words = wordNotice(input);
  const { channel } = input;
  if (channel.kind === 'webhook') return postToWebhook(input, channel, words, delivery);
  if (channel.kind === 'slack') return postToSlack(channel, words, delivery);
  return sendMail(input, channel, words, delivery);
}

/**
 * Anyone with Temporal's own tools can start a workflow past the client. A channel that no preview of this worker has
 * would let them send the worker's secrets to where they like.
 */
async function admitChannel(
  { previews }: Pick<Dependencies, 'previews'>,
  { previewHash, channel }: NotifyInput,
): Promise<void> {
  const { content } = await previews.read(previewHash);
  const asked = canonicalJson(channel);
  if (content.notify?.some((one) => canonicalJson(one) === asked) === true) return;
  throw new Failure('bad-request', `the preview has no channel ${channel.name} like this one`, {
    facts: { preview: previewHash, channel: channel.name },
    advice: 'let the rollout itself send its notices',
  });
}
