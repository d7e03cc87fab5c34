import { readText } from '../input/read-yaml';
import { Inventory } from './graph';
import type { Complain } from './ini-inventory';
import { runInventoryScript, type ScriptLimits } from './inventory-script';
import { readHostVariables, readJsonInventory } from './json-inventory';
import { type Origin, Unusable } from './origin';
import { parsePythonYaml, type PythonYaml } from './python-yaml';
import type { Report } from './report';

/** Scripts without `_meta` are asked once for each host; several at a time, since each takes its while to start. */
const asksAtOnce = 8;

/** A dynamic inventory: a program that prints JSON for `--list`, and for `--host NAME` when that lacks `_meta`. */
export async function readScript(
  file: string,
  report: Report,
  limits?: ScriptLimits,
): Promise<Inventory> {
  const inventory = new Inventory();
  const printed = (note: string): Origin => ({ file, line: null, note });
  const ask = async (args: readonly string[]): Promise<PythonYaml> =>
    jsonOf(await runInventoryScript(file, args, limits), args);
  const complain: Complain = (line, message, advice) =>
    report({ file, line: null }, '', `${message} (line ${String(line)} of --list)`, advice);
  const list = await ask(['--list']);
  const { unasked } = readJsonInventory(list, () => printed('--list'), inventory, complain);
  const waiting = [...unasked];
  const askNext = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const own = await ask(['--host', name]);
      readHostVariables(own, name, () => printed('--host'), inventory);
    }
  };
  await Promise.all(Array.from({ length: asksAtOnce }, askNext));
  inventory.reconcile();
  return inventory;
}

function jsonOf(printed: string, args: readonly string[]): PythonYaml {
  const text = printed.trim() === '' && args[0] === '--host' ? '{}' : printed;
  try {
    JSON.parse(text);
  } catch {
    const what = `printed no JSON when it was run with ${args.join(' ')}`;
    throw new Unusable(what, 'make it print what `ansible-inventory --list` prints');
  }
  return parsePythonYaml(text);
}

/** What `ansible-inventory --list` printed into a file. */
export async function readJson(file: string, report: Report): Promise<Inventory> {
  const text = await readText(file);
  const complain: Complain = (line, message, advice) => report({ file, line }, '', message, advice);
  const json = parsePythonYaml(text);
  for (const { line, message } of json.problems)
    complain(line, `is no valid JSON: ${message}`, 'write it anew with `ansible-inventory --list`');
  const inventory = new Inventory();
  if (json.problems.length === 0) {
    const { unasked } = readJsonInventory(json, (line) => ({ file, line }), inventory, complain);
    if (unasked.length > 0) {
      const advice = 'write it with `ansible-inventory --list`, which adds it';
      complain(1, 'has no _meta with the variables of the hosts', advice);
    }
  }
  inventory.reconcile();
  return inventory;
}
