import type { Arguments, OptionNames } from '../arguments';
import type { Invocation } from '../../../process/invocation';

/** What a command may print: the console's code page, or UTF-16 when asked for with `/uni:true`. */
export type Print = (text: string) => void;

export interface WevtutilCommand {
  readonly options: OptionNames;
  /** How many names of logs it wants. */
  readonly operands: number;
  /** @throws WevtutilError */
  run(given: Arguments, invocation: Invocation, print: Print): void;
}
