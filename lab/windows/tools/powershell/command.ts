import type { Invocation } from '../../process/invocation';
import type { Pipeline } from './syntax';
import { type Value, textOf } from './values';

/** One run of PowerShell: its variables, and what has been loaded into it. */
export interface Runspace {
  readonly invocation: Invocation;
  readonly variables: Map<string, readonly Value[]>;
  hasExchange: boolean;
}

/** A cmdlet or script of the few that the lab's PowerShell has. */
export interface Command {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly switches: readonly string[];
  /** Parameters that values without a name are for, in order. */
  readonly positions: readonly string[];
  run(call: Call): readonly Value[];
}

/** What the parameters were given, script blocks as they stand. */
export type Given = ReadonlyMap<string, readonly Value[] | Pipeline>;

export interface Call {
  readonly space: Runspace;
  readonly given: Given;
  readonly input: readonly Value[];
  /** Runs a script block with `$_`. */
  readonly runBlock: (block: Pipeline, item: Value) => readonly Value[];
}

/** Text of a parameter; empty when it was not given. */
export function textGiven({ given }: Pick<Call, 'given'>, name: string): string {
  const value = given.get(name);
  return value === undefined || 'stages' in value ? '' : value.map(textOf).join(' ');
}
