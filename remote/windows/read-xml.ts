import sax from 'sax';

export interface XmlHandlers {
  readonly open: (name: string, attributes: XmlAttributes) => void;
  readonly text?: (part: string) => void;
  readonly close?: (name: string) => void;
}

export type XmlAttributes = { readonly [name: string]: string | undefined };

/**
 * Reads XML as a stream of its parts and goes on after what is not well-formed, so that one odd element does not hide
 * the good ones behind it. Document types are not read and entities other than XML's own not resolved.
 *
 * @returns whether something was not well-formed; elements that are still open at the end do not count
 */
export function readXml(text: string, { open, text: onText, close }: XmlHandlers): boolean {
  let damaged = false;
  const parser = sax.parser(true);
  const onPart = (part: string): void => onText?.(part);
  Object.assign(parser, {
    onerror: () => {
      damaged = true;
      // Without this the parser refuses everything that follows.
      Object.assign(parser, { error: null });
      parser.resume();
    },
    ontext: onPart,
    oncdata: onPart,
    onopentag: (tag: { readonly name: string; readonly attributes: XmlAttributes }) =>
      open(tag.name, tag.attributes),
    onclosetag: (name: string) => close?.(name),
  });
  parser.write(text);
  return damaged;
}
