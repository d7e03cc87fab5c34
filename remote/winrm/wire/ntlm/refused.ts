/** A token or a sealed message that is not to be believed. Its text says why, and never holds a secret. */
export class NtlmRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NtlmRefused';
  }
}
