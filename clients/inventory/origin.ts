/** Where a value was written. */
export interface Origin {
  /** As the fleet leads to it. */
  readonly file: string;
  /** 1-based; null for what a script printed. */
  readonly line: number | null;
  /** What the line does not show by itself, such as `group exchange`. */
  readonly note?: string;
}

/** A variable of an inventory, or a cell of a table. */
export interface Variable {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Stands for a value that only Ansible with the vault's password could read. */
export const encrypted = Symbol('encrypted');

/** Something in an inventory that cannot be taken as it is; whoever reads the line adds the place. */
export class Unusable extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'Unusable';
    this.advice = advice;
  }
}

/** `hosts.ini:4 (group exchange)` */
export function placeOf({ file, line, note }: Origin): string {
  const place = line === null ? file : `${file}:${line}`;
  return note === undefined ? place : `${place} (${note})`;
}
