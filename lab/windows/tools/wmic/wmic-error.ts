/** What wmic prints on standard error in place of an answer, and the code it ends with. */
export class WmicError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Codes of wmic itself for command lines that it does not understand; none of them is documented. */
export const exitCodes = {
  aliasNotFound: 44_135,
  badAliasVerb: 44_125,
  badFormat: 44_210,
  badGetExpression: 44_124,
  badGlobalSwitch: 44_111,
  badSwitch: 44_123,
} as const;

/** Errors of WMI itself, by HRESULT. */
const descriptions = {
  0x80041010: 'Invalid class',
  0x80041017: 'Invalid query',
  0x800706ba: 'The RPC server is unavailable.',
} as const;

/** Node - HOST / ERROR: / Description = …: how wmic reports what WMI refused. */
export function wmiFailure(node: string, code: keyof typeof descriptions): WmicError {
  const text = `Node - ${node}\r\r\nERROR:\r\r\nDescription = ${descriptions[code]}`;
  return new WmicError(text, code);
}

export function invalidQuery(node: string): WmicError {
  return wmiFailure(node, 0x80041017);
}
