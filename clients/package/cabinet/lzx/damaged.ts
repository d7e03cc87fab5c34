import { BadPackage } from '../../bad-package';

export const damaged = (what: string): BadPackage =>
  new BadPackage(`its cabinet is damaged: ${what} (LZX)`);
