/** A type of C as koffi knows it: by name, or as one of its own objects. */
export type CType = string | { readonly [field: string]: unknown };

/**
 * As much of koffi as is used here. Its own declarations would have to be there for the compiler even where the optional
 * package was left out.
 */
export interface Koffi {
  config(): { readonly async_stack_size?: number };
  config(settings: { readonly async_stack_size?: number }): unknown;
  /** @throws Error when there is no such library; null is this process itself */
  load(name: string | null): Library;
  struct(members: { readonly [name: string]: CType }): CType;
  /** Without gaps between the members. */
  pack(members: { readonly [name: string]: CType }): CType;
  pointer(to: CType): CType;
  out(type: CType): CType;
  inout(type: CType): CType;
  /** Memory that is not JavaScript's, for as long as it is there. */
  view(address: bigint, length: number): ArrayBuffer;
}

export interface Library {
  /** @throws Error when it has no such function */
  func(name: string, result: CType, given: readonly CType[]): unknown;
}
