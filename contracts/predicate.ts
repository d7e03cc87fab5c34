import type { PackageFacts, ServiceFacts } from './facts';

/**
 * Questions of which a hotfix definition is made. Each is answered yes, no or unknown; what could not be asked is
 * unknown and never becomes a no.
 */
export type Predicate = Combination | EventsPredicate | Observable;

/** `all`: and; `any`: or; `none`: no one of them. Three-valued: an unknown counts only where it could turn the answer. */
export interface Combination {
  readonly kind: 'all' | 'any' | 'none';
  readonly of: readonly Predicate[];
}

/**
 * The symptom of the definition was logged: `all` as a burst that covers every server the host can use (for a symptom
 * without servers: often enough within a burst), `some` at all within the lookback.
 */
export interface EventsPredicate {
  readonly kind: 'events';
  readonly coverage: 'all' | 'some';
}

/** What a host is asked for, one question each; the answer is an observation under `observationKey`. */
export type Observable =
  | RegistryPredicate
  | ServicePredicate
  | FilePredicate
  | PackagePredicate
  | ProductPredicate
  | CounterPredicate
  | CommandPredicate;

/** Exactly one of the tests. Numbers are REG_DWORD or REG_QWORD, texts are compared without case. */
export interface RegistryPredicate {
  readonly kind: 'registry';
  /** `HKLM\…`, without a trailing backslash. */
  readonly key: string;
  /** Null: the key itself, which can only be asked whether it exists. */
  readonly value: string | null;
  readonly test:
    | { readonly is: 'present' | 'absent' }
    | { readonly equals: number | string }
    | { readonly atLeast: number }
    | { readonly below: number };
}

export interface ServicePredicate {
  readonly kind: 'service';
  /** Key name, not display name. */
  readonly name: string;
  readonly is: 'present' | 'absent' | 'running' | 'stopped' | 'disabled' | 'automatic';
}

/** Versions are compared number by number. A file that is not there is neither below nor at least anything. */
export interface FilePredicate {
  readonly kind: 'file';
  /** `%windir%` and the like are expanded on the host. */
  readonly path: string;
  readonly test:
    | { readonly is: 'present' | 'absent' }
    | { readonly atLeast: string }
    | { readonly below: string };
}

export interface PackagePredicate {
  readonly kind: 'package';
  /** Beginning of the identity, e.g. `Package_for_KB4490628~`. */
  readonly identity: string;
  /** `installed`: in force, also when superseded; `pending`: installed, in force after a reboot. */
  readonly is: 'installed' | 'pending' | 'absent';
}

/** A product is present when one of its registry keys is there. */
export interface ProductPredicate {
  readonly kind: 'product';
  /** For people, e.g. `Microsoft Exchange Server`. */
  readonly name: string;
  readonly keys: readonly string[];
}

/**
 * A performance counter as WMI has it (Win32_PerfFormattedData_…): class and property names are the same in every
 * language, those of typeperf are not. Without such an instance the answer is no.
 */
export interface CounterPredicate {
  readonly kind: 'counter';
  readonly class: string;
  /** Null for a class without instances; `store` also stands for `store#1`. */
  readonly instance: string | null;
  readonly property: string;
  readonly test: { readonly atLeast: number } | { readonly below: number };
}

/** A read-only command whose exit code tells; every other code, and no code in time, is unknown. */
export interface CommandPredicate {
  readonly kind: 'command';
  readonly command: string;
  readonly timeoutMs: number;
  readonly yes: readonly number[];
  readonly no: readonly number[];
}

/** What a host answered, raw. */
export type Observation =
  | {
      readonly kind: 'registry';
      readonly exists: boolean;
      /** e.g. `REG_DWORD`; null for a key or where there is none. */
      readonly type: string | null;
      readonly data: number | string | null;
    }
  | { readonly kind: 'service'; readonly service: ServiceFacts | null }
  /** Null: no such file. `''`: a file without a version. */
  | { readonly kind: 'file'; readonly version: string | null }
  | { readonly kind: 'package'; readonly package: PackageFacts }
  /** Keys of the product that are there. */
  | { readonly kind: 'product'; readonly found: readonly string[] }
  /** One number per instance that fits, at most 20. */
  | { readonly kind: 'counter'; readonly values: readonly number[] }
  | { readonly kind: 'command'; readonly exitCode: number; readonly outputTail: string };

/** Under which the answer stands in the facts: the same for all predicates that need the same answer. */
export function observationKey(predicate: Observable): string {
  const key = (...parts: readonly string[]): string =>
    [predicate.kind, ...parts.map((part) => part.toLowerCase())].join(' ');
  switch (predicate.kind) {
    case 'registry':
      return key(predicate.key, predicate.value ?? '');
    case 'service':
      return key(predicate.name);
    case 'file':
      return key(predicate.path);
    case 'package':
      return key(predicate.identity);
    case 'product':
      return key(...predicate.keys);
    case 'counter':
      return key(predicate.class, predicate.instance ?? '', predicate.property);
    case 'command':
      // Case matters to some programs.
      return `command ${predicate.command}`;
    default:
      return predicate satisfies never;
  }
}

/** The questions that a predicate puts to a host, each once. */
export function observablesOf(predicates: readonly Predicate[]): readonly Observable[] {
  const found = new Map<string, Observable>();
  const visit = (predicate: Predicate): void => {
    if ('of' in predicate) predicate.of.forEach(visit);
    else if (predicate.kind !== 'events') found.set(observationKey(predicate), predicate);
  };
  predicates.forEach(visit);
  return [...found.values()];
}
