/**
 * What the event log takes of XPath 1.0: the axes child and attribute, and the functions timediff and band beside
 * `not` ("Consuming events", section on the limits of XPath 1.0).
 */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: Operand;
      readonly right: Literal;
    }
  /** True when there is such a node, or when some bit of the mask is set. */
  | { readonly kind: 'truth'; readonly operand: Path | BandCall };

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Operand = Path | TimediffCall | BandCall;

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number;
}

export interface Path {
  readonly kind: 'path';
  readonly steps: readonly Step[];
}

export interface Step {
  readonly axis: 'attribute' | 'child' | 'self';
  /** Null is `*`. */
  readonly name: string | null;
  readonly predicates: readonly Expression[];
}

/** Milliseconds between a time and now. */
interface TimediffCall {
  readonly kind: 'timediff';
  readonly path: Path;
}

export interface BandCall {
  readonly kind: 'band';
  readonly path: Path;
  readonly mask: bigint;
}

/** The query is malformed, or asks for what the event log does not have. */
export class InvalidQuery extends Error {}
