import { channelNames, type ChannelName } from '../../../log/event-logs';
import type { EventLog } from '../../../log/event-log';
import type { Host } from '../../../host';
import { noSuchChannel } from '../usage-error';
import { logClearedIn } from '../log-cleared';
import type { WevtutilCommand } from './command';

const maxFileBytes = 20_971_520;
const chunkBytes = 65_536;
const headerBytes = 4096;

export const enumLogs: WevtutilCommand = {
  options: new Map(),
  operands: 0,
  run(_given, _invocation, print) {
    for (const name of channelNames) print(`${name}\r\n`);
  },
};

export const getLog: WevtutilCommand = {
  options: new Map([
    ['lf', 'logfile'],
    ['f', 'format'],
  ]),
  operands: 1,
  run({ operands: [typed = ''] }, { host }, print) {
    const { name } = channelOf(host, typed, `Failed to read configuration for log ${typed}.`);
    const lines = [
      `name: ${name}`,
      'enabled: true',
      `type: ${name === 'Setup' ? 'Operational' : 'Admin'}`,
      'owningPublisher: ',
      `isolation: ${name === 'Setup' ? 'System' : name}`,
      'logging:',
      `  logFileName: %SystemRoot%\\System32\\Winevt\\Logs\\${name}.evtx`,
      '  retention: false',
      '  autoBackup: false',
      `  maxSize: ${maxFileBytes}`,
      'publishing:',
      '  fileMax: 1',
    ];
    print(lines.map((line) => `${line}\r\n`).join(''));
  },
};

export const getLogInfo: WevtutilCommand = {
  options: new Map([['lf', 'logfile']]),
  operands: 1,
  run({ operands: [typed = ''] }, { host }, print) {
    const sentence = `Failed to get log status information for ${typed}.`;
    const { log } = channelOf(host, typed, sentence);
    const { createdAt, count, oldestRecordId } = log.status();
    const written = newestAt(log) ?? createdAt;
    const lines = [
      `creationTime: ${new Date(createdAt).toISOString()}`,
      `lastAccessTime: ${new Date(createdAt).toISOString()}`,
      `lastWriteTime: ${new Date(written).toISOString()}`,
      `fileSize: ${fileSize(count)}`,
      'attributes: 32',
      `numberOfLogRecords: ${count}`,
      `oldestRecordNumber: ${oldestRecordId ?? 0}`,
    ];
    print(lines.map((line) => `${line}\r\n`).join(''));
  },
};

/** Clearing leaves a trace: 1102 in the Security log itself, 104 in the System log for any other. */
export const clearLog: WevtutilCommand = {
  options: new Map(),
  operands: 1,
  run({ operands: [typed = ''] }, { host }) {
    const { name, log } = channelOf(host, typed, `Failed to clear log ${typed}.`);
    log.clear();
    host.logs.log(name === 'Security' ? 'Security' : 'System').append(logClearedIn(name));
  },
};

function channelOf(
  host: Host,
  typed: string,
  sentence: string,
): { readonly name: ChannelName; readonly log: EventLog } {
  const channel = host.logs.channel(typed);
  if (channel === null) throw noSuchChannel(sentence);
  return channel;
}

function newestAt(log: EventLog): number | null {
  const [newest] = log.query({
    newestFirst: true,
    since: -Infinity,
    limit: 1,
    eventIds: null,
    matches: () => true,
  });
  return newest?.at ?? null;
}

/** The file grows by chunks, each of which holds some hundred events. */
function fileSize(count: number): number {
  const chunks = Math.max(1, Math.ceil(count / 120));
  return Math.min(maxFileBytes, headerBytes + chunks * chunkBytes);
}
