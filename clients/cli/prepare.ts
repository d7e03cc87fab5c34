import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { nextStarts } from '../../domain/calendar';
import { neverStarts } from '../../domain/preview';
import type { Hotfix } from '../../contracts/hotfix';
import type { Plan, RolloutAction } from '../../contracts/plan';
import type { PreviewContent } from '../../contracts/preview';
import type { Fleet } from '../../contracts/fleet';
import type { MaintenanceWindow } from '../../contracts/window';
import { projectDir, readConfig } from '../../workers/config';
import { BadInput, loadFleet, loadHotfix, loadPlan, resolvePreview } from '../input';
import type { InputProblem, Loaded } from '../input';

/** A plan with all that it names, read and laid over each other. */
export interface PreparedPlan {
  readonly plan: Loaded<Plan>;
  readonly content: PreviewContent;
  /** Where the package lies on this machine; null for one that the hosts pull. */
  readonly packagePath: string | null;
  /** File of the fleet, absolute; null when another fleet than the file says was used. */
  readonly fleetFile: string | null;
}

/** The definitions that come with the program. */
export const hotfixDir = (): string => join(projectDir(), 'hotfixes');

/**
 * Reads plan, fleet and hotfix, and refuses a plan that could never start.
 *
 * @throws BadInput with everything that is wrong
 */
export async function preparePlan(
  planFile: string,
  options: {
    /** @default fleet.yaml beside the plan */
    readonly fleetFile?: string | undefined;
    /** @default fix */
    readonly action?: RolloutAction | undefined;
    /** Gets what a self-extracting archive holds. @default that of the configuration */
    readonly packageDir?: string;
    /** Changes the fleet before it is used: the demo's lab has other ports than the file says. */
    readonly adapt?: (fleet: Fleet) => Fleet;
  } = {},
): Promise<PreparedPlan> {
  const plan = await loadPlan(planFile);
  const read = await loadFleet(options.fleetFile ?? join(dirname(planFile), 'fleet.yaml'));
  const fleet = { ...read, value: options.adapt?.(read.value) ?? read.value };
  const hotfix = await readHotfix(plan);
  const { action = 'fix', packageDir = readConfig().packageDir } = options;
  const resolved = await resolvePreview({ plan, fleet, hotfix, action, packageDir });
  const problems = [...resolved.problems, ...neverStarting(plan, resolved.content)];
  if (problems.length > 0 || resolved.content === null) throw new BadInput(problems);
  const { content, packagePath } = resolved;
  return {
    plan,
    content,
    packagePath: packagePath === null ? null : resolve(packagePath),
    fleetFile: options.adapt === undefined ? resolve(read.file) : null,
  };
}

/**
 * A definition of one's own lies beside the plan, named like its id; else it is one of those that come with the program.
 * What the plan says of a hotfix that does not exist is told at the line of the plan that names it.
 */
async function readHotfix(plan: Loaded<Plan>): Promise<Hotfix> {
  const id = plan.value.hotfix;
  const own = join(dirname(plan.file), `${id}.yaml`);
  if (resolve(own) !== resolve(plan.file) && existsSync(own)) {
    return (await loadHotfix(own, hotfixDir())).value;
  }
  try {
    return (await loadHotfix(id, hotfixDir())).value;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const [first] = error.problems;
    if (first === undefined || first.line !== null) throw error;
    const { line } = plan.locate(['hotfix']);
    throw new BadInput([{ ...first, file: plan.file, line, field: 'hotfix' }]);
  }
}

function neverStarting(plan: Loaded<Plan>, content: PreviewContent | null): InputProblem[] {
  if (content === null) return [];
  const hosts = content.hosts.map((host) => host.hostId);
  const { policy, sets, calendar } = content;
  const never = neverStarts(policy, sets, hosts, calendar?.windows).map(({ message }) => ({
    file: plan.file,
    line: null,
    field: '',
    message,
    advice: 'correct the plan: it could never start any host',
  }));
  return [...never, ...neverOpening(plan, calendar?.windows ?? [])];
}

/** One that is open now still counts: its start lies behind, not its end. */
function neverOpening(plan: Loaded<Plan>, windows: readonly MaintenanceWindow[]): InputProblem[] {
  const now = Date.now();
  const opens = (window: MaintenanceWindow): boolean =>
    nextStarts(window, now - window.durationMs + 1, 1).length > 0;
  if (windows.length === 0 || windows.some(opens)) return [];
  const { line } = plan.locate(['window']);
  const message = 'has no start from now on: a one-off window has passed, or the rule never comes';
  const advice = 'write a window that is still to come';
  return [{ file: plan.file, line, field: 'window', message, advice }];
}
