import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { version as release } from '../../package.json';
import { startTestEngine } from '../engine';
import { anonymous } from './anonymous';
import { abort, continueAsNew, fallback, pause, workerCrash } from './scenarios';

/**
 * Records the histories that later releases must be able to replay: `npx tsx test/histories/record.ts`. Files of an
 * earlier release stay, because rollouts that it began go on.
 */
async function record(): Promise<void> {
  const engine = await startTestEngine();
  try {
    for (const scenario of [continueAsNew, pause, fallback, abort, workerCrash]) {
      for (const { file, handle } of await scenario(engine)) {
        const path = join(__dirname, dirname(file), `${release}-${file.split('/').at(-1)}.json`);
        const history = anonymous(JSON.parse(historyToJSON(await handle.fetchHistory())));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `${JSON.stringify(history, null, 1)}\n`);
      }
    }
  } finally {
    await engine.stop();
  }
}

void record();
