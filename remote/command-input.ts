/** Pieces of a command's standard input, each taken when the one before it is on its way; the last one closes it. */
export type CommandInput = AsyncIterable<{ readonly bytes: Uint8Array; readonly last: boolean }>;
