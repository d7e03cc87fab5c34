import { parser as createParser } from 'sax';
import type { QualifiedTag, SAXParser } from 'sax';

/** One element: enough of a tree to read SOAP, nothing that could write it back. */
export interface XmlElement {
  readonly uri: string;
  readonly name: string;
  /** By local name; WS-Management has no two attributes that differ in their namespace alone. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, joined. */
  readonly text: string;
}

export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
}

/** A SOAP message of a shell has some forty elements and is nine deep; the rest is room for other servers. */
export const defaultXmlLimits: XmlLimits = {
  maxBytes: 2 * 1024 * 1024,
  maxDepth: 48,
  maxElements: 20_000,
};

/** `hostile`: it was built to hurt a parser (DTD, entities, endless nesting or size). `malformed`: it is no XML. */
export class XmlRefused extends Error {
  readonly kind: 'hostile' | 'malformed';

  constructor(kind: 'hostile' | 'malformed', what: string) {
    super(what);
    this.name = 'XmlRefused';
    this.kind = kind;
  }
}

interface GrowingElement extends XmlElement {
  readonly attributes: Map<string, string>;
  readonly children: GrowingElement[];
  text: string;
}

/**
 * Parses one document, strictly. Neither a DTD nor any entity but the five of XML 1.0 is accepted: SOAP 1.2 part 1,
 * section 5 forbids the first, and the second is how a small reply is made to fill the memory of the reader.
 *
 * @throws XmlRefused
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = defaultXmlLimits): XmlElement {
  if (bytes.byteLength > limits.maxBytes) {
    throw new XmlRefused('hostile', `longer than ${limits.maxBytes} bytes`);
  }
  const text = decodeUtf8(bytes);
  const tree = growTree(limits);
  const parser = Object.assign(createParser(true, strictOptions), tree.handlers);
  feed(() => parser.write(text).close());
  const root = tree.root();
  if (root === undefined) throw new XmlRefused('malformed', 'no element in it');
  return root;
}

function growTree(limits: XmlLimits): {
  handlers: Partial<SAXParser>;
  root: () => XmlElement | undefined;
} {
  const stack: GrowingElement[] = [];
  let root: GrowingElement | undefined;
  let elements = 0;
  const addText = (piece: string): void => {
    const current = stack.at(-1);
    if (current !== undefined) current.text += piece;
  };
  const open = (tag: QualifiedTag): void => {
    elements += 1;
    if (elements > limits.maxElements) {
      throw new XmlRefused('hostile', `more than ${limits.maxElements} elements`);
    }
    if (stack.length >= limits.maxDepth) {
      throw new XmlRefused('hostile', `elements nested deeper than ${limits.maxDepth}`);
    }
    const element = growElement(tag);
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
  };
  const handlers: Partial<SAXParser> = {
    onopentag: (tag) => open(tag as QualifiedTag),
    onclosetag: () => void stack.pop(),
    ontext: addText,
    oncdata: addText,
    ondoctype: () => {
      throw new XmlRefused('hostile', 'a document type declaration');
    },
    onerror: (error) => {
      throw refusal(error);
    },
  };
  return { handlers, root: () => root };
}

/** sax's types know neither option; `strictEntities` leaves only the entities that XML itself defines. */
const strictOptions = { xmlns: true, strictEntities: true, position: false };

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new XmlRefused('malformed', 'not UTF-8');
  }
}

function feed(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof XmlRefused) throw error;
    throw refusal(error instanceof Error ? error : new Error(String(error)));
  }
}

function refusal(error: Error): XmlRefused {
  const [firstLine = ''] = error.message.split('\n');
  return new XmlRefused(firstLine.includes('entity') ? 'hostile' : 'malformed', firstLine);
}

function growElement(tag: QualifiedTag): GrowingElement {
  const attributes = new Map<string, string>();
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.prefix !== 'xmlns') attributes.set(attribute.local, attribute.value);
  }
  return { uri: tag.uri, name: tag.local, attributes, children: [], text: '' };
}

/** First child with this name. */
export function child(
  parent: XmlElement | undefined,
  uri: string,
  name: string,
): XmlElement | undefined {
  return parent?.children.find((element) => element.uri === uri && element.name === name);
}

export function childrenNamed(
  parent: XmlElement | undefined,
  uri: string,
  name: string,
): readonly XmlElement[] {
  return parent?.children.filter((element) => element.uri === uri && element.name === name) ?? [];
}

/** Trimmed text of the first child with this name. */
export function childText(
  parent: XmlElement | undefined,
  uri: string,
  name: string,
): string | undefined {
  return child(parent, uri, name)?.text.trim();
}

const escapes: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/**
 * Escapes text for element content and attribute values. Line ends become references, because a parser would turn
 * CR LF into LF otherwise (XML 1.0, 2.11).
 */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (character) => escapes[character] ?? character);
}

/** Whether XML 1.0 (2.2) can carry the text at all; NUL and most control characters it cannot, not even escaped. */
export function isXmlText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/u.test(text);
}
