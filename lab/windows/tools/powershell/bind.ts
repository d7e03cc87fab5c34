import type { Command, Given } from './command';
import type { Argument, Expression, Pipeline } from './syntax';
import { StatementError, type Value } from './values';

/**
 * Puts what a command is given to its parameters: by name, of which the beginning is enough, a switch without a value,
 * and the rest by position (about_Parameters).
 *
 * @throws StatementError for a parameter that it has not
 */
export function bindArguments(
  { name, parameters, switches, positions }: Command,
  args: readonly Argument[],
  evaluate: (value: Expression) => readonly Value[] | Pipeline,
): Given {
  const given = new Map<string, readonly Value[] | Pipeline>();
  const waiting = [...args];
  const free = [...positions];
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    if (arg.kind === 'value') {
      const position = free.shift();
      if (position === undefined) throw notFound(name, 'positional parameter');
      given.set(position, evaluate(arg.value));
      continue;
    }
    const wanted = arg.name.toLowerCase();
    const fits = (known: string): boolean => known.toLowerCase().startsWith(wanted);
    const flag = switches.find(fits);
    if (flag !== undefined) {
      given.set(flag, arg.value === null ? [true] : evaluate(arg.value));
      continue;
    }
    const parameter = parameters.find(fits);
    if (parameter === undefined) throw notFound(name, `parameter that matches '${arg.name}'`);
    const value = arg.value ?? valueOf(waiting.shift());
    if (value === null) throw notFound(name, `argument for parameter '${arg.name}'`);
    given.set(parameter, evaluate(value));
    if (free.includes(parameter)) free.splice(free.indexOf(parameter), 1);
  }
  return given;
}

const valueOf = (arg: Argument | undefined): Expression | null =>
  arg?.kind === 'value' ? arg.value : null;

const notFound = (command: string, what: string): StatementError =>
  new StatementError(
    `${command} : A ${what} cannot be found.`,
    `InvalidArgument: (:) [${command}], ParameterBindingException`,
    'NamedParameterNotFound',
  );
