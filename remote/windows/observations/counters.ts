import { Failure } from '../../../contracts/failures';
import type { CounterPredicate, Observation } from '../../../contracts/predicate';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Question, Sections } from '../composite';
import { instancesOf, propertyOf, wholeNumber } from '../value-blocks';
import { whyNot } from '../why-not';

/** Performance counters as a probe asks for them. */
export interface Counters {
  readonly questions: readonly Question[];
  valuesOf(sections: Sections, counter: CounterPredicate): Answer<Observation>;
}

/**
 * Each class is asked for once, with all its properties: its counters are then of the same moment. All instances are
 * asked for, since the provider makes all of them anyway and LIKE would need a percent sign.
 */
export function countersOf(counters: readonly CounterPredicate[]): Counters {
  const classes = new Map<string, { readonly name: string; readonly properties: Set<string> }>();
  for (const { class: className, property, instance } of counters) {
    const key = className.toLowerCase();
    const asked = classes.get(key) ?? { name: className, properties: new Set() };
    if (instance !== null) asked.properties.add('Name');
    classes.set(key, { ...asked, properties: asked.properties.add(property) });
  }
  const keys = [...classes.keys()];
  const nameOf = (className: string): string => `counter-${keys.indexOf(className.toLowerCase())}`;
  return {
    questions: [...classes.values()].map(({ name, properties }) => ({
      name: nameOf(name),
      command: `wmic path ${cimName(name)} get ${[...properties].map(cimName).join(',')} /value <nul 2>&1`,
    })),
    valuesOf(sections, counter) {
      const section = sections.of(nameOf(counter.class));
      if (!section.succeeded) return whyNot(`wmic path ${counter.class}`, section);
      const instances = instancesOf(section.text, counter.property);
      if (instances === null) return unknown(`wmic path ${counter.class} gave no list`);
      const rows = instances.map((instance) => ({
        name: propertyOf(instance, 'Name') ?? '',
        value: wholeNumber(propertyOf(instance, counter.property)),
      }));
      return counterValues(counter, rows);
    },
  };
}

/** Nothing else may stand where a class or property is named; a definition that was not checked may hold anything. */
export function cimName(text: string): string {
  if (/^[A-Za-z_]\w{0,254}$/.test(text)) return text;
  throw new Failure(
    'bad-request',
    `${JSON.stringify(text)} is no name of a WMI class or property`,
    {
      advice: 'correct the counter in the hotfix definition',
    },
  );
}

const maxValues = 20;

/** Numbers of the instances that fit, the largest when there are more than are kept. */
export function counterValues(
  { instance, class: className, property }: CounterPredicate,
  rows: readonly { readonly name: string; readonly value: number | null }[],
): Answer<Observation> {
  const fitting = rows.filter(({ name }) => instance === null || isInstance(name, instance));
  const values = fitting.map(({ value }) => value).filter((value) => value !== null);
  if (values.length < fitting.length) return unknown(`${className} gave no number as ${property}`);
  const kept =
    values.length > maxValues ? values.toSorted((a, b) => b - a).slice(0, maxValues) : values;
  return known({ kind: 'counter', values: kept });
}

/** Processes of the same name are `store`, `store#1`, and so on. */
function isInstance(name: string, instance: string): boolean {
  const [lower, wanted] = [name.trim().toLowerCase(), instance.toLowerCase()];
  return lower === wanted || (lower.startsWith(`${wanted}#`) && /#\d+$/.test(lower));
}
