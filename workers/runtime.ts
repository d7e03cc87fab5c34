import { inspect } from 'node:util';
import type { LogEntry } from '@temporalio/worker';
import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';

export interface RuntimeChoice {
  /** Least severe messages that are shown. @default WARN */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly log?: (entry: LogEntry) => void;
}

let installed = false;

/** The SDK warns of every queue that has activities only, which here is how it is meant. */
const activitiesOnly = 'No workflows registered';

/**
 * Sets the SDK's process-wide runtime up; only the first call counts, because the SDK refuses a second. It listens for no
 * signals: who starts workers decides in which order workers, engine and lab end.
 */
export function installRuntime({ logLevel = 'WARN', log }: RuntimeChoice = {}): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger(logLevel, (entry) => {
      if (!entry.message.startsWith(activitiesOnly)) (log ?? print)(entry);
    }),
    shutdownSignals: [],
    telemetryOptions: {
      logging: {
        filter: makeTelemetryFilterString({
          core: logLevel === 'ERROR' ? 'ERROR' : 'WARN',
          other: 'ERROR',
        }),
      },
    },
  });
}

function print({ level, message, timestampNanos, meta }: LogEntry): void {
  const at = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  process.stderr.write(`${at} ${level} ${message} ${inspect(meta, { breakLength: Infinity })}\n`);
}
