import { Failure } from '../../contracts/failures';

/** One thing that is wrong with a file that a person wrote. */
export interface InputProblem {
  /** As it was given. */
  readonly file: string;
  /** 1-based; null when the problem is the file itself. */
  readonly line: number | null;
  /** e.g. `hosts.ex01.connection.port`; empty for the whole document. */
  readonly field: string;
  readonly message: string;
  readonly advice: string;
}

/** Everything that is wrong with what a person wrote, at once: nobody likes to correct a file one error at a time. */
export class BadInput extends Failure {
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super('bad-request', problems.map((problem) => sentenceOf(problem)).join('\n'), {
      facts: { problems: problems.length },
      advice: 'correct this and try again; nothing was started',
    });
    this.name = 'BadInput';
    this.problems = problems;
  }
}

function sentenceOf({ file, line, field, message, advice }: InputProblem): string {
  const where = line === null ? file : `${file}:${line}`;
  const what = field === '' ? message : `${field} ${message}`;
  return `${where}: ${what}; ${advice}`;
}
