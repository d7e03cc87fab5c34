import type { Invocation } from '../../process/invocation';

export interface Options {
  readonly name: string | null;
  readonly values: ReadonlyMap<string, string>;
}

export function readOptions(args: readonly string[]): Options {
  let name: string | null = null;
  const values = new Map<string, string>();
  for (const arg of args) {
    const match = /^[/-]([\w.]+)(?::(.*))?$/s.exec(arg);
    if (match === null) name ??= arg;
    else values.set((match[1] ?? '').toLowerCase(), match[2] ?? '');
  }
  return { name: name ?? values.get('apppool.name') ?? null, values };
}

export function asXml(elements: readonly string[]): string[] {
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<appcmd>', ...elements, '</appcmd>'];
}

export function print(lines: readonly string[], stdout: Invocation['stdout']): void {
  for (const line of lines) stdout.line(line);
}

export function error({ stdout, args }: Invocation, message: string, code: number): number {
  const isXml = args.some((arg) => /^[/-]xml$/i.test(arg));
  if (isXml) print(asXml([`    <ERROR message="${message.replaceAll('"', '&quot;')}" />`]), stdout);
  else stdout.line(`ERROR ( message:${message} )`);
  return code;
}
