import type { LogEntry } from '@temporalio/worker';

/** Said of every queue that has activities only, which is how ours are meant to be. */
const expected = /^No workflows registered/;

/** What workers say, a line each. */
export const workerLog =
  (write: (line: string) => void) =>
  ({ level, message, timestampNanos, meta }: LogEntry): void => {
    if (expected.test(message)) return;
    const at = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
    write(`${at} ${level} ${message} ${JSON.stringify(meta ?? {}, withoutStacks)}\n`);
  };

const withoutStacks = (_: string, value: unknown): unknown => {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? String(value) : value;
};
