import { MessageRefused } from './envelope';
import { ns } from './namespaces';
import { child, childText } from './xml';
import type { XmlElement } from './xml';

/** Items of an enumeration as far as one answer has them. */
export interface ItemPage {
  readonly items: readonly XmlElement[];
  /** Where the next Pull goes on; null when the answer names no place. */
  readonly context: string | null;
  readonly isLast: boolean;
}

/**
 * DSP0226 8.2.3: items of an optimized answer stand in an element of WS-Management, those of a Pull in one of
 * WS-Enumeration. Windows answers a query with few instances wholly here: an empty context and EndOfSequence.
 *
 * @throws MessageRefused
 */
export function parseEnumerateResponse(body: XmlElement): ItemPage {
  const page = readPage(body, 'EnumerateResponse');
  if (page.context === null && !page.isLast) {
    throw new MessageRefused('the answer to Enumerate has neither a context nor an end');
  }
  return page;
}

/**
 * WS-Enumeration 3.2. Without a context and an end the old context holds.
 *
 * @throws MessageRefused
 */
export function parsePullResponse(body: XmlElement): ItemPage {
  return readPage(body, 'PullResponse');
}

function readPage(body: XmlElement, name: string): ItemPage {
  const response = child(body, ns.enumeration, name);
  if (response === undefined) throw new MessageRefused(`<${name}> is missing`);
  const context = childText(response, ns.enumeration, 'EnumerationContext') ?? '';
  return {
    items: either(response, 'Items')?.children ?? [],
    context: context === '' ? null : context,
    isLast: either(response, 'EndOfSequence') !== undefined,
  };
}

function either(response: XmlElement, name: string): XmlElement | undefined {
  return child(response, ns.enumeration, name) ?? child(response, ns.wsman, name);
}

/**
 * The instance in the answer to a Get.
 *
 * @throws MessageRefused
 */
export function parseInstance(body: XmlElement): XmlElement {
  const [instance] = body.children;
  if (instance === undefined) throw new MessageRefused('the answer to Get has no instance');
  return instance;
}

/**
 * What a method gave out, in `<Method_OUTPUT>` of the class's namespace.
 *
 * @throws MessageRefused
 */
export function parseMethodOutput(body: XmlElement, method: string): XmlElement {
  const name = `${method}_OUTPUT`;
  const output = body.children.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (output === undefined) throw new MessageRefused(`<${name}> is missing`);
  return output;
}

/** Class of an item; null for a projection, which comes as a fragment without one. */
export function classOf({ uri, name }: XmlElement): string | null {
  return uri === ns.wsman && name === 'XmlFragment' ? null : name;
}
