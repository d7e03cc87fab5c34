/** The compiler knows that this is never reached; a message from another version of the program may not. */
export const unexpected = (value: never): never => {
  throw new TypeError(`unexpected ${JSON.stringify(value)}`);
};
