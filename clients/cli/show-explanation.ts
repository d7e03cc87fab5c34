import type { AffectedState, VerdictStep } from '../../contracts/outcome';
import type { HostAssessment } from '../../contracts/steps';
import { askedWords } from '../channel-words';
import { evidenceSections } from '../assessment/evidence-sections';
import { utcTime } from '../report/words';
import type { AssessedOnce } from '../rollouts/find-assessments';
import type { Colors } from './colors';
import { hanging, outlined } from './outline';
import { paintState } from './show-state';

type Reached = Extract<HostAssessment, { readonly reached: true }>;

interface Paper {
  readonly colors: Colors;
  readonly width: number;
}

/** How a verdict was come by: the questions in their order, their answers and why, and what they rest on. */
export function describeAssessed(found: AssessedOnce, colors: Colors, width: number): string {
  const { workflowId, startedAt, assessment } = found;
  const paper: Paper = { colors, width };
  const asked = `Asked ${utcTime(startedAt)} UTC by ${workflowId}.`;
  const lines = assessment.reached
    ? [...explained(assessment, paper), ...small(asked, paper), ...wayLines(assessment, paper)]
    : [...unreached(assessment, paper), '', ...small(asked, paper)];
  return lines.join('\n');
}

function unreached(
  { hostId, failure }: Exclude<HostAssessment, Reached>,
  { colors, width }: Paper,
): string[] {
  const { code, message, advice } = failure;
  return [
    `${colors.bold(hostId)}: ${colors.red('could not be asked')} (${code})`,
    ...hanging('  ', message, width),
    ...(advice === undefined ? [] : hanging('  ', `What to do: ${advice}`, width)),
  ];
}

function explained(assessment: Reached, paper: Paper): string[] {
  const { colors, width } = paper;
  const { verdict, facts } = assessment;
  const now = verdict.currentlyStalling ? ', stalling right now' : '';
  return [
    `${colors.bold(assessment.hostId)}: ${paintState(colors, verdict.state)}${now}; services ${verdict.health}`,
    ...verdict.reasons.flatMap(({ message }) => hanging('  ', message, width)),
    ...hanging('  ', meanings[verdict.state], width),
    '',
    ...stepsOf(assessment, paper),
    ...titled('What goes with it, and decides nothing', verdict.corroboration ?? [], paper),
    ...evidenceSections(facts).flatMap(({ title, lines }) => [
      colors.bold(title),
      ...outlined(
        lines.map((text) => ({ text })),
        width,
      ),
      '',
    ]),
  ];
}

const leftAlone = 'A rollout leaves it alone.';

/** What a rollout makes of it, by the defaults of a plan. */
const meanings: { readonly [state in AffectedState]: string } = {
  affected: 'A rollout would change it.',
  suspect:
    'A rollout holds it for a person; with onSuspect: treat-as-affected in the plan it would change it.',
  unknown:
    'A rollout holds it for a person, for something that decides could not be told; see below.',
  'not-affected':
    'A rollout leaves it alone; with scope: applicable in the plan it would change it.',
  'already-fixed': leftAlone,
  'not-applicable': leftAlone,
};

function stepsOf({ verdict }: Reached, paper: Paper): readonly string[] {
  if (verdict.steps !== undefined) return titled('Step by step', verdict.steps, paper);
  return ['An earlier release asked; it kept no steps.', ''];
}

function titled(title: string, steps: readonly VerdictStep[], paper: Paper): readonly string[] {
  if (steps.length === 0) return [];
  return [paper.colors.bold(title), ...steps.flatMap((one) => stepLines(one, '  ', paper)), ''];
}

const paints = { yes: 'green', no: 'blue', unknown: 'yellow' } as const;
const answerWidth = 'unknown  '.length;

/** The answer in front, so that the eye can follow the answers down. */
function stepLines(step: VerdictStep, indent: string, paper: Paper): readonly string[] {
  const { colors, width } = paper;
  const answer = colors[paints[step.answer]](step.answer.padEnd(answerWidth));
  const below = `${indent}${' '.repeat(answerWidth)}`;
  return [
    ...hanging(`${indent}${answer}`, step.question, width),
    ...step.reasons.flatMap(({ message }) =>
      hanging(`${below}  `, message, width).map((line) => colors.dim(line)),
    ),
    ...(step.of ?? []).flatMap((part) => stepLines(part, `${indent}  `, paper)),
  ];
}

const wayLines = ({ facts }: Reached, paper: Paper): readonly string[] =>
  facts.asked === undefined ? [] : small(askedWords(facts.asked), paper);

const small = (text: string, { colors, width }: Paper): readonly string[] =>
  hanging('', text, width).map((line) => colors.dim(line));
