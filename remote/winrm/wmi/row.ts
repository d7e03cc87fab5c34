import { Failure } from '../../../contracts/failures';
import type { WmiRow, WmiShape } from '../../wmi';
import type { Target } from '../errors';
import type { XmlElement } from '../wire/xml';
import { cimText, decodeCim } from './cim-value';

interface RowSource {
  readonly target: Target;
  /** What is said of an element that has no class of its own. */
  readonly doing: string;
}

/**
 * The properties of the shape out of an instance, a projection or the output of a method. Names match in any case, as
 * in WMI, and what is not there is null: subclasses and older hosts have other properties.
 *
 * @throws Failure `unexpected-output` for text that is no value of its type
 */
export function decodeRow<S extends WmiShape>(
  item: XmlElement,
  className: string | null,
  shape: S,
  source: RowSource,
): WmiRow<S> {
  const found = byName(item.children);
  const values = Object.entries(shape).map(([property, type]) => {
    const elements = found.get(property.toLowerCase()) ?? [];
    const value = decodeCim(type, elements);
    if (value === undefined) throw noValue(source, className, property, type, cimText(elements));
    return [property, value];
  });
  return Object.fromEntries([...values, ['$class', className]]) as WmiRow<S>;
}

function byName(elements: readonly XmlElement[]): ReadonlyMap<string, readonly XmlElement[]> {
  const found = new Map<string, XmlElement[]>();
  for (const element of elements) {
    const name = element.name.toLowerCase();
    const same = found.get(name);
    if (same === undefined) found.set(name, [element]);
    else same.push(element);
  }
  return found;
}

const longestText = 200;

function noValue(
  { target, doing }: RowSource,
  className: string | null,
  property: string,
  type: string,
  text: string,
): Failure {
  const cut = text.slice(0, longestText);
  const what = `${target.url} answered ${doing} with ${JSON.stringify(cut)} as ${className ?? ''}.${property}, which is no ${type}`;
  return new Failure('unexpected-output', what, {
    facts: { host: target.host, class: className, property, type, text: cut },
  });
}
