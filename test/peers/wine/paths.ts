import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine';

/** File of the prefix behind a full Windows path, in any case of letters; a part that is not there stays as it is typed. */
export function unixPath({ driveC }: Pick<Machine, 'driveC'>, path: string): string | null {
  const parts = /^c:[\\/](.*)$/i.exec(path)?.[1]?.split(/[\\/]+/);
  if (parts === undefined || parts.includes('..')) return null;
  return parts.reduce((folder, part) => join(folder, entryOf(folder, part)), driveC);
}

function entryOf(folder: string, name: string): string {
  try {
    const wanted = name.toLowerCase();
    return readdirSync(folder).find((one) => one.toLowerCase() === wanted) ?? name;
  } catch {
    return name;
  }
}
