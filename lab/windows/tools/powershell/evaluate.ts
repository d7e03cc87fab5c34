import { bindArguments } from './bind';
import type { Runspace } from './command';
import { commandNamed } from './commands';
import type { Expression, Pipeline, Stage, Statement } from './syntax';
import { StatementError, type Value, isLike, propertyOf, textOf } from './values';

interface Scope {
  readonly space: Runspace;
  /** `$_` */
  readonly item: Value | null;
}

/** What the statement gives out. @throws StatementError */
export function runStatement(statement: Statement, space: Runspace): readonly Value[] {
  const values = runPipeline(statement.pipeline, { space, item: null });
  if (statement.kind === 'pipeline') return values;
  const { names } = statement;
  for (const [index, name] of names.entries()) {
    const own = index === names.length - 1 ? values.slice(index) : values.slice(index, index + 1);
    space.variables.set(name.toLowerCase(), own);
  }
  return [];
}

function runPipeline(pipeline: Pipeline, scope: Scope): readonly Value[] {
  return pipeline.stages.reduce<readonly Value[]>(
    (input, stage) => runStage(stage, input, scope),
    [],
  );
}

function runStage(stage: Stage, input: readonly Value[], scope: Scope): readonly Value[] {
  if (stage.kind === 'value') return evaluate(stage.value, scope);
  const name =
    typeof stage.name === 'string' ? stage.name : textsOf(evaluate(stage.name, scope)).join(' ');
  const command = commandNamed(name, scope.space);
  const given = bindArguments(command, stage.args, (value) =>
    value.kind === 'block' ? value.pipeline : evaluate(value, scope),
  );
  const { space } = scope;
  const runBlock = (block: Pipeline, item: Value) => runPipeline(block, { space, item });
  return command.run({ given, input, space, runBlock });
}

const textsOf = (values: readonly Value[]): string[] => values.map(textOf);

function evaluate(expression: Expression, scope: Scope): readonly Value[] {
  if (expression.kind === 'text') return [expression.text];
  if (expression.kind === 'variable') return variableOf(expression.name.toLowerCase(), scope);
  if (expression.kind === 'group') return runPipeline(expression.pipeline, scope);
  if (expression.kind === 'binary') return operate(expression, scope);
  if (expression.kind === 'property') {
    return evaluate(expression.of, scope).flatMap((value) => propertyOf(value, expression.name));
  }
  throw new StatementError('A script block is not a value here.', 'InvalidOperation', 'Block');
}

function variableOf(name: string, { space, item }: Scope): readonly Value[] {
  if (name === '_') return item === null ? [] : [item];
  if (name === 'true' || name === 'false') return [name === 'true'];
  if (!name.startsWith('env:')) return space.variables.get(name) ?? [];
  const found = space.invocation.environment.get(name.slice('env:'.length));
  return found === undefined ? [] : [found];
}

function operate(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
): readonly Value[] {
  const before = evaluate(left, scope);
  const behind = textsOf(evaluate(right, scope));
  const [second = ''] = behind;
  if (operator === '-split') return textsOf(before).flatMap((text) => text.split(second));
  if (operator === '-join') return [textsOf(before).join(second)];
  if (operator === '-like') return [textsOf(before).some((text) => isLike(text, second))];
  // One text and what follows it are one text; a list grows by what follows.
  return before.length === 1
    ? [textsOf(before).join('') + behind.join(' ')]
    : [...before, ...behind];
}
