import type { Comparison } from '../../contracts/gate';

export const fulfils = (measured: number, { op, value }: Comparison): boolean => {
  switch (op) {
    case '<':
      return measured < value;
    case '<=':
      return measured <= value;
    case '>':
      return measured > value;
    case '>=':
      return measured >= value;
    case '==':
      return measured === value;
    case '!=':
      return measured !== value;
    default:
      return op satisfies never;
  }
};
