import type { WindowsFacts } from '../options';
import { type EventContent, type EventSeries, singleEvent } from './series';

const classic = '0x80000000000000';

/** Reason of a shutdown as event 1074 names it (shutdown /d, and reason codes of winreg.h). */
export interface ShutdownReason {
  readonly process: string;
  readonly user: string;
  readonly text: string;
  /** e.g. `0x80020011` */
  readonly code: string;
  readonly kind: 'restart' | 'power off';
  readonly comment: string;
}

export const systemEvents = {
  eventLogStarted: (): EventContent => ({
    ...eventLog(6005),
    message: 'The Event log service was started.',
  }),
  eventLogStopped: (): EventContent => ({
    ...eventLog(6006),
    message: 'The Event log service was stopped.',
  }),
  version: ({ version, servicePack }: WindowsFacts): EventContent => ({
    ...eventLog(6009),
    data: {
      kind: 'positional',
      values: [
        version,
        version.slice(version.lastIndexOf('.') + 1),
        servicePack,
        'Multiprocessor Free',
      ],
    },
    message: `Microsoft (R) Windows (R) ${version} ${servicePack} Multiprocessor Free.`,
  }),
  kernelStarted: (at: number): EventContent => ({
    ...kernel(12),
    data: { kind: 'named', values: [['StartTime', new Date(at).toISOString()]] },
    message: `The operating system started at system time ${new Date(at).toISOString()}.`,
  }),
  kernelStopped: (at: number): EventContent => ({
    ...kernel(13),
    data: { kind: 'named', values: [['StopTime', new Date(at).toISOString()]] },
    message: `The operating system is shutting down at system time ${new Date(at).toISOString()}.`,
  }),
  shutdownAsked: (reason: ShutdownReason, computer: string): EventContent => ({
    provider: 'USER32',
    eventId: 1074,
    qualifiers: 32_768,
    level: 4,
    task: 0,
    keywords: classic,
    data: {
      kind: 'positional',
      values: [
        `${reason.process} (${computer})`,
        computer,
        reason.text,
        reason.code,
        reason.kind,
        reason.comment,
        reason.user,
      ],
    },
    message:
      `The process ${reason.process} (${computer}) has initiated the ${reason.kind} of computer ${computer} on behalf of user ${reason.user} ` +
      `for the following reason: ${reason.text}\r\n Reason Code: ${reason.code}\r\n Shutdown Type: ${reason.kind}\r\n Comment: ${reason.comment}`,
  }),
  serviceChanged: (displayName: string, state: 'running' | 'stopped'): EventContent => ({
    provider: 'Service Control Manager',
    providerGuid: '{555908d1-a6d7-4695-8e1e-26931d2012f4}',
    eventId: 7036,
    qualifiers: 16_384,
    level: 4,
    task: 0,
    keywords: classic,
    data: {
      kind: 'named',
      values: [
        ['param1', displayName],
        ['param2', state],
      ],
    },
    message: `The ${displayName} service entered the ${state} state.`,
  }),
  logCleared: (channel: string): EventContent => ({
    provider: 'Microsoft-Windows-Eventlog',
    providerGuid: '{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}',
    eventId: 104,
    qualifiers: null,
    level: 4,
    task: 104,
    taskName: 'Log clear',
    keywords: '0x8000000000000000',
    data: {
      kind: 'user',
      element: 'LogFileCleared',
      namespace: 'http://manifests.microsoft.com/win/2004/08/windows/eventlog',
      values: [
        ['SubjectUserName', 'Administrator'],
        ['Channel', channel],
      ],
    },
    message: `The ${channel} log file was cleared.`,
  }),
  /** What a boot in the past left behind, oldest first. */
  pastBoot: (bootedAt: number, windows: WindowsFacts): EventSeries[] => [
    singleEvent(bootedAt - 60_000, systemEvents.eventLogStopped()),
    singleEvent(bootedAt - 58_000, systemEvents.kernelStopped(bootedAt - 58_000)),
    singleEvent(bootedAt, systemEvents.kernelStarted(bootedAt)),
    singleEvent(bootedAt + 9000, systemEvents.version(windows)),
    singleEvent(bootedAt + 9000, systemEvents.eventLogStarted()),
  ],
};

function eventLog(eventId: number): Omit<EventContent, 'message'> {
  return {
    provider: 'EventLog',
    eventId,
    qualifiers: 32_768,
    level: 4,
    task: 0,
    keywords: classic,
    data: { kind: 'positional', values: [] },
  };
}

function kernel(eventId: number): Omit<EventContent, 'message' | 'data'> {
  return {
    provider: 'Microsoft-Windows-Kernel-General',
    providerGuid: '{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}',
    eventId,
    qualifiers: null,
    level: 4,
    task: eventId === 12 ? 1 : 2,
    keywords: '0x8000000000000000',
  };
}
