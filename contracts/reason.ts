/** A scalar that a reason saw. */
export type Seen = string | number | boolean | null;

/**
 * Why something is as it is: a code for machines, a sentence for people, and the numbers that were looked at.
 * Every phase, verdict, outcome and refusal carries one.
 */
export interface Reason {
  /** kebab-case, stable between releases. */
  readonly code: string;
  /** One sentence, complete without the code. */
  readonly message: string;
  readonly facts?: { readonly [name: string]: Seen };
}

export const reason = (
  code: string,
  message: string,
  facts?: { readonly [name: string]: Seen },
): Reason => (facts === undefined ? { code, message } : { code, message, facts });

/**
 * The answer to a question that may have had none. "Not asked" and "no answer" are never turned into "no": what is not
 * known blocks.
 */
export type Answer<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export const known = <T>(value: T): Answer<T> => ({ known: true, value });
export const unknown = (why: string): Answer<never> => ({ known: false, why });
