/** An element or an attribute of an event: what is printed, and what a query looks into. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: readonly XmlNode[];
  readonly children: readonly XmlNode[];
  readonly text: string;
  /** Written as `<Name/>` when there is nothing in it; the others as `<Name></Name>`. */
  readonly isShort: boolean;
}

type Attributes = readonly (readonly [name: string, value: string])[];

export function textElement(name: string, text: string, attributes: Attributes = []): XmlNode {
  return { name, attributes: attributes.map(attribute), children: [], text, isShort: false };
}

export function element(
  name: string,
  children: readonly XmlNode[],
  attributes: Attributes = [],
): XmlNode {
  return { name, attributes: attributes.map(attribute), children, text: '', isShort: false };
}

export function shortElement(name: string, attributes: Attributes = []): XmlNode {
  return { name, attributes: attributes.map(attribute), children: [], text: '', isShort: true };
}

function attribute([name, text]: readonly [name: string, value: string]): XmlNode {
  return { name, attributes: [], children: [], text, isShort: false };
}

/** One line, save for the line ends that stand in the text itself. */
export function renderXml(node: XmlNode): string {
  const attributes = node.attributes
    .map(({ name, text }) => ` ${name}='${escapeXml(text).replaceAll("'", '&apos;')}'`)
    .join('');
  const inside = escapeXml(node.text) + node.children.map(renderXml).join('');
  if (inside === '' && node.isShort) return `<${node.name}${attributes}/>`;
  return `<${node.name}${attributes}>${inside}</${node.name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
