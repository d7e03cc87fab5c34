import { readFile, stat } from 'node:fs/promises';
import {
  type Document,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';

import type { FieldPath } from '../../contracts/parsed.schema';
import { BadInput, type InputProblem } from './bad-input';

export interface YamlFile {
  readonly value: unknown;
  /** Where a field is, 1-based; of a missing one, the nearest block around it. */
  readonly locate: (path: FieldPath) => { readonly line: number; readonly column: number };
}

/** A fleet of 20,000 hosts has some 5 MB. */
const maxBytes = 32 * 1024 * 1024;

/** @throws BadInput when there is no such file or it is no YAML */
export async function readYaml(file: string): Promise<YamlFile> {
  const text = await readText(file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    file,
    line: lines.linePos(pos[0]).line,
    field: '',
    message:
      code === 'DUPLICATE_KEY' ? 'this key is there a second time' : `is no valid YAML: ${message}`,
    advice: code === 'DUPLICATE_KEY' ? 'remove or rename one of the two' : 'correct the YAML',
  }));
  if (problems.length > 0) throw new BadInput(problems);
  const locate = (path: FieldPath): { line: number; column: number } => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return { value: plainValue(document, file), locate };
}

export async function readText(file: string): Promise<string> {
  const refuse = (message: string, advice: string): never => {
    throw new BadInput([{ file, line: null, field: '', message, advice }]);
  };
  try {
    const { size } = await stat(file);
    if (size > maxBytes) refuse(`has ${size} bytes`, `a file may have ${maxBytes} at most`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof BadInput) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuse('is not there', 'check the path');
    if (code === 'EISDIR') return refuse('is a folder', 'name a file in it');
    return refuse(`cannot be read (${code ?? String(error)})`, 'check the rights of the file');
  }
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    // Few aliases are honest; many in each other blow a small file up to gigabytes.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const problem: InputProblem = {
      file,
      line: null,
      field: '',
      message: `has aliases that cannot be resolved: ${(error as Error).message}`,
      advice: 'write the values out instead of using anchors and aliases',
    };
    throw new BadInput([problem]);
  }
}

/** Offset of the key of a field, or of the entry of a list; as deep as the document has the path. */
function offsetOf(document: Document.Parsed, path: FieldPath): number {
  let offset = startOf(document.contents);
  let node: unknown = document.contents;
  for (const key of path) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(key));
      if (pair === undefined) return offset;
      offset = startOf(pair.key, offset);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (node === undefined) return offset;
      offset = startOf(node, offset);
    } else {
      return offset;
    }
  }
  return offset;
}

/** Of a fleet of 20,000 hosts every host is looked up: one by one that would take minutes. */
const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = new Map(map.items.map((pair) => [keyText(pair.key), pair] as const));
  indexes.set(map, index);
  return index;
}

const startOf = (node: unknown, otherwise = 0): number =>
  (node as Node | null)?.range?.[0] ?? otherwise;

function keyText(key: unknown): string {
  const value = (key as { value?: unknown } | null)?.value;
  return String(value);
}
