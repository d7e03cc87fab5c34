import { join } from 'node:path';
import { projectDir } from '../../workers/config';
import { exitCodes } from '../cli/exit-codes';
import type { ExitCode } from '../cli/exit-codes';
import type { CliContext } from '../cli/context';
import { print } from '../cli/print';
import { clockSpan } from '../report/words';
import { loadExpected } from './expected';
import { openStage } from './stage';
import { playRollout } from './play-rollout';
import type { PlayedRollout } from './play-rollout';
import { closingWords } from './closing-words';

/**
 * The whole way on an emulated fleet: server, worker and lab in one process, the rollouts of examples/expected.yaml one
 * after the other, their reports, and whether every host ended as scripted.
 */
export async function runDemo(
  context: CliContext,
  options: { readonly json: boolean },
): Promise<ExitCode> {
  const begun = Date.now();
  const { io } = context;
  const folder = join(projectDir(), 'examples');
  const script = await loadExpected(join(folder, 'expected.yaml'));
  const say = (line: string): void => {
    if (!options.json) io.stdout.write(`${line}\n`);
  };
  const stage = await openStage(context, { folder, plans: script.map(({ plan }) => plan), say });
  try {
    const played: PlayedRollout[] = [];
    for (const expected of script) {
      // One after the other: the second begins when the first has shown what it has to show.
      played.push(await playRollout(context, stage, expected, options.json));
    }
    const wrong = played.flatMap(({ wrong: sentences }) => sentences);
    const took = clockSpan(Date.now() - begun);
    print(io, options.json, { took, wrong, rollouts: played }, () =>
      closingWords(played, took, context),
    );
    return wrong.length === 0 ? exitCodes.good : exitCodes.unfinished;
  } finally {
    await stage.close();
  }
}
