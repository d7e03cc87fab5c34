/** The part of PowerShell 2.0 that the lab reads (about_Pipelines, about_Operators, about_Script_Blocks). */

export interface Pipeline {
  readonly stages: readonly Stage[];
}

export type Stage =
  | { readonly kind: 'value'; readonly value: Expression }
  | {
      readonly kind: 'command';
      /** A text where a name stands, a value behind `&`. */
      readonly name: string | Expression;
      readonly args: readonly Argument[];
    };

export type Argument =
  | { readonly kind: 'value'; readonly value: Expression }
  /** `-Name`, or `-Name:value`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly value: Expression | null };

export type Operator = '+' | '-like' | '-split' | '-join';

export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'property'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly isArray: boolean }
  | { readonly kind: 'block'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Statement =
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  /** Several names take the values of a list one by one, the last one all that is left. */
  | { readonly kind: 'assignment'; readonly names: readonly string[]; readonly pipeline: Pipeline };
