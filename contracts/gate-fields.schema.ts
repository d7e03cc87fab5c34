import { z } from 'zod';

import { line, text, whole } from './fields.schema';
import type { Gate } from './gate';
import { advised, shown } from './parsed.schema';

/** Fields of a gate that look the same as people write them and as they cross a process boundary. */

export const maxGates = 20;

export const gateName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'write a name of letters, digits, dots and hyphens',
);

export const statusCodes = z.array(whole(100, 599)).min(1).max(50);

export const channel = line(255);

export const eventId = whole(0, 65_535);

/** More than the 32 bits of milliseconds (49 days) no query of Windows is known to take. */
export const longestDays = 30;

export const maxEvents = whole(0, 500);

export const namedOnce = (gates: readonly Gate[], context: z.RefinementCtx): void => {
  gates.forEach(({ name }, index) => {
    if (gates.findIndex((one) => one.name === name) === index) return;
    const message = advised(
      `is the second gate ${shown(name)}`,
      'give each gate a name of its own',
    );
    context.addIssue({ code: 'custom', message, path: [index, 'name'], input: name });
  });
};
