import { parseXml } from '../../../../remote/winrm/wire/xml';
import type { XmlElement } from '../../../../remote/winrm/wire/xml';

/** A message without what says nothing: prefixes, where namespaces are declared, blanks between elements. */
export type NormalXml = readonly [
  name: string,
  attributes: { readonly [name: string]: string },
  ...content: (NormalXml | string)[],
];

export const normalXml = (message: Buffer | string): NormalXml =>
  normal(parseXml(Buffer.from(message)));

function normal({ uri, name, attributes, children, text }: XmlElement): NormalXml {
  const content = text.trim() === '' ? [] : [text.trim()];
  return [`{${uri}}${name}`, Object.fromEntries(attributes), ...content, ...children.map(normal)];
}
