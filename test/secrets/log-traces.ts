import { inspect } from 'node:util';
import { workerLog } from '../../clients/cli/worker-log';
import { installRuntime } from '../../workers/runtime';
import type { Trace } from './traces';
import { textTrace } from './traces';

/** Everything that the workers of this process say from now on, down to the least important. */
export function listenToLogs(): { readonly traces: () => Trace[] } {
  const texts: string[] = [];
  const asShown = workerLog((line) => texts.push(line));
  installRuntime({
    logLevel: 'DEBUG',
    log(entry) {
      asShown(entry);
      // Deeper than it is shown: somebody may send the entries elsewhere.
      texts.push(inspect(entry, { depth: 10, maxStringLength: Infinity }));
    },
  });
  return { traces: () => texts.map((text, at) => textTrace(`log entry ${at >> 1}`, text)) };
}
