// `npm run schemas` writes schemas/*.schema.json anew from the zod schemas that the program itself checks with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentNames, jsonSchemaText } from '../contracts/json-schemas.schema';

const folder = join(__dirname, '..', 'schemas');
mkdirSync(folder, { recursive: true });
for (const name of documentNames) {
  writeFileSync(join(folder, `${name}.schema.json`), jsonSchemaText(name));
}
