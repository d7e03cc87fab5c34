import type { PreviewHash, RolloutId } from './ids';
import type { Reason } from './reason';

/** What people are told about. */
export const noticeEvents = [
  'approval-needed',
  'window-opens',
  'window-closes',
  'held',
  'budget-spent',
  'mitigated',
  'done',
] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** What a template may name, in braces. */
export const noticePlaceholders = [
  'change',
  'rollout',
  'event',
  'message',
  'phase',
  'hotfix',
] as const;
export type NoticePlaceholder = (typeof noticePlaceholders)[number];

/** Channels that a plan may have. */
export const noticeChannels = 20;

/** Where notices go. Addresses that are secrets themselves are references, which only the worker resolves. */
export type NoticeChannel = {
  readonly name: string;
  /** @default all */
  readonly events: readonly NoticeEvent[];
  /** Text with `{change}`, `{rollout}`, `{event}`, `{message}`, `{phase}`, `{hotfix}`; null: the program's own. */
  readonly template: string | null;
} & (
  | {
      /** POST of JSON; signed (HMAC-SHA256 of timestamp and body) when there is a secret. */
      readonly kind: 'webhook';
      readonly url: string;
      /** Reference to the signing secret: the `password` of what it resolves to. */
      readonly secretRef: string | null;
      readonly caFile: string | null;
    }
  | {
      /** An incoming webhook as Slack has them, and Mattermost, Rocket.Chat and Teams' workflows understand. */
      readonly kind: 'slack';
      /** Reference to the address, which is a secret: the `password` of what it resolves to. */
      readonly urlRef: string;
    }
  | {
      readonly kind: 'smtp';
      readonly server: string;
      readonly port: number;
      /** `tls` from the first byte, `starttls` demanded, `none` only for servers on the way inside. */
      readonly security: 'tls' | 'starttls' | 'none';
      readonly credentialRef: string | null;
      readonly caFile: string | null;
      readonly from: string;
      readonly to: readonly string[];
    }
);

/** One thing that happened, as `decide` says it. */
export interface Notice {
  readonly event: NoticeEvent;
  readonly reason: Reason;
  /** Host that it is about; missing when it is about the rollout. */
  readonly hostId?: string;
}

/** Input of the activity: one notice for one channel. */
export interface NotifyInput {
  readonly rolloutId: RolloutId;
  /**
   * Preview in which the channel is. The worker looks there before it resolves a reference: whoever can start a
   * workflow could otherwise have any secret of the worker sent to a server of their own.
   */
  readonly previewHash: PreviewHash;
  readonly change: string;
  readonly hotfixId: string;
  readonly phase: string;
  /** ISO 8601, when it happened. */
  readonly at: string;
  /** Same for every try of one notice, so that a receiver can tell a repetition. */
  readonly noticeId: string;
  readonly notice: Notice;
  readonly channel: NoticeChannel;
}
