import { InvalidArgumentError } from 'commander';
import { hostId, rolloutId, setNamePattern } from '../../contracts/ids';
import type { HostId, RolloutId } from '../../contracts/ids';

/** Parsers of command-line values; commander puts the name of the argument before what they say. */
export const asRolloutId = (text: string): RolloutId => parsed(rolloutId, text, 100);
export const asHostId = (text: string): HostId => parsed(hostId, text, 63);
export const asSetName = (text: string): string => parsed(setName, text, 63);

function setName(text: string): string {
  if (setNamePattern.test(text)) return text;
  throw new RangeError(`${JSON.stringify(text)} is not a name of an availability set`);
}

/** 1024 and above: nothing here needs, or should have, the rights for less. */
export function asPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 1024 && port <= 65_535) return port;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is no port: use 1024 to 65535.`);
}

function parsed<T>(parse: (text: string) => T, text: string, longest: number): T {
  try {
    return parse(text);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(
      `${what}: use letters, digits, ".", "_" and "-", at most ${String(longest)}.`,
    );
  }
}
