import {
  type Instance,
  namesOf,
  propertyNamed,
  type WmiClass,
} from '../../../wmi/classes/wmi-class';
import type { Subject, Switch } from '../command-line';
import { type Layout, type LineStyle, tableLayout, valueLayout } from '../layout';
import { exitCodes, invalidQuery, WmicError } from '../wmic-error';
import type { Word } from '../words';

/** What `get` and `list` print of the instances. */
export interface Show {
  readonly properties: readonly string[];
  readonly layout: Layout;
}

/** Without a verb all properties are shown as a table. */
export function showFor(subject: Subject, wmi: WmiClass, node: string): Show {
  const isGet = subject.verb === 'get';
  const properties = isGet
    ? gotProperties(subject.arguments, wmi, node)
    : listedProperties(subject.arguments, wmi);
  const isFull = subject.verb === 'list' && /^full$/i.test(subject.arguments[0]?.text ?? '');
  const layout = layoutOf(subject.switches, isFull ? valueLayout : tableLayout);
  // Whatever the order they are asked for in, they come sorted by name.
  return { properties: properties.toSorted(byName), layout };
}

export function render(
  { properties, layout }: Show,
  instances: readonly Instance[],
  lines: LineStyle,
): string {
  return layout(instances, properties, lines);
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}

function gotProperties(words: readonly Word[], wmi: WmiClass, node: string): string[] {
  if (words.length === 0 || (words.length === 1 && words[0]?.text === '*'))
    return [...namesOf(wmi)];
  const found = new Set<string>();
  for (const [position, { text, kind }] of words.entries()) {
    // Names and commas take turns, and a comma is never the last.
    if (
      (kind === 'comma') !== (position % 2 === 1) ||
      (kind === 'comma' && position === words.length - 1)
    ) {
      throw new WmicError('Invalid GET Expression.', exitCodes.badGetExpression);
    }
    if (kind === 'comma') continue;
    const name = propertyNamed(wmi, text);
    if (name === null) throw invalidQuery(node);
    found.add(name);
  }
  return [...found];
}

function listedProperties(words: readonly Word[], wmi: WmiClass): readonly string[] {
  const [form, ...more] = words.map(({ text }) => text.toLowerCase());
  if (more.length > 0) throw new WmicError('Invalid LIST Format.', exitCodes.badGetExpression);
  if (form === undefined || form === 'full') return namesOf(wmi);
  if (form === 'brief') return wmi.brief;
  if (form === 'instance') return [wmi.key];
  throw new WmicError('Invalid LIST Format.', exitCodes.badGetExpression);
}

const layouts: ReadonlyMap<string, Layout> = new Map([
  ['list', valueLayout],
  ['table', tableLayout],
  ['texttable', tableLayout],
  ['texttable.xsl', tableLayout],
  ['textvaluelist', valueLayout],
  ['textvaluelist.xsl', valueLayout],
  ['value', valueLayout],
]);

const switchesWithoutEffect = new Set(['/all', '/nointeractive', '/translate']);

function layoutOf(switches: readonly Switch[], usual: Layout): Layout {
  let layout = usual;
  for (const { name, value } of switches) {
    if (name === '/value') layout = valueLayout;
    else if (name === '/format') layout = formatNamed(value);
    else if (!switchesWithoutEffect.has(name)) {
      throw new WmicError('Invalid GET switch.', exitCodes.badSwitch);
    }
  }
  return layout;
}

/**
 * The style sheets of csv, htable, hform, xml and the like lie in a folder of the display language, where this wmic
 * does not look: that is how many machines of 2008 R2 are.
 */
function formatNamed(name: string): Layout {
  const layout = layouts.get(name.toLowerCase());
  if (layout !== undefined) return layout;
  throw new WmicError('Invalid XSL format (or) file name.', exitCodes.badFormat);
}
