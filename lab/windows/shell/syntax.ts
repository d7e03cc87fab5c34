/** What a command line means, before anything of it runs. */
export type Node =
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | ConditionalNode
  | { readonly kind: 'pipe'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'group'; readonly body: Node; readonly redirections: readonly Redirection[] }
  | IfNode
  | ForNode
  | CommandNode;

/** `a && b`, `a || b` */
export interface ConditionalNode {
  readonly kind: 'and' | 'or';
  readonly left: Node;
  readonly right: Node;
}

export interface IfNode {
  readonly kind: 'if';
  readonly condition: Condition;
  readonly consequence: Node;
  readonly otherwise: Node | null;
}

export interface ForNode {
  readonly kind: 'for';
  readonly mode: 'items' | 'numbers' | 'lines';
  readonly options: string;
  readonly variable: string;
  readonly set: string;
  readonly body: Node;
}

export interface CommandNode {
  readonly kind: 'command';
  /** Text of the command without its redirections, carets taken away, blanks as typed. */
  readonly text: string;
  readonly redirections: readonly Redirection[];
}

export interface Redirection {
  readonly handle: number;
  readonly operator: '>' | '>>' | '<';
  /** A file, or the handle to copy. */
  readonly target: string | number;
}

export type Condition =
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'exist'; readonly path: string }
  | { readonly kind: 'errorlevel'; readonly level: string }
  | { readonly kind: 'defined'; readonly name: string }
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly left: string;
      readonly right: string;
      readonly ignoreCase: boolean;
    };

/** A line cmd cannot read; nothing of it runs. */
export class SyntaxProblem extends Error {}

/** The line ended within brackets: in a batch file the next one belongs to it. */
export class IncompleteGroup extends SyntaxProblem {}

export function unexpected(text: string): SyntaxProblem {
  return new SyntaxProblem(
    text === '\n' || text === ''
      ? 'The syntax of the command is incorrect.'
      : `${text} was unexpected at this time.`,
  );
}
