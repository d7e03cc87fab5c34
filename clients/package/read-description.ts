import sax from 'sax';

import { BadPackage } from './bad-package';

/** One element of a description as it begins, and the names of those around it, outermost first. */
interface Begun {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly parents: readonly string[];
}

const maxDepth = 100;

/** Nothing that a document type defines is expanded. @throws BadPackage when it is no XML */
export function eachElement(bytes: Buffer, what: string, visit: (element: Begun) => void): void {
  const parser = sax.parser(true, { xmlns: true });
  const parents: string[] = [];
  const refuse = (why: string): never => {
    throw new BadPackage(`its ${what} is no XML that can be read (${why})`);
  };
  Object.assign(parser, {
    onerror: (error: Error) => refuse(error.message.split('\n')[0] ?? ''),
    onopentag: ({ local, attributes }: sax.QualifiedTag) => {
      if (parents.length > maxDepth) refuse('too deep');
      const values = Object.entries(attributes).map(([name, { value }]) => [name, value] as const);
      visit({ name: local, attributes: Object.fromEntries(values), parents });
      parents.push(local);
    },
    onclosetag: () => parents.pop(),
  });
  parser.write(textOf(bytes)).close();
}

/** Windows writes UTF-8 and UTF-16, with and without a mark at the beginning. */
export function textOf(bytes: Buffer): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}
