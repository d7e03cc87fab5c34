import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { Failure } from '../contracts/failures';
import { fieldName } from '../contracts/parsed.schema';
import type { FieldPath } from '../contracts/parsed.schema';
import { parseScenario } from './scenario.schema';
import type { LabScenario } from './scenario.schema';

/**
 * Reads a lab scenario.
 *
 * @throws Failure bad-request with file, line and field of everything that is wrong
 */
export async function loadScenario(file: string): Promise<LabScenario> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(file), { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(
    ({ message, pos }) => `${file}:${lines.linePos(pos[0]).line}: ${message}; correct the YAML`,
  );
  if (broken.length > 0) throw new Failure('bad-request', broken.join('\n'));
  const parsed = parseScenario(document.toJS({ maxAliasCount: 100 }));
  if (parsed.ok) return parsed.value;
  const wrong = parsed.problems.map(({ path, message, advice }) => {
    const where = `${file}:${lineOf(document, path, lines)}`;
    return `${where}: ${[fieldName(path), message].join(' ').trim()}; ${advice}`;
  });
  throw new Failure('bad-request', wrong.join('\n'), { facts: { problems: wrong.length } });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure('bad-request', `the lab scenario ${file} cannot be read`, {
      facts: { file },
      advice: 'check the path; a scenario with no hosts in it is an empty file',
      cause: error,
    });
  }
}

/** Line of a field; of one that is missing, of the block around it. */
function lineOf(document: Document, path: FieldPath, lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
