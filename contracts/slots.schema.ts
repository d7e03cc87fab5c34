import { z } from 'zod';

import { block, line, text, whole } from './fields.schema';
import { runIdPattern, setNamePattern } from './ids';
import { planHosts } from './names';
import { type Parsed, parseWith } from './parsed.schema';
import { hostIdField, rolloutIdField } from './preview.schema';
import type { AskSlotInput, TellSlotsInput } from './slots';

/** What the owner of a set's slots is asked and told, checked where it arrives: the workflow itself has no schema. */

const set = text(setNamePattern, 'write a name of letters, digits, dots and hyphens');
const who = { hostId: hostIdField, owner: rolloutIdField };

const askSlotInput = block({
  set,
  request: block({
    ...who,
    maxUnavailable: whole(1, 100_000),
    workflowId: line(1000),
    runId: text(runIdPattern, 'give the run id of the workflow that asks'),
  }),
});

const slotNews = z.discriminatedUnion('kind', [
  block({ kind: z.literal('healthy'), ...who }),
  block({ kind: z.literal('found-healthy'), ...who }),
  block({
    kind: z.literal('down'),
    ...who,
    cause: z.enum(['left-down', 'found-down']),
    // A message of a host may have several lines; they are cut where they are kept.
    why: z.string().min(1).max(100_000),
  }),
  block({ kind: z.literal('withdrawn'), ...who }),
  block({ kind: z.literal('gone'), ...who, since: line(40) }),
]);

const tellSlotsInput = block({ set, news: z.array(slotNews).min(1).max(planHosts) });

export const parseAskSlotInput = (raw: unknown): Parsed<AskSlotInput> =>
  parseWith(askSlotInput, raw);
export const parseTellSlotsInput = (raw: unknown): Parsed<TellSlotsInput> =>
  parseWith(tellSlotsInput, raw);
