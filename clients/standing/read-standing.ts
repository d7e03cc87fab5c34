import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contracts/canonical-json';
import { previewHash } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import type {
  StandingContent,
  StandingFiles,
  StandingFound,
  StandingParts,
} from '../../contracts/standing';
import { firingEveryMs } from '../../contracts/standing';
import { standingContent } from '../../domain/standing';
import type { PreparedPlan } from '../cli/prepare';
import { preparePlan } from '../cli/prepare';
import { BadInput } from '../input';
import type { InputProblem } from '../input';

export interface ReadStanding {
  readonly found: StandingFound;
  /** What a rollout of it would run now. */
  readonly content: PreviewContent;
  readonly prepared: PreparedPlan;
}

/**
 * A plan with fleet, hotfix and package, as a standing plan of these files and limits is now.
 *
 * @throws BadInput with everything that is wrong
 */
export async function readStanding(
  files: StandingFiles,
  packageDir: string,
): Promise<ReadStanding> {
  const prepared = await preparePlan(files.planFile, { fleetFile: files.fleetFile, packageDir });
  const { plan, content } = prepared;
  const { calendar } = plan.value;
  const problems = windowProblems(prepared);
  if (calendar === null || problems.length > 0) throw new BadInput(problems);
  const standing = standingContent({ ...plan.value, calendar }, content, files);
  return { found: foundOf(standing), content: withoutApprovals(content), prepared };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');

function foundOf(content: StandingContent): StandingFound {
  const parts = Object.fromEntries(
    Object.entries(content).map(([part, value]) => [part, digest(value).slice(0, 12)]),
  ) as StandingParts;
  const { calendar, approvals: policy } = content;
  return { hash: previewHash(digest(content)), parts, calendar, policy };
}

/** The approvals of the plan were given to the standing plan: each of its rollouts asks for none of its own. */
function withoutApprovals(content: PreviewContent): PreviewContent {
  const { approvals: _given, ...others } = content;
  return others;
}

function windowProblems({ plan }: PreparedPlan): InputProblem[] {
  const windows = plan.value.calendar?.windows ?? [];
  const problem = (message: string, advice: string): InputProblem => ({
    file: plan.file,
    line: plan.locate(['window']).line,
    field: 'window',
    message,
    advice,
  });
  if (windows.length === 0) {
    const advice = 'add window: to the plan';
    return [problem('is missing, which for a scheduled plan means that it is closed', advice)];
  }
  const minutes = firingEveryMs / 60_000;
  return windows
    .filter(({ durationMs, cutoffMs }) => durationMs - cutoffMs < firingEveryMs)
    .map(({ name }) =>
      problem(
        `${name} lets hosts be begun for less than ${minutes} minutes, between two rings of its alarm clock`,
        `make it, less its cutoff, at least ${minutes} minutes long`,
      ),
    );
}
