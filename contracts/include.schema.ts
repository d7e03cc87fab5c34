import { z } from 'zod';

import { connectionFields } from './connection.schema';
import { block, line } from './fields.schema';
import { advised, type Parsed, parseWith } from './parsed.schema';

/** Inventories that a fleet takes its hosts from: one entry of `include`. */

/** Long enough for a label that carries the name of a group. */
export const labels = z.record(line(255), line(255));

const includeKinds = ['ansible', 'script', 'json', 'csv'] as const;

const file = line(1000).optional();
const patterns = z
  .union([line(1000), z.array(line(1000)).min(1).max(1000)], {
    error: advised('selects nothing', 'write a pattern as --limit of Ansible takes it, or a list'),
  })
  .transform((given) => [given].flat());

const entry = block({
  /** INI or YAML of Ansible, or a folder of them. */
  ansible: file,
  /** Dynamic inventory of Ansible, a program. */
  script: file,
  /** Output of `ansible-inventory --list`. */
  json: file,
  /** A table with a header. */
  csv: file,
  /** Which of its hosts are taken. @default all */
  hosts: patterns.optional(),
  /** Defaults for these hosts: over those of the fleet, under what the inventory says. */
  connection: connectionFields.optional(),
  labels: labels.optional(),
  /** Variables of hosts that become labels of the same name. */
  labelVars: z.array(line(255)).max(1000).optional(),
  /** Lets files that ansible-vault encrypted as a whole be passed over. */
  vaultFiles: z
    .literal('ignore', { error: advised('is not known', 'write ignore, or leave it out') })
    .optional(),
});

export const includeEntry = entry.check((context) => {
  const given = includeKinds.filter((kind) => context.value[kind] !== undefined);
  if (given.length === 1) return;
  const what = given.length === 0 ? 'names no inventory' : `names ${given.join(' and ')} at once`;
  const advice = 'write one of ansible:, script:, json: or csv: with its path';
  context.issues.push({
    code: 'custom',
    input: context.value,
    message: advised(what, advice),
  });
});

export type Include = z.output<typeof includeEntry>;

/** One entry by itself: what it leads to is read before the fleet as a whole is checked. */
export const parseInclude = (raw: unknown): Parsed<Include> => parseWith(includeEntry, raw);
