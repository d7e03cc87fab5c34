import { z } from 'zod';

import { fleetSchema } from './fleet.schema';
import { hotfixSchema } from './hotfix.schema';
import { planSchema } from './plan.schema';

/** What people write, by the name of the file that editors are given. */
const documents = {
  hotfix: { schema: hotfixSchema, title: 'Hotfix definition' },
  fleet: { schema: fleetSchema, title: 'Fleet' },
  plan: { schema: planSchema, title: 'Plan of a rollout' },
} as const;

export type DocumentName = keyof typeof documents;
export const documentNames = Object.keys(documents) as DocumentName[];

/**
 * JSON Schema (draft 2020-12) of a document as people write it, for editors. It says what a field may look like; what
 * fields have to do with each other only the program itself tells.
 */
export function jsonSchemaText(name: DocumentName): string {
  const { schema, title } = documents[name];
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    // A transformation says nothing of what goes in: such fields carry their own words (`meta`).
    unrepresentable: 'any',
    cycles: 'ref',
  });
  return `${JSON.stringify({ ...made, title }, null, 2)}\n`;
}
