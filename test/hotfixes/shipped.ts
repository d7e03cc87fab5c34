import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import type { Hotfix } from '../../contracts/hotfix';
import { parseHotfix } from '../../contracts/hotfix.schema';
import { valueOf } from '../../contracts/parsed.schema';

export const shippedIds = [
  'KB3004383',
  'KB3041832',
  'KB4012212',
  'KB4565539',
  'KB5004951',
] as const;
export type ShippedId = (typeof shippedIds)[number];

export const folder = join(__dirname, '../../hotfixes');

const definitions = new Map<ShippedId, Hotfix>(
  shippedIds.map((id) => {
    const raw: unknown = parse(readFileSync(join(folder, `${id}.yaml`), 'utf8'));
    return [id, valueOf(parseHotfix(raw), `${id}.yaml`)];
  }),
);

export function shipped(id: ShippedId): Hotfix {
  const hotfix = definitions.get(id);
  if (hotfix === undefined) throw new Error(`there is no definition ${id}`);
  return hotfix;
}
