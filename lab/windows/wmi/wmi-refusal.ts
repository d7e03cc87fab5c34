import type { WmiRefused } from '../../machine';

/** WMI refuses what it was asked. */
export class WmiRefusal extends Error {
  readonly refused: WmiRefused;

  constructor(
    operation: WmiRefused['operation'],
    problem: WmiRefused['problem'],
    about: string,
    description: string | null = null,
  ) {
    super(`${operation} of ${about}: ${problem}`);
    this.refused = { operation, problem, about, description };
  }
}

/** Makes a refusal that was thrown a value. */
export function orRefused<T>(ask: () => T): T | WmiRefused {
  try {
    return ask();
  } catch (error) {
    if (error instanceof WmiRefusal) return error.refused;
    throw error;
  }
}
