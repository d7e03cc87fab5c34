/** Why a file is no package that can be rolled out, and what to do; never anything else is thrown for what a file holds. */
export class BadPackage extends Error {
  readonly advice: string;

  constructor(
    what: string,
    advice = 'get the package again from where it came, and compare its size',
  ) {
    super(what);
    this.name = 'BadPackage';
    this.advice = advice;
  }
}
