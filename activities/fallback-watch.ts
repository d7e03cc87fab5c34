import { Failure } from '../contracts/failures';
import type { SymptomPattern } from '../contracts/hotfix';
import { newestRecordId, symptomAfter } from '../remote/windows/symptom-look';
import type { FallbackLog, FallbackProgress } from './fallback-progress';
import type { Step } from './step';

/** Looks at the log while a host is watched. */
const looksWhileWatched = 4;
/** The last look, which alone tells that there was nothing, is tried so often while the host cannot be asked. */
const lastLookTries = 3;
const lookAgainMs = 10_000;

type WatchStep = Pick<Step<FallbackProgress>, 'line' | 'wait' | 'pause' | 'signal'>;

interface Watched {
  readonly pattern: SymptomPattern;
  readonly observeMs: number;
  readonly now: () => number;
}

/**
 * Whether the symptom is logged again within a time. Null when it cannot be told: the log could not be read, was cleared
 * meanwhile, or the host was away when it was to be read.
 */
export async function watchSymptom(
  step: WatchStep,
  log: FallbackLog,
  watched: Watched,
): Promise<boolean | null> {
  const begun = log.now().watch ?? (await beginning(step, watched));
  if (begun === null) return null;
  log.change({ watch: begun });
  const end = begun.since + watched.observeMs;
  for (let left = looksWhileWatched; left > 1; left -= 1) {
    await step.wait(Math.max(0, (end - watched.now()) / left));
    // A look that fails costs nothing: the log keeps what the next one finds.
    if ((await look(step, watched, begun.after)) === true) return true;
  }
  await step.wait(Math.max(0, end - watched.now()));
  for (let tries = 1; ; tries += 1) {
    const isSeen = await look(step, watched, begun.after);
    if (isSeen !== null || tries === lastLookTries) return isSeen;
    await step.pause(lookAgainMs);
  }
}

async function beginning(
  { line, signal }: WatchStep,
  { pattern, now }: Watched,
): Promise<NonNullable<FallbackProgress['watch']> | null> {
  try {
    const after = await line.use((session) => newestRecordId(session, pattern.log, { signal }));
    return { after, since: now() };
  } catch (error) {
    return nullOf(error);
  }
}

/** A log whose newest record is older than one that was seen has been cleared, and with it what we look for. */
async function look(
  { line, signal }: WatchStep,
  { pattern }: Watched,
  after: number,
): Promise<boolean | null> {
  try {
    return await line.use(async (session) => {
      const isSeen = await symptomAfter(session, pattern, after, { signal });
      if (isSeen !== false) return isSeen;
      return (await newestRecordId(session, pattern.log, { signal })) >= after ? false : null;
    });
  } catch (error) {
    return nullOf(error);
  }
}

function nullOf(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}
