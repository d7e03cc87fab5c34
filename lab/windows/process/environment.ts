/** Variables of a process. Names are compared without case and keep the case they were first set with. */
export interface Environment {
  get(name: string): string | undefined;
  /** Sets a variable; an empty value takes it away, as `set X=` does. */
  set(name: string, value: string): void;
  /** `NAME=value` pairs, sorted by name. */
  entries(): readonly (readonly [name: string, value: string])[];
  copy(): Environment;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

export function createEnvironment(initial: Iterable<readonly [string, string]> = []): Environment {
  return environmentOf(
    new Map([...initial].map(([name, value]) => [name.toUpperCase(), { name, value }])),
  );
}

function environmentOf(variables: Map<string, Variable>): Environment {
  return {
    get: (name) => variables.get(name.toUpperCase())?.value,
    set(name, value) {
      const key = name.toUpperCase();
      if (value === '') variables.delete(key);
      else variables.set(key, { name: variables.get(key)?.name ?? name, value });
    },
    entries: () =>
      [...variables.values()]
        .toSorted((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
        .map(({ name, value }) => [name, value]),
    copy: () => environmentOf(new Map(variables)),
  };
}
